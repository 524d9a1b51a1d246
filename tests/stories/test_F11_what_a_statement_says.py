"""The metro reads on its statement what came of its batches, what waits and what is missing; and works it out again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from commandline import ask
from house import HANBIT, HARBOUR, NORTH_GATE, THURSDAY, WEDNESDAY, Office

METRO = "hanbit-metro"
EVENING = "2026-03-04T20:00:00+09:00"
NEXT_DAY = "2026-03-05T10:00:00+09:00"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Handed over on Wednesday: two good batches, one of them twice, one from tomorrow's clock, one copy, rubbish.

    The second of the north gate never came.
    """
    office = Office(tmp_path)
    office.begin()
    first = office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    office.sealed("2", NORTH_GATE, "entry 2 08:01 NG 1550 18450", "entry 3 08:02 NG 1550 18450", after="1")
    third = office.sealed("3", NORTH_GATE, "entry 4 08:03 NG 1550 18450", after="2")
    early = office.sealed("early", HARBOUR, "entry 5 2026-03-05T08:00:00+09:00 HB 1550 18450")
    copy = office.sealed("copy", NORTH_GATE, "entry 6 08:00 NG 1550 18450")
    rubbish = tmp_path / "rubbish.afc"
    rubbish.write_bytes(b"rubbish")
    answers = office.answers(first, copy, first, early, rubbish, third, code=5)
    assert [answer.split()[0] for answer in answers] == [
        "ACCEPTED", "CONFLICT", "DUPLICATE", "QUARANTINED", "REJECTED", "ACCEPTED",
    ]  # fmt: skip
    return office


def custody(office: Office, day: str, party: str = METRO) -> dict[str, Any]:
    """What the statement says beside money."""
    return dict(office.ask(f"statement show {party} {day}")["custody"])


def differences(office: Office, day: str, party: str = METRO) -> list[str]:
    """What the party finds when it works the statement out again."""
    folder = office.folder / f"{party}-{len(list(office.folder.iterdir()))}"
    office.ask(f"statement evidence {party} {day} --own --out {folder}")
    checks = ask(f"statement verify {folder}/statement.json --evidence {folder} --city {HANBIT}")["checks"]
    return [check["first"] for check in checks if not check["ok"]]


def test_received_is_all_that_was_answered(office: Office) -> None:
    """Of the rubbish nobody can say whose it is, so everybody is told that there was some."""
    office.close(WEDNESDAY)
    told = custody(office, WEDNESDAY)
    assert told["received"] == {"batches": 5, "accepted": 2, "duplicate": 1, "conflict": 1, "quarantined": 1}
    assert told["rejected_of_all"] == custody(office, WEDNESDAY, "hanbit-bus")["rejected_of_all"] == 1
    assert custody(office, WEDNESDAY, "hanbit-bus")["received"]["batches"] == 0


def test_what_waits_has_a_bound_and_an_age(office: Office) -> None:
    office.close(WEDNESDAY)
    told = custody(office, WEDNESDAY)
    assert told["waiting"] == {
        "count": 2, "taps": 2, "bound_minor": 3100, "since": "2026-03-04T03:00:00Z", "age_s": 16 * 3600,
    }  # fmt: skip
    assert told["gaps"]["first"] == [
        {"device": NORTH_GATE, "epoch": 1, "first_seq": 2, "last_seq": 3, "declared_lost": False}
    ]
    assert (told["gaps"]["count"], told["gaps"]["taps"]) == (1, 2)


def test_what_comes_after_the_log_is_told_with_the_next_date(office: Office, tmp_path: Path) -> None:
    """Copies that were handed over in the evening brought the log nothing: a replay closes before them and counts the same."""
    assert office.answers(tmp_path / "1.afc", tmp_path / "3.afc", at=EVENING) == ["DUPLICATE", "DUPLICATE"]
    office.close(WEDNESDAY)
    assert custody(office, WEDNESDAY)["received"]["duplicate"] == 1
    assert office.answers(tmp_path / "2.afc", at=NEXT_DAY) == ["ACCEPTED"]
    office.close(THURSDAY)
    told = custody(office, THURSDAY)
    assert (told["received"]["duplicate"], told["received"]["accepted"], told["gaps"]["count"]) == (2, 1, 0)
    assert office.replay() == []


def test_what_was_let_out_does_not_wait_any_more(office: Office) -> None:
    """I26: it left by an act, and is charged on the statement of the day on which it was let out."""
    office.close(WEDNESDAY)
    held = next(one for one in office.ask("clearing quarantine list") if one["reason"] == "CLOCK_AHEAD")
    why = f'--by "B. Dorj" --second "S. Kim" --because "the clock was mended" --at {NEXT_DAY}'
    office.ask(f"clearing quarantine release {held['digest']} {why}")
    office.close(THURSDAY)
    assert custody(office, THURSDAY)["waiting"]["count"] == 1, "the copy stays as evidence"
    assert office.replay() == []
    assert differences(office, THURSDAY) == []


def test_it_comes_out_again_with_late_taps_and_all(office: Office) -> None:
    """What comes late is priced again with its own date and posted on Friday; the metro finds it and its other taps."""
    office.close(WEDNESDAY)
    assert differences(office, WEDNESDAY) == []
    thursday = office.sealed("thursday", NORTH_GATE, "entry 1/9 2026-03-05T09:00:00+09:00 NG 1550 11900", after="3")
    assert office.answers(thursday, at=NEXT_DAY) == ["ACCEPTED"]
    office.close(THURSDAY)
    assert differences(office, THURSDAY) == []
    late = office.sealed("late", NORTH_GATE, "entry 1/5 09:40 NG 1550 16900", after="thursday")
    friday = office.sealed("friday", NORTH_GATE, "entry 1/10 2026-03-06T09:00:00+09:00 NG 1550 10350", after="late")
    assert office.answers(late, friday, at="2026-03-06T10:00:00+09:00") == ["ACCEPTED", "ACCEPTED"]
    office.close("2026-03-06")
    lines = office.ask(f"statement show {METRO} 2026-03-06")["lines"]
    assert (WEDNESDAY, "share", 1550) in {(line["service_date"], line["kind"], line["minor"]) for line in lines}
    assert differences(office, "2026-03-06") == []
    assert differences(office, THURSDAY) == [], "what was handed over of an earlier date is what it was"
