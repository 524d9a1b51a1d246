"""What people find out later is a fact of its own: the tap stays as it was signed, and the next close prices it again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from house import HANBIT, HARBOUR, NORTH_GATE, Office

from afc.city import load_city
from afc.fares.cases import versions_of
from afc.fares.compile import in_force

WEDNESDAY, THURSDAY = "2026-03-04", "2026-03-05"
WHO = '--by "B. Dorj" --second "S. Kim" --because "station log" --at 2026-03-05T10:00:00+09:00'
DAY = "--from 2026-03-04T04:00:00+09:00 --to 2026-03-05T04:00:00+09:00"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Card 1 rode from North Gate to Harbour on Wednesday, which is closed."""
    office = Office(tmp_path)
    office.begin()
    gate = office.sealed("gate", NORTH_GATE, "entry 1/1 08:00 NG 1550 18450")
    harbour = office.sealed("harbour", HARBOUR, "exit 1/2 08:12 HB 0 18450")
    assert office.answers(gate, harbour) == ["ACCEPTED", "ACCEPTED"]
    office.close(WEDNESDAY)
    return office


def test_a_reader_that_worked_for_another_operator(office: Office) -> None:
    """North Gate was lent to the bus company for a day: what it took there is the bus company's."""
    done = office.ask(f"clearing correct operator --device {NORTH_GATE} {DAY} --operator hanbit-bus {WHO}")
    assert (done["ruling"], done["facts"]["taps"]) == ("R-1", 1)
    told = office.ask(f"clearing reprice --dry-run --through {THURSDAY}")
    assert {(row["about"], row["kind"]) for row in told} >= {(WEDNESDAY, "share")}
    earned = sum(row["postings"].get("payable:hanbit-bus", 0) for row in told)
    [day] = office.close(THURSDAY)
    assert (day["charged_minor"], day["positions"]["hanbit-bus"]) == (0, -earned)
    assert day["positions"]["hanbit-bus"] > 0
    assert office.audit() == {}
    assert office.replay() == []


def test_a_stop_and_a_clock(office: Office) -> None:
    """The exit was at Harbour an hour later; the tap itself still has its MAC."""
    office.ask(f"clearing correct clock --device {HARBOUR} {DAY} --offset 3600 {WHO}")
    office.ask(f"clearing correct stop --device {HARBOUR} --seq 1 --stop MK {WHO}")
    office.close(THURSDAY)
    told = office.ask(f"fare explain J-{1:016x}-1")
    [leg] = told["legs"]
    assert (leg["out"], leg["status"]) == ("09:12:00", "COMPLETE")
    assert told["proof"]["mac_ok"]
    assert leg["to"] != "Harbour"
    assert office.replay() == []


def test_a_clock_that_was_set_right_twice_is_set_right_once_more(office: Office) -> None:
    """Ten minutes too many were added, and are taken off again by the same window: it names what the reader said."""
    office.ask(f"clearing correct clock --device {HARBOUR} {DAY} --offset 600 {WHO}")
    office.close(THURSDAY)
    assert office.ask(f"fare explain J-{1:016x}-1")["legs"][0]["out"] == "08:22:00"
    office.ask(f"clearing correct clock --device {HARBOUR} {DAY} --offset=-600 {WHO}")
    office.close("2026-03-06")
    assert office.ask(f"fare explain J-{1:016x}-1")["legs"][0]["out"] == "08:12:00"
    assert office.audit() == {}
    assert office.replay() == []


def test_a_clock_moves_no_tap_to_where_it_cannot_have_been(office: Office) -> None:
    """The batch came at noon. Nothing in it was made in the evening, on the next date, years ahead or two months before."""
    for offset in (12 * 3_600, 86_400, 999_999_999, -60 * 86_400):
        wrong = f"clearing correct clock --device {HARBOUR} {DAY} --offset={offset} {WHO}"
        assert office.ask(wrong, 3)[0]["code"] == "CLOCK_IMPOSSIBLE"
    assert [day["entries"] for day in office.close(THURSDAY)] == [0]


def test_a_tap_of_a_closed_date_is_not_moved_into_an_open_one(office: Office) -> None:
    """What came on Friday was made on Wednesday, says its reader; that it was Thursday is believed once Thursday is closed."""
    late = office.sealed("late", 52, "entry 7/1 22:00 NG 1550 18450")
    assert office.answers(late, at="2026-03-06T12:00:00+09:00") == ["ACCEPTED"]
    office.close(THURSDAY)
    later = f"clearing correct clock --device 52 {DAY} --offset 86400 {WHO}"
    assert office.ask(later)["facts"]["taps"] == 1
    further = f"clearing correct clock --device 52 {DAY} --offset 21600 {WHO}"
    [refused] = office.ask(further, 3)
    assert (refused["code"], "still open" in refused["message"]) == ("CLOCK_IMPOSSIBLE", True)
    office.close("2026-03-06")
    assert office.audit() == {}
    assert office.replay() == []


def test_numbers_that_have_not_come_are_not_corrected(office: Office) -> None:
    """What the reader will stamp with number 2 may be at another stop, or on another route."""
    wrong = f"clearing correct stop --device {HARBOUR} --seq 1-99 --stop MK {WHO}"
    [refused] = office.ask(wrong, 3)
    assert (refused["code"], "the newest is 1" in refused["message"]) == ("TAPS_MISSING", True)


def test_what_is_not_there_is_refused_by_name(office: Office) -> None:
    for wrong, code in (
        (f"stop --device {HARBOUR} --seq 7-9 --stop MK", "NOTHING_TO_CORRECT"),
        (f"stop --device {HARBOUR} --seq 1 --stop NOWHERE", "STOP_UNKNOWN"),
        (f"operator --device {HARBOUR} {DAY} --operator nobody", "PARTY_UNKNOWN"),
        ("tariff 1999-01-01 --first 2026-03-04 --last 2026-03-04", "ID_UNKNOWN"),
    ):
        assert office.ask(f"clearing correct {wrong} {WHO}", 3)[0]["code"] == code
    assert office.ask(f"clearing reprice --dry-run --through {THURSDAY}") == []


def test_a_version_put_in_force_for_a_day_changes_nothing_where_it_was_in_force(office: Office) -> None:
    """Every card of the date is priced again, and no entry comes of it."""
    city = load_city(HANBIT)
    version = versions_of(city)[in_force(versions_of(city), date(2026, 3, 4))]["id"]
    office.ask(f"clearing correct tariff {version} --first {WEDNESDAY} --last {WEDNESDAY} {WHO}")
    assert office.ask(f"clearing reprice --dry-run --through {THURSDAY}") == []
    assert [day["entries"] for day in office.close(THURSDAY)] == [0]
    assert office.replay() == []


def test_a_single_tap_leaves_quarantine_by_two_people(office: Office) -> None:
    """A copy of a counter moved no money, so nobody can be given any; it is done with."""
    copy = office.sealed("copy", 52, "entry 1/1 2026-03-05T09:00:00+09:00 NG 1550 16900")
    assert office.answers(copy, at="2026-03-05T10:00:00+09:00") == ["ACCEPTED"]
    office.close(THURSDAY)
    [held] = office.ask("clearing quarantine list")
    name = f"T-{held['device']}-{held['epoch']}-{held['seq']}"
    refused = office.ask(f"clearing quarantine settle {name} --as hanbit-metro {WHO}", 3)
    assert refused[0]["code"] == "NOTHING_IN_SUSPENSE"
    office.ask(f"clearing quarantine settle {name} --as charge-off {WHO}")
    assert office.ask("clearing quarantine list") == []
    assert office.ask(f"clearing quarantine settle {name} --as charge-off {WHO}", 3)[0]["code"] == "SETTLED_BEFORE"
    assert office.ask("clearing quarantine list --all")[0]["released"]["second"] == "S. Kim"
    assert office.replay() == []
