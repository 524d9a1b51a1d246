"""A bus finds its signal days later: its taps are charged on their own date, in the books of the day that closes now."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from house import HARBOUR, NORTH_GATE, Office

WEDNESDAY, THURSDAY, FRIDAY = "2026-03-04", "2026-03-05", "2026-03-06"
THURSDAY_NOON, FRIDAY_NOON = "2026-03-05T12:00:00+09:00", "2026-03-06T12:00:00+09:00"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Card 1 went in at North Gate on Wednesday; the gate where it went out has no line. On Thursday it rode on."""
    office = Office(tmp_path)
    office.begin()
    entry = office.sealed("in", NORTH_GATE, "entry 1/1 08:00 NG 1550 18450")
    office.sealed("out", HARBOUR, "exit 1/2 08:12 HB 0 18450")
    assert office.answers(entry) == ["ACCEPTED"]
    office.close(WEDNESDAY)
    again = office.sealed("again", NORTH_GATE, "entry 1/3 2026-03-05T08:00:00+09:00 NG 1550 16900", after="in")
    assert office.answers(again, at=THURSDAY_NOON) == ["ACCEPTED"]
    office.close(THURSDAY)
    return office


def lines(office: Office, date: str, party: str) -> dict[tuple[str, str], tuple[int, int]]:
    """A statement's lines about fares: quantity and minor units by service date and kind."""
    with (office.db.parent / "statements" / date / f"{party}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["service_date"], row["kind"]): (int(row["quantity"]), int(row["minor"])) for row in rows if row["quantity"]
    }


def test_the_missing_tap_out_completes_its_journey_and_costs_nothing_more(office: Office, tmp_path: Path) -> None:
    """The ride was paid at the gate; now it is known where it ended, and no money moves."""
    journey = f"J-{1:016x}-1"
    assert office.ask(f"fare explain {journey}")["legs"][0]["status"] == "NO_TAP_OUT"
    assert office.answers(tmp_path / "out.afc", at=FRIDAY_NOON) == ["ACCEPTED"]
    [day] = office.close(FRIDAY)
    assert day["charged_minor"] == 0
    told = office.ask(f"fare explain {journey}")
    assert (told["date"], told["legs"][0]["status"], told["total_minor"]) == (WEDNESDAY, "COMPLETE", 1550)
    assert told["proof"]["mac_ok"]
    assert "I2 card value in the books is what the cards hold" not in office.audit()
    assert office.replay() == []


def test_a_late_load_and_ride_are_posted_with_both_dates(office: Office, tmp_path: Path) -> None:
    """A ride of Wednesday on another card, which had ridden on Thursday: Friday's statement says Wednesday."""
    first = office.sealed("first", 52, "entry 2/1 08:30 NG 1550 18450")
    second = office.sealed("second", 53, "entry 2/2 2026-03-05T09:00:00+09:00 NG 1550 16900")
    assert office.answers(second, at=FRIDAY_NOON) == ["ACCEPTED"]
    office.close(FRIDAY)
    before = lines(office, FRIDAY, "hanbit-metro")
    assert before[THURSDAY, "share"] == (1, 1550)
    assert (WEDNESDAY, "share") not in before
    assert office.answers(first, at="2026-03-07T12:00:00+09:00") == ["ACCEPTED"]
    office.close("2026-03-07")
    after = lines(office, "2026-03-07", "hanbit-metro")
    assert (after[WEDNESDAY, "share"], after[WEDNESDAY, "boarding"]) == ((1, 1550), (1, 0))
    assert (THURSDAY, "share") not in after, "what did not change is not posted"
    tap = office.ask("card show 2")["journeys"]
    assert [(row["date"], row["charge_minor"]) for row in tap] == [(THURSDAY, 1550), (WEDNESDAY, 1550)]
    stations = {row["station"]: row["told"] for row in office.ask("follow T-52-1-1")["stations"]}
    assert "about 2026-03-04, priced again with 2026-03-07" in stations["postings"]
    assert office.audit() == {"I8 no sequence number is missing": ""} or office.audit() == {}
    assert office.replay() == []
