"""A reader was copied: two contents under one number. The first stands, the other is evidence, and both are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from house import NORTH_GATE, WEDNESDAY, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.begin()
    stands = office.sealed("stands", NORTH_GATE, "entry 1 08:00 NG 1550 18450", "entry 2 08:01 NG 1550 18450")
    aside = office.sealed("aside", NORTH_GATE, "entry 1 08:00 NG 1550 18450", "entry 2 08:01 NG 900 19100")
    assert office.answers(stands, aside, code=5) == ["ACCEPTED", "CONFLICT SEQUENCE_TAKEN"]
    return office


def test_a_conflict_shows_both(office: Office) -> None:
    [conflict] = office.ask("clearing conflicts")
    assert [batch["position"] for batch in conflict["stands"]] == [1]
    assert conflict["aside"]["digest"] != conflict["stands"][0]["digest"]
    apart = {one["field"]: (one["stands"], one["aside"]) for one in conflict["differences"]}
    assert apart.pop("mac")
    assert apart == {"amount": (1550, 900), "balance": (18_450, 19_100)}
    assert {one["seq"] for one in conflict["differences"]} == {2}


def test_the_first_is_charged_and_nobody_can_release_the_other(office: Office) -> None:
    [held] = office.ask("clearing quarantine list")
    assert (held["reason"], held["taps"], held["bound_minor"]) == ("SEQUENCE_TAKEN", 2, 2450)
    assert held["may_be_released"] is False
    release = f'clearing quarantine release {held["digest"]} --by A --second B --because "it looked right"'
    [refused] = office.ask(release, 3)
    assert refused["code"] == "RELEASE_IMPOSSIBLE"
    assert "Same tap numbers, different content" in refused["message"]
    [day] = office.close(WEDNESDAY)
    assert day["charged_minor"] == 3100
    assert office.audit() == {}
    assert office.replay() == []


def test_the_same_taps_cut_otherwise_differ_in_their_header(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.begin()
    taps = "entry 1 08:00 NG 1550 18450", "entry 2 08:01 NG 1550 18450"
    whole, part = office.sealed("whole", NORTH_GATE, *taps), office.sealed("part", NORTH_GATE, taps[0])
    assert office.answers(whole, part, code=5) == ["ACCEPTED", "CONFLICT SEQUENCE_TAKEN"]
    [conflict] = office.ask("clearing conflicts")
    assert [(one["seq"], one["field"]) for one in conflict["differences"]] == [(0, "last_seq"), (0, "tap_count")]
