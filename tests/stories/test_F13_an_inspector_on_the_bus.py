"""An inspector checks three riders: one tapped in, one did not, one holds a card that nobody issued. No money moves."""

from __future__ import annotations

from pathlib import Path

from house import WEDNESDAY, when
from kinds import House

RIDE = {"pattern": 6, "trip": 40, "stop": "b-market"}
"""Bus 12 from Market Street."""


def test_who_tapped_in_is_told_from_the_card_s_own_chain(tmp_path: Path) -> None:
    house = House(tmp_path)
    bus, handheld = house.device("bus", "hanbit-bus"), house.device("handheld", "city")
    entry = RIDE | {"kind": "ENTRY", "card": 1, "time": when("08:00"), "amount": 1500, "balance": 18_500}
    check = RIDE | {"kind": "INSPECTION", "time": when("08:05")}
    house.bring(bus, entry)
    checks = [check | {"card": 1}, check | {"card": 2, "amount": 30_000}, check | {"card": 77, "amount": 30_000}]
    other = check | {"card": 1, "trip": 41, "time": when("08:06")}
    assert house.bring(handheld, *checks, other) == ["ACCEPTED"]
    [day] = house.close(WEDNESDAY)
    assert day["charged_minor"] == 1500
    lines = house.statement("city")
    assert (lines["check"]["quantity"], lines["not_boarded"]["quantity"], lines["penalty"]["quantity"]) == (
        3,
        2,
        30_000,
    )
    assert {line["minor"] for line in lines.values() if line["kind"] in ("check", "not_boarded", "penalty")} == {0}
    assert [row["reason"] for row in house.ask("clearing quarantine list")] == ["CARD_UNKNOWN"]
    assert house.audit() == {}
    assert house.replay() == []


def test_after_the_tap_out_a_check_finds_nobody(tmp_path: Path) -> None:
    house = House(tmp_path)
    bus, handheld = house.device("bus", "hanbit-bus"), house.device("handheld", "city")
    entry = RIDE | {"kind": "ENTRY", "card": 1, "time": when("08:00"), "amount": 1500, "balance": 18_500}
    left = RIDE | {
        "kind": "EXIT",
        "card": 1,
        "time": when("08:10"),
        "stop": "b-library",
        "amount": 0,
        "balance": 18_500,
    }
    house.bring(bus, entry, left)
    check = RIDE | {"kind": "INSPECTION", "card": 1}
    house.bring(handheld, check | {"time": when("08:10")}, check | {"time": when("08:11")})
    house.close(WEDNESDAY)
    lines = house.statement("city")
    assert (lines["check"]["quantity"], lines["not_boarded"]["quantity"]) == (2, 1)
