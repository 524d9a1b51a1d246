"""What changing costs: amounts off, differences, ceilings of a journey, changes between named stops, and through fares."""

from __future__ import annotations

from typing import Any

import pytest
from clerk import fares, flat, tariff
from town import Version


def matrix(*rows: dict[str, Any], **journey: Any) -> Version:
    """The bus costs 300, the red bus 500, the railway 400; half an hour to change."""
    tables = flat(300, "bus") + flat(500, "red") + flat(400, "rail")
    told = {
        "services": ["bus", "red", "rail"],
        "pricing": "matrix",
        "window_from": "tap_out",
        "window_s": 1_800,
        "transfers_max": 5,
    }
    return tariff(fare=tables, journey=told | journey, transfer=list(rows))


ANY = {"from": ["bus", "red", "rail"], "to": ["bus", "red", "rail"]}
CHANGES = "2026-03-03 08:00 bus 08:10\n08:20 red 08:30\n08:40 rail 08:50\n09:00 bus/1 09:10"


@pytest.mark.parametrize(
    ("row", "paid"),
    [
        ({"price": 0}, [300, 0, 0, 0]),
        ({"price": 350}, [300, 350, 350, 300]),  # a change never costs more than the ride
        ({"less": 100}, [300, 400, 300, 200]),
        ({"less": 450}, [300, 50, 0, 0]),
        ({"difference": True}, [300, 200, 0, 0]),
        ({"less": 100, "max": 900}, [300, 400, 200, 0]),
        ({"difference": True, "max": 400}, [300, 100, 0, 0]),
    ],
)
def test_what_a_change_takes_off(row: dict[str, Any], paid: list[int]) -> None:
    assert fares(matrix(ANY | row), CHANGES) == paid


def test_only_the_pairs_that_are_named_change() -> None:
    """From the bus to the red bus, and not back; only cards do."""
    version = matrix({"from": ["bus"], "to": ["red"], "less": 100, "media": ["card"]})
    rides = "2026-03-03 08:00 bus 08:10\n08:20 red 08:30\n08:40 bus 08:50"
    assert fares(version, rides) == [300, 400, 300]
    assert fares(version, rides, medium="bankcard") == [300, 500, 300]
    assert fares(matrix(ANY | {"less": 100}, media=["bankcard"]), rides) == [300, 500, 300]


@pytest.mark.parametrize(
    ("journey", "last", "first_not"),
    [
        ({}, "08:40:00", "08:40:01"),
        ({"window_ends": "exclusive"}, "08:39:59", "08:40:00"),
        ({"window_from": "tap_in"}, "08:30:00", "08:30:01"),
        ({"window_from": "first_boarding"}, "08:30:00", "08:30:01"),
    ],
)
def test_a_window_ends_with_its_last_second_or_before_it(journey: dict[str, Any], last: str, first_not: str) -> None:
    """In at 08:00, out at 08:10, half an hour to change."""
    version, first = matrix(ANY | {"price": 0}, **journey), "2026-03-03 08:00:00 bus 08:10:00"
    assert fares(version, f"{first}\n{last} red 09:30") == [300, 0]
    assert fares(version, f"{first}\n{first_not} red 09:30") == [300, 500]


def test_a_journey_as_a_whole_has_its_time_too() -> None:
    """An hour from the first boarding, however short each wait was."""
    version = matrix(ANY | {"price": 0}, total_s=3_600)
    rides = "2026-03-03 08:00:00 bus 08:25\n08:45 red 08:55\n{} bus/1 09:30"
    assert fares(version, rides.format("09:00:00")) == [300, 0, 0]
    assert fares(version, rides.format("09:00:01")) == [300, 0, 300]


def test_some_changes_are_allowed_between_two_stops_alone() -> None:
    """Out at hill and in at bridge, either way round; nowhere else."""
    version = matrix({"from": ["rail"], "to": ["rail"], "price": 0, "between": [["hill", "bridge"]]})
    first = "2026-03-03 08:00 rail harbour>{} 08:10\n08:20 rail {}>cape 08:40"
    changed = [fares(version, first.format(*spot))[1] for spot in
               (("hill", "bridge"), ("bridge", "hill"), ("hill", "hill"), ("hill", "mill"))]  # fmt: skip
    assert changed == [0, 0, 400, 400]


def through(by: str, upto: list[int], **rows: Any) -> Version:
    """The railway and the bus as one, by zones or metres: 100 for the first bound, 200 for the second, 300 beyond."""
    journey = {
        "services": ["bus", "rail"],
        "pricing": "through",
        "window_from": "tap_out",
        "window_s": 1_800,
        "transfers_max": 3,
    }
    table = {"services": ["bus", "rail"], "by": by, "upto": upto, "price": [100, 200, 300]}
    return tariff(fare=[table], journey=journey) | rows


def test_a_through_fare_is_what_one_ride_would_cost_less_what_was_paid() -> None:
    """4 km are 100; the same and 3 km more 200; and 8 km after them 300 in all."""
    rides = "2026-03-03 08:00 bus 4000m 08:10\n08:20 bus/1 3000m 08:30\n08:40 bus 8000m 08:50\n09:00 bus/1 1m 09:10"
    assert fares(through("metres", [5_000, 10_000]), rides) == [100, 100, 100, 0]


def test_between_gates_the_way_from_the_first_gate_to_the_last_counts() -> None:
    """Hill to harbour and back to hill: 3,000 m twice, and the rider is where the journey began."""
    rides = "2026-03-03 08:00 rail hill>harbour 08:10\n08:20 rail harbour>market 08:30\n08:40 rail market>cape 08:50"
    assert fares(through("metres", [5_000, 20_000]), rides) == [100, 0, 100]


def test_a_through_fare_is_never_dearer_than_its_rides_alone() -> None:
    """Where long rides are dear: 100 and 100 alone, 500 as one."""
    version = through("metres", [5_000, 9_000])
    version["fare"][0]["price"] = [100, 500, 500]
    assert fares(version, "2026-03-03 08:00 bus 4000m 08:10\n08:20 bus/1 4000m 08:30") == [100, 100]


def test_modifiers_of_the_first_boarding_hold_for_the_whole() -> None:
    """Begun in the morning peak, a through journey is dearer to its end; begun after it, it is not."""
    peak = [{"id": "peak", "percent": 50, "when": {"weekday": ["07:00-08:00"]}}]
    version = through("metres", [5_000, 10_000], modifier=peak)
    assert fares(version, "2026-03-03 07:59 bus 4000m 08:10\n08:20 bus/1 3000m 08:30") == [150, 150]
    assert fares(version, "2026-03-03 08:00 bus 4000m 08:10\n08:20 bus/1 3000m 08:30") == [100, 100]


def test_without_a_tap_out_the_next_ride_begins_anew_where_tap_outs_are_asked() -> None:
    version = through("metres", [5_000, 10_000])
    version["journey"]["needs_tap_out"] = True
    assert fares(version, "2026-03-03 08:00 bus\n08:20 bus/1 6000m 08:30") == [0, 200]
