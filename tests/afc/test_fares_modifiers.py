"""Modifiers: when, where and for whom a price changes, in which order, and how it is rounded."""

from __future__ import annotations

from typing import Any

import pytest
from clerk import fares, flat, tariff


def test_modifiers_follow_one_another_each_with_its_own_rounding() -> None:
    """305 less a quarter is 228.75, up to a ten: 230; less 35 is 195; of that a half, 97.5, to even: 98."""
    rows = [{"id": "a", "percent": -25, "round": {"to": 10, "how": "up"}}, {"id": "b", "amount": -35},
            {"id": "c", "percent": -50, "round": {"to": 1, "how": "half_even"}}]  # fmt: skip
    ride = "2026-03-03 08:00 bus 08:10"
    assert fares(tariff(fare=flat(305), modifier=rows), ride) == [98]
    # The other way round: 152.5 to even is 152; less 35 is 117; less a quarter 87.75, up to a ten: 90.
    assert fares(tariff(fare=flat(305), modifier=rows[::-1]), ride) == [90]


@pytest.mark.parametrize(
    ("row", "paid"),
    [({"amount": -400}, 0), ({"amount": -400, "least": 120}, 120), ({"percent": 100, "most": 450}, 450),
     ({"percent": 0, "least": 100, "most": 250}, 250), ({"percent": -100}, 0), ({"percent": -50, "amount": 20}, 170)],
)  # fmt: skip
def test_a_price_never_falls_below_its_least_nor_rises_above_its_most(row: dict[str, Any], paid: int) -> None:
    """Percent first, the amount after it, the bounds last; and nothing is ever below zero."""
    assert fares(tariff(fare=flat(300), modifier=[row | {"id": "m"}]), "2026-03-03 08:00 bus 08:10") == [paid]


@pytest.mark.parametrize(
    ("boarding", "paid"),
    [
        ("2026-03-03 06:59:59", 300),
        ("2026-03-03 07:00:00", 400),
        ("2026-03-03 08:59:59", 400),
        ("2026-03-03 09:00:00", 300),
        ("2026-03-03 22:59:59", 300),
        ("2026-03-03 23:00:00", 400),
        ("2026-03-04 03:59:59", 400),  # still Tuesday's service
        ("2026-03-04 04:00:00", 400),  # Wednesday's own band of before five
        ("2026-03-04 05:00:00", 300),
        ("2026-03-06 23:30:00", 400),
        ("2026-03-07 03:30:00", 400),  # Friday's night
        ("2026-03-07 04:30:00", 300),  # Saturday has no bands
        ("2026-03-02 08:00:00", 300),  # Founding Day is a Sunday
    ],
)
def test_a_band_ends_before_its_end_and_may_run_over_midnight(boarding: str, paid: int) -> None:
    """The clock and the kind of day of the tap-in count, whenever the ride ends."""
    peak = {"id": "peak", "amount": 100, "when": {"weekday": ["07:00-09:00", "23:00-05:00"]}}
    assert fares(tariff(fare=flat(300), modifier=[peak]), f"{boarding} bus 12:00") == [paid]


def test_where_the_rider_boards_counts_and_not_where_the_ride_ends() -> None:
    airport = {"id": "airport", "amount": 500, "stops": ["cape", "park"]}
    rides = "2026-03-03 08:00 rail cape>hill 08:10\n09:00 rail hill>cape 09:10\n10:00 rail park>hill 10:10"
    assert fares(tariff(fare=flat(300, "rail"), modifier=[airport]), rides) == [800, 300, 800]


JOURNEY = {"journey": {"services": ["bus", "red"], "pricing": "matrix", "window_from": "tap_out", "window_s": 1_800,
                       "transfers_max": 2}, "transfer": [{"from": ["bus"], "to": ["red"], "less": 100}]}  # fmt: skip


def test_some_hold_for_the_first_leg_of_a_journey_alone() -> None:
    """50 off the first boarding; the second leg is a transfer, and the third begins a journey again."""
    version = tariff(fare=flat(300, "bus", "red"), modifier=[{"id": "first", "amount": -50, "first": True}], **JOURNEY)
    assert fares(version, "2026-03-03 08:00 bus 08:10\n08:20 red 08:30\n08:40 bus 08:50") == [250, 200, 250]


def test_for_whom() -> None:
    """Each of these holds for one kind of card alone."""
    rows = [{"id": "child", "percent": -50, "categories": ["child"]}, {"id": "bank", "amount": 20, "media": ["bankcard"]},
            {"id": "red", "amount": 100, "services": ["red"]},
            {"id": "known", "amount": -10, "needs_attribute": "personalised"}]  # fmt: skip
    version, rides = tariff(fare=flat(300, "bus", "red"), modifier=rows), "2026-03-03 08:00 bus 08:10\n12:00 red 12:10"
    assert fares(version, rides) == [300, 400]
    assert fares(version, rides, rider="child") == [150, 250]
    assert fares(version, rides, medium="bankcard") == [320, 420]
    assert fares(version, rides, attributes=["personalised"]) == [290, 390]


def test_a_base_is_modified_at_the_tap_in_too() -> None:
    version = tariff(base={"bus": {"adult": 300, "child": 150}}, modifier=[{"id": "m", "percent": -10}])
    assert fares(version, "2026-03-03 08:00 bus x2\n09:00 bus 09:10", rider="child") == [2 * 135, 135]
