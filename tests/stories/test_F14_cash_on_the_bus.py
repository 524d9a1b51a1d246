"""Three riders pay the driver 4,800 in cash. The bus company holds the money and has earned it; riders are boardings."""

from __future__ import annotations

from pathlib import Path

from house import WEDNESDAY, when
from kinds import House

CASH = {"kind": "CASH", "time": when("08:00"), "pattern": 6, "trip": 40, "stop": "b-market", "group": 3, "amount": 4800}


def test_it_is_two_lines_of_the_statement_and_no_position(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.bring(house.device("bus", "hanbit-bus"), CASH, CASH | {"time": when("08:05"), "group": 1, "amount": 1600})
    [day] = house.close(WEDNESDAY)
    lines = house.statement("hanbit-bus")
    assert (lines["cash"]["quantity"], lines["cash"]["minor"], lines["cash"]["service"]) == (4, -6400, "bus")
    assert (lines["cash_share"]["quantity"], lines["cash_share"]["minor"]) == (4, 6400)
    assert lines["boarding"]["quantity"] == 4
    assert day["charged_minor"] == 0, "no card was charged"
    assert house.audit() == {}
    assert house.replay() == []


def test_a_machine_at_a_stop_has_no_driver(tmp_path: Path) -> None:
    """It belongs to no service, and a rider who pays there rides nowhere."""
    house = House(tmp_path)
    record = {"kind": "CASH", "time": when("08:00"), "stop": "b-market", "amount": 1600}
    house.bring(house.device("kiosk", "corner-shops"), record)
    house.close(WEDNESDAY)
    assert [row["reason"] for row in house.ask("clearing quarantine list")] == ["PLACE_UNKNOWN"]
    assert house.audit() == {}
