"""A date is closed by hand only if all of its taps are here, or if two people answer for closing it without them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from commandline import ask, say
from house import HANBIT, NORTH_GATE, THURSDAY, WEDNESDAY, Office

BOTH = '--by "B. Dorj" --second "S. Kim" --because "the bank will not wait"'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Three riders at North Gate; the batch with the second of them has not come."""
    office = Office(tmp_path)
    office.begin()
    office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    office.sealed("2", NORTH_GATE, "entry 2 09:00 NG 1550 18450", after="1")
    office.sealed("3", NORTH_GATE, "entry 3 10:00 NG 1550 18450", after="2")
    office.answers(tmp_path / "1.afc", tmp_path / "3.afc")
    return office


def morning_after(day: str) -> str:
    """When the night shift is done with a date."""
    return f"{date.fromisoformat(day) + timedelta(days=1)}T06:00:00+09:00"


def close(office: Office, day: str, more: str = "", code: int = 0) -> Any:
    return office.ask(f"clearing close {day} -q --at {morning_after(day)} {more}", code)


def states(office: Office) -> list[tuple[str, str, int]]:
    """Date, state and missing taps."""
    return [(row["date"], row["state"], row["missing"]) for row in office.ask("clearing days")]


def test_it_is_refused_and_nothing_has_begun(office: Office) -> None:
    [refusal] = close(office, WEDNESDAY, code=3)
    assert refusal["code"] == "DAY_INCOMPLETE"
    assert f"1 taps of device {NORTH_GATE} may be of {WEDNESDAY}" in refusal["message"]
    assert states(office) == [(WEDNESDAY, "open", 0)]


def test_two_people_approve_it_in_the_evening_and_the_night_shift_closes_it_alone(office: Office) -> None:
    approve = f"clearing approve {WEDNESDAY} {BOTH} --at {morning_after(WEDNESDAY)}"
    told = office.ask(approve)
    assert [(gap["device"], gap["first_seq"], gap["last_seq"]) for gap in told["missing"]] == [(NORTH_GATE, 2, 2)]
    assert office.ask(approve) == told
    assert states(office) == [(WEDNESDAY, "open", 0)]
    day = close(office, WEDNESDAY)
    assert (day["taps"], [one["taps"] for one in day["incomplete"]]) == (2, [1])
    assert office.ask(f"clearing manifest {WEDNESDAY}")["closed_incomplete"][:2] == ["B. Dorj", "S. Kim"]
    assert list(office.audit(4)) == ["I8 no sequence number is missing"]
    assert office.replay() == []


def test_what_cannot_be_approved(office: Office) -> None:
    """One person alone; a date that is not over; one that lacks nothing; what others approved before; what is closed."""
    at = f"--at {morning_after(WEDNESDAY)}"
    office.ask(f"clearing approve {WEDNESDAY} {BOTH} {at}")
    office.answers(office.folder / "2.afc")
    close(office, WEDNESDAY)
    for wrong, code in (
        (f'{WEDNESDAY} --by "B. Dorj" --second "b. dorj" --because "in a hurry" {at}', "ONE_PERSON"),
        (f'{WEDNESDAY} --by "A. Bold" --second "S. Kim" --because "in a hurry" {at}', "APPROVED_BEFORE"),
        (f"{THURSDAY} {BOTH} {at}", "DAY_NOT_OVER"),
        (f"{THURSDAY} {BOTH} --at {morning_after(THURSDAY)}", "NOTHING_MISSING"),
    ):
        assert office.ask(f"clearing approve {wrong}", 3)[0]["code"] == code
    assert [row["date"] for row in office.ask("clearing days")] == [WEDNESDAY]


def test_the_batch_comes_and_it_closes(office: Office) -> None:
    close(office, WEDNESDAY, code=3)
    office.answers(office.folder / "2.afc")
    day = close(office, WEDNESDAY)
    assert (day["taps"], day["charged_minor"], day["again"]) == (3, 4650, False)
    [row] = office.ask("clearing days")
    assert (row["state"], row["taps"], row["incomplete"]) == ("closed", 3, None)
    assert row["since"] == "2026-03-05T06:00:00+09:00"
    assert close(office, WEDNESDAY) == {"date": WEDNESDAY, "again": True, "digest": day["digest"]}


def test_declared_lost_it_closes_without_more_words(office: Office) -> None:
    office.ask(f"clearing gaps waive --device {NORTH_GATE} --from 2 --to 2 {BOTH}")
    close(office, WEDNESDAY)
    [row] = office.ask("clearing days")
    assert (row["missing"], row["lost"], row["incomplete"]) == (0, 1, None)


def test_two_people_let_it_close_and_every_statement_says_so(office: Office) -> None:
    close(office, WEDNESDAY, f"--incomplete {BOTH}")
    consent = {"by": "B. Dorj", "second": "S. Kim", "because": "the bank will not wait"}
    [row] = office.ask("clearing days")
    assert (row["state"], row["missing"], row["incomplete"]) == ("closed", 1, consent)
    files = [path for path in (office.db.parent / "statements" / WEDNESDAY).glob("*.json") if path.stem != "manifest"]
    told = [json.loads(path.read_text())["custody"]["closed_incomplete"] for path in files]
    assert told == [consent | {"at": "2026-03-04T21:00:00Z"}] * len(files)
    assert files
    sheet = files[0].with_suffix(".custody.csv").read_text()
    assert "closed_incomplete,because,the bank will not wait" in sheet
    manifest = office.ask(f"clearing manifest {WEDNESDAY}")
    assert "the bank will not wait" in json.dumps(manifest)
    assert list(office.audit(code=4)) == ["I8 no sequence number is missing"], "it is closed, and still missing"
    assert office.replay() == [], "the same two people consent again"


def test_the_missing_tap_comes_after_all_and_is_charged_on_the_next_date(office: Office) -> None:
    """Thursday asks only for what may be Thursday's: what Wednesday was closed without holds up nobody."""
    close(office, WEDNESDAY, f"--incomplete {BOTH}")
    office.answers(office.sealed("4", NORTH_GATE, f"entry 4 {THURSDAY}T09:00:00+09:00 NG 1550 18450", after="3"),
                   at="2026-03-05T12:00:00+09:00")  # fmt: skip
    assert close(office, THURSDAY)["charged_minor"] == 1550
    office.answers(office.folder / "2.afc", at="2026-03-06T12:00:00+09:00")
    [friday] = office.close("2026-03-06")
    assert friday["charged_minor"] == 1550
    assert office.audit() == {}
    assert office.replay() == []


@pytest.mark.parametrize("who", ['--by A --second A --because "x"', '--by A --because "x"', "--by A --second B"])
def test_one_person_or_no_reason_is_not_enough(office: Office, who: str) -> None:
    [refusal] = close(office, WEDNESDAY, f"--incomplete {who}", code=3)
    assert refusal["code"] in ("ONE_PERSON", "REASON_MISSING")
    assert states(office) == [(WEDNESDAY, "open", 0)]


def test_names_without_incomplete_are_refused(office: Office) -> None:
    assert close(office, WEDNESDAY, BOTH, code=3)[0]["code"] == "DECISION_UNASKED"


def test_a_gap_before_a_later_dates_first_tap_may_be_of_both(office: Office) -> None:
    """After Wednesday's last tap and before Thursday's something is missing: either may have it, so Wednesday waits for it."""
    office.answers(office.folder / "2.afc")
    office.sealed("4", NORTH_GATE, "entry 4 20:00 NG 1550 18450", after="3")
    fifth = office.sealed("5", NORTH_GATE, f"entry 5 {THURSDAY}T09:00:00+09:00 NG 1550 18450", after="4")
    office.answers(fifth, at="2026-03-05T12:00:00+09:00")
    assert close(office, WEDNESDAY, code=3)[0]["code"] == "DAY_INCOMPLETE"


def test_a_gap_of_the_morning_after_does_not_hold_up_the_day_before(office: Office) -> None:
    office.answers(office.folder / "2.afc")
    office.sealed("4", NORTH_GATE, f"entry 4 {THURSDAY}T09:00:00+09:00 NG 1550 18450", after="3")
    office.sealed("5", NORTH_GATE, f"entry 5 {THURSDAY}T09:30:00+09:00 NG 1550 18450", after="4")
    sixth = office.sealed("6", NORTH_GATE, f"entry 6 {THURSDAY}T10:00:00+09:00 NG 1550 18450", after="5")
    office.answers(office.folder / "4.afc", sixth, at="2026-03-05T12:00:00+09:00")
    close(office, WEDNESDAY)
    assert close(office, THURSDAY, code=3)[0]["code"] == "DAY_INCOMPLETE"
    assert states(office) == [(WEDNESDAY, "closed", 1), (THURSDAY, "open", 0)]


def test_an_older_date_with_taps_goes_first(office: Office) -> None:
    office.answers(office.sealed("4", NORTH_GATE, f"entry 4 {THURSDAY}T09:00:00+09:00 NG 1550 18450", after="3"),
                   at="2026-03-05T12:00:00+09:00")  # fmt: skip
    [refusal] = close(office, THURSDAY, code=3)
    assert refusal["code"] == "DAY_OUT_OF_TURN"
    assert f"{WEDNESDAY} has taps" in refusal["message"]


def test_a_house_may_want_its_nightly_run_to_stop_as_well(tmp_path: Path) -> None:
    office = Office(tmp_path)
    say(f"clearing init --db {office.db} --city {HANBIT} --cards 10 --balance 20000 --incomplete refuse")
    office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    office.sealed("2", NORTH_GATE, "entry 2 09:00 NG 1550 18450", after="1")
    office.answers(office.folder / "2.afc")
    assert office.ask(f"clearing run --through {WEDNESDAY} -q", 3)[0]["code"] == "DAY_INCOMPLETE"
    office.answers(office.folder / "1.afc")
    assert office.close(WEDNESDAY)[0]["taps"] == 2


def test_only_one_program_closes_dates_at_a_time(office: Office) -> None:
    from clearing.store import Store

    with Store.open(str(office.db)) as other, other.closing():
        [refusal] = close(office, WEDNESDAY, f"--incomplete {BOTH}", code=3)
        assert refusal["code"] == "HOUSE_CLOSING"
        assert ask(f"clearing run --through {WEDNESDAY} -q --db {office.db}", 3)[0]["code"] == "HOUSE_CLOSING"
    close(office, WEDNESDAY, f"--incomplete {BOTH}")
