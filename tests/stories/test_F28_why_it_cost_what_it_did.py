"""Why a ride cost what it did: reasons sum to what was paid, under the version that really decided."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commandline import ask, say
from house import HANBIT, HARBOUR, NORTH_GATE, Office

WEDNESDAY, THURSDAY = "2026-03-04", "2026-03-05"
WHO = '--by "B. Dorj" --second "S. Kim" --because "the notice came too late" --at 2026-03-05T10:00:00+09:00'
JOURNEY = f"J-{1:016x}-1"
OTHER = """
[[version]]
id = "2025"
from = 2026-04-01
source = "Notice of both operators (made up)"
between = "first_boarding"
within = { metro = "entry_gate" }
missing_tap = "leg_operator"
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Card 1 rides from North Gate to Harbour; the gate takes 1,600, which is 50 more than the rules say."""
    pack = Path(shutil.copytree(HANBIT, tmp_path / "hanbit"))
    with (pack / "split.toml").open("a", encoding="utf-8") as file:
        file.write(OTHER)
    office = Office(tmp_path, pack=pack)
    office.begin()
    entry = office.sealed("in", NORTH_GATE, "entry 1/1 08:00 NG 1600 18400")
    assert office.answers(entry, office.sealed("out", HARBOUR, "exit 1/2 08:12 HB 0 18400")) == ["ACCEPTED"] * 2
    office.close(WEDNESDAY)
    return office


def test_reasons_sum_to_what_was_paid(office: Office) -> None:
    """It used to list 1,550 below a journey of 1,600."""
    told = office.ask(f"fare explain {JOURNEY}")
    [leg] = told["legs"]
    assert told["total_minor"] == sum(line["minor"] for line in leg["lines"]) == 1600
    apart = leg["lines"][-1]
    assert (apart["rule"], apart["minor"]) == ("RATED_OTHERWISE", 50)
    assert "the reader took 50 more than the rules say" in say(f"fare explain {JOURNEY} {office.where}")


def test_a_ride_that_the_rules_refuse_has_the_refusal_for_its_reason(office: Office) -> None:
    """Card 2's purse is empty after a first ride, and a reader let it in for 1,550 all the same."""
    rides = "entry 2/1 2026-03-05T08:00:00+09:00 NG 20000 0", "entry 2/2 2026-03-05T18:00:00+09:00 NG 1550 -1550"
    entries = office.sealed("poor", 53, *rides)
    assert office.answers(entries, at="2026-03-05T21:00:00+09:00") == ["ACCEPTED"]
    office.close(THURSDAY)
    [leg] = office.ask(f"fare explain J-{2:016x}-2")["legs"]
    assert sum(line["minor"] for line in leg["lines"]) == 1550
    assert "the rules refuse (INSUFFICIENT_BALANCE: " in leg["lines"][-1]["text"]
    assert "rules say no: INSUFFICIENT_BALANCE" in say(f"card show 2 {office.where}")
    assert "20 000 KRW  2026-03-05: rules say 1 550 KRW" in say(f"card show 2 {office.where}")


def test_the_split_is_named_that_made_the_shares(office: Office) -> None:
    """Two people put the version of April in the place of Wednesday's: shares and the rule above them are of one version."""
    assert office.ask(f"fare explain {JOURNEY}")["split"]["version"] == "2024"
    office.ask(f"clearing correct tariff 2025 --split --first {WEDNESDAY} --last {WEDNESDAY} {WHO}")
    assert office.ask(f"fare explain {JOURNEY}")["split"]["version"] == "2024", "no close has acted on it"
    office.close(THURSDAY)
    split = office.ask(f"fare explain {JOURNEY}")["split"]
    assert (split["version"], split["policy"]) == ("2025", "first_boarding")


def test_a_close_that_never_ended_is_not_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power went when Thursday's files were written: the books know nothing of that close, and nobody is told of it."""
    office.ask(f"clearing correct stop --device {HARBOUR} --seq 1 --stop MK {WHO}")
    before = office.ask(f"fare explain {JOURNEY}")

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("clearing.close.keep", power_cut)
        say(f"clearing run --through {THURSDAY} -q {office.where}", 130)
    assert list((office.db.parent / "detail" / THURSDAY).glob("repriced-journeys-*")), "files of it lie there"
    assert office.ask(f"fare explain {JOURNEY}") == before
    office.close(THURSDAY)
    assert office.ask(f"fare explain {JOURNEY}")["legs"] != before["legs"]


def test_the_environment_names_books_as_db_does(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """`afc fare explain J-…` took the name of a journey for that of a run."""
    named = office.ask(f"fare explain {JOURNEY}")
    monkeypatch.setenv("AFC_DB", str(office.db))
    assert ask(f"fare explain {JOURNEY}") == named
    assert ask(f"follow T-{NORTH_GATE}-1-1")["tap"] == f"T-{NORTH_GATE}-1-1"
