"""What is held at the tap-in and given back, and what becomes of rides without a tap-out, of long stays and of thin purses."""

from __future__ import annotations

from typing import Any

import pytest
from clerk import Desk, fares, flat, tariff
from town import Version

STEPS = {"services": ["bus"], "by": "metres", "upto": [5_000, 9_000], "price": [200, 300, 500]}
TWO_BUSES = "2026-03-03 08:00 bus {ride}\n10:00 bus 3000m 10:10"


def taps(version: Version, rides: str, **who: Any) -> list[list[int]]:
    """What each tap of each ride came to."""
    return [[told.minor for told in leg.answers] for leg in Desk(version).told(rides, **who)]


def test_what_is_held_is_given_back_with_the_fare_taken_out() -> None:
    """300 held, 200 is the fare: 100 come back. A ride of 500 pays 200 more."""
    version = tariff(fare=[STEPS], hold={"bus": 300})
    assert taps(version, "2026-03-03 08:00 bus 3000m 08:10\n09:00 bus 9001m 09:30") == [[300, -100], [300, 200]]
    assert taps(version, "2026-03-03 08:00 bus 3000m 08:10 x3") == [[900, -300]]


def test_who_does_not_tap_out_has_paid_with_what_was_held() -> None:
    version = tariff(fare=[STEPS], hold={"bus": 300}, missing_tap_out={"fare": {"bus": 500}})
    assert taps(version, TWO_BUSES.format(ride="")) == [[300], [300, -100]]


@pytest.mark.parametrize(("held", "minor"), [("end_of_route", 300), ("maximum", 500), (120, 120)])
def test_a_hold_is_an_amount_the_fare_to_the_end_or_the_dearest(held: int | str, minor: int) -> None:
    version = tariff(fare=[STEPS], hold={"bus": held})
    assert taps(version, "2026-03-03 08:00 bus end=9000 3000m 08:10") == [[minor, 200 - minor]]


def test_some_cards_are_held_and_others_not() -> None:
    version = tariff(fare=[STEPS], hold={"bus": {"bankcard": 300}})
    assert taps(version, "2026-03-03 08:00 bus 3000m 08:10") == [[0, 200]]
    assert taps(version, "2026-03-03 08:00 bus 3000m 08:10", medium="bankcard") == [[300, -100]]


def test_nobody_is_held_for_a_ride_that_is_free() -> None:
    """An amount, the dearest fare or the fare to the end: a child for whom every ride is free leaves nothing."""
    free = [{"id": "free", "percent": -100, "categories": ["child"]}]
    for held in (300, "maximum", "end_of_route"):
        version = tariff(fare=[STEPS], hold={"bus": held}, modifier=free, missing_tap_out={"fare": {"bus": "maximum"}})
        assert taps(version, TWO_BUSES.format(ride="end=9000"), rider="child") == [[0], [0, 0]]


@pytest.mark.parametrize(("instead", "minor"), [(700, 700), ("maximum", 500), ("end_of_route", 300)])
def test_the_next_tap_in_collects_for_a_tap_out_that_is_missing(instead: int | str, minor: int) -> None:
    version = tariff(fare=[STEPS], missing_tap_out={"fare": {"bus": instead}})
    assert taps(version, TWO_BUSES.format(ride="end=9000")) == [[0], [minor, 200]]


def test_by_the_table_of_another_card_where_the_tariff_says_so() -> None:
    """A card pays 200, cash 400, and whoever forgot to tap out pays as cash does; the discount of cards is lost."""
    rows = [{"services": ["bus"], "by": "metres", "media": ["card"], "price": [200]}, *flat(400)]
    less = [{"id": "less", "percent": -50, "media": ["card"]}, {"id": "child", "percent": -25, "categories": ["child"]}]
    missing = {"fare": {"bus": "end_of_route"}, "medium": {"card": "bankcard"}}
    version = tariff(fare=rows, missing_tap_out=missing, modifier=less)
    assert taps(version, TWO_BUSES.format(ride="end=9000")) == [[0], [400, 100]]
    assert taps(version, TWO_BUSES.format(ride="end=9000"), rider="child") == [[0], [300, 75]]


@pytest.mark.parametrize(
    ("out", "paid"),
    [
        ("08:30 in=a off=a", [300]),
        ("09:00:00 in=a off=b", [300]),  # another bus of the route, in the last second
        ("09:00:01 in=a off=b", ["NO_ENTRY"]),
        ("09:00:01 in=a off=a", [300]),  # in its own bus it is never too late
    ],
)
def test_a_forgotten_tap_out_is_made_good_on_the_same_route_soon_enough(out: str, paid: list[int | str]) -> None:
    version = tariff(fare=flat(300), missing_tap_out={"repair_s": {"bus": 3_600}})
    assert fares(version, f"2026-03-03 08:00:00 bus {out}") == paid
    assert fares(tariff(fare=flat(300)), "2026-03-03 08:00:00 bus in=a off=b 08:30") == ["NO_ENTRY"]


def test_a_long_stay_adds_an_amount_or_all_that_is_missing_to_the_dearest() -> None:
    """Two hours to the second are no long stay. 100 on top; or 500 in all, whatever the ride was."""
    rides = "2026-03-03 08:00:00 bus 3000m 10:00:00\n12:00:00 bus 3000m 14:00:01\n16:00:00 bus 9001m 18:00:01"
    assert fares(tariff(fare=[STEPS], overstay={"bus": {"after_s": 7_200, "add": 100}}), rides) == [200, 300, 600]
    assert fares(tariff(fare=[STEPS], overstay={"bus": {"after_s": 7_200}}), rides) == [200, 500, 500]


def purse(**rows: Any) -> Version:
    """The steps, a purse, and 300 for a tap-out that is missing."""
    return tariff(fare=[STEPS], missing_tap_out={"fare": {"bus": 300}}, purse={"max": 20_000} | rows)


def test_a_gate_asks_for_a_least_balance() -> None:
    version = purse(min_to_enter={"bus": 250})
    assert fares(version, "2026-03-03 08:00 bus 3000m 08:10", balance=250) == [200]
    assert fares(version, "2026-03-03 08:00 bus 3000m 08:10", balance=249) == ["INSUFFICIENT_BALANCE"]


def test_after_what_is_collected_for_the_ride_before() -> None:
    """550 are enough for a penalty of 300 and the 250 that must be left; 549 are not, and then nothing is collected."""
    version, rides = purse(min_to_enter={"bus": 250}), "2026-03-03 08:00 bus\n10:00 bus 3000m 10:10"
    assert fares(version, rides, balance=550) == [0, 500]
    assert fares(version, rides, balance=549) == [0, "INSUFFICIENT_BALANCE"]


def test_only_an_exit_may_overdraw_and_only_so_far() -> None:
    """A purse of 100 pays 200 with an overdraft of 100; with 99 the gate stays shut. Below zero nobody boards again."""
    version = purse(overdraft=100, min_to_enter={"bus": 0})
    ride = "2026-03-03 08:00 bus 3000m 08:10"
    assert fares(version, ride, balance=100) == [200]
    assert fares(version, ride, balance=99) == ["INSUFFICIENT_BALANCE"]
    assert fares(version, f"{ride}\n09:00 bus 3000m 09:10", balance=100) == [200, "INSUFFICIENT_BALANCE"]
    assert fares(version, f"{ride}\n09:00 bus 3000m 09:10 +300", balance=100) == [200, 200]


def test_a_ride_that_gives_money_back_needs_no_balance() -> None:
    """Held 500 with 500 on the card; the tap-out gives 300 back though the purse is empty."""
    version = tariff(fare=[STEPS], hold={"bus": "maximum"}, purse={"max": 20_000})
    assert taps(version, "2026-03-03 08:00 bus 3000m 08:10", balance=500) == [[500, -300]]
    assert fares(version, "2026-03-03 08:00 bus 3000m 08:10", balance=499) == ["INSUFFICIENT_BALANCE"]


def test_an_overdraft_may_be_for_cards_that_are_known() -> None:
    version = purse(overdraft=100, overdraft_needs_attribute="personalised")
    ride = "2026-03-03 08:00 bus 3000m 08:10"
    assert fares(version, ride, balance=100) == ["INSUFFICIENT_BALANCE"]
    assert fares(version, ride, balance=100, attributes=["personalised"]) == [200]
