"""Fare tables: what is counted, where a bound lies, which table speaks."""

from __future__ import annotations

from typing import Any

import pytest
from clerk import fares, flat, tariff
from town import Version

BY_METRES = {"services": ["bus"], "by": "metres"}


def at(version: Version, *lengths: str, **who: Any) -> list[int | str]:
    """A bus ride of each length, an hour apart."""
    lines = [f"2026-03-03 {8 + i:02d}:00 bus {length} {8 + i:02d}:20" for i, length in enumerate(lengths)]
    return fares(version, "\n".join(lines), **who)


def test_a_bound_belongs_to_its_step_and_one_metre_more_to_the_next() -> None:
    version = tariff(fare=[BY_METRES | {"upto": [6_000, 12_000], "price": [300, 400, 500]}])
    assert at(version, "0m", "6000m", "6001m", "12000m", "12001m", "200000m") == [300, 300, 400, 400, 500, 500]


def test_without_a_price_beyond_the_last_bound_its_own_holds() -> None:
    version = tariff(fare=[BY_METRES | {"upto": [6_000, 12_000], "price": [300, 400]}])
    assert at(version, "12000m", "12001m") == [400, 400]


def test_a_tail_goes_on_in_started_steps() -> None:
    """Up to 12 km 400; each 20 km begun beyond cost 100 more."""
    version = tariff(fare=[BY_METRES | {"upto": [12_000], "price": [400], "then": {"every": 20_000, "price": 100}}])
    assert at(version, "12000m", "12001m", "32000m", "32001m") == [400, 500, 500, 600]


@pytest.mark.parametrize(
    ("how", "paid"),
    [("up", [100, 300, 310, 330]), ("down", [100, 290, 300, 320]), ("half_up", [100, 300, 300, 330]),
     ("half_even", [100, 300, 300, 320])],
)  # fmt: skip
def test_in_proportion_is_rounded_once_and_last(how: str, paid: list[int]) -> None:
    """70 and 3 for a hundred metres: 70, raised to the least of 100; 299.98; 300.01; and 325 exactly."""
    row = {
        "start": 70,
        "rates": [{"from": 0, "price": 300, "per": 10_000}],
        "least": 100,
        "round": {"to": 10, "how": how},
    }
    assert at(tariff(fare=[BY_METRES | row]), "0m", "7666m", "7667m", "8500m") == paid


def test_a_second_rate_holds_for_the_metres_past_its_start_alone() -> None:
    """70 + 4 km at 30 + 6 km at 26.4 are 348.4, up to 350; no ride costs more than 400."""
    rates = [{"from": 0, "price": 300, "per": 10_000}, {"from": 4_000, "price": 264, "per": 10_000}]
    row = {"start": 70, "rates": rates, "most": 400, "round": {"to": 10, "how": "up"}}
    assert at(tariff(fare=[BY_METRES | row]), "4000m", "4001m", "10000m", "40000m") == [190, 200, 350, 400]


def test_the_first_row_that_names_rider_and_card_speaks() -> None:
    rows = [BY_METRES | {"categories": ["child"], "price": [100]}, BY_METRES | {"media": ["bankcard"], "price": [350]},
            BY_METRES | {"price": [300]}]  # fmt: skip
    version = tariff(fare=rows)
    cards = ("card", "bankcard")
    assert [at(version, "1m", medium=medium) for medium in cards] == [[300], [350]]
    assert [at(version, "1m", medium=medium, rider="child") for medium in cards] == [[100], [100]]


def test_nobody_boards_with_a_card_that_no_row_names() -> None:
    """Nor with one that the service does not accept, nor a service without any price."""
    version = tariff(fare=[*flat(300), BY_METRES | {"services": ["red"], "media": ["bankcard"], "price": [500]}],
                     accepts={"bus": ["bankcard"]})  # fmt: skip
    day = "2026-03-03 08:00 bus 08:10\n09:00 red 09:10\n10:00 ferry 10:10"
    assert fares(version, day) == ["NO_FARE", "NO_FARE", "NO_FARE"]
    assert fares(version, day, medium="bankcard") == [300, 500, "NO_FARE"]


def test_stations_count_both_ends_and_hops_do_not() -> None:
    """Harbour, market, hill: three stations, two hops."""
    day = "2026-03-03 08:00 rail harbour>hill 08:10\n09:00 rail harbour>bridge 09:10"
    by_stations = {"services": ["rail"], "by": "stations", "upto": [3], "price": [200, 250]}
    by_hops = {"services": ["rail"], "by": "hops", "upto": [2], "price": [200, 250]}
    assert fares(tariff(fare=[by_stations]), day) == [200, 250]
    assert fares(tariff(fare=[by_hops]), day) == [200, 250]


def test_stages_are_counted_along_the_way_and_the_first_is_always_paid() -> None:
    """Harbour and market lie in stage 1, hill in 2, bridge in 3, mill in 4."""
    version = tariff(fare=[{"services": ["bus"], "by": "stages", "upto": [1, 2], "price": [100, 180, 250]}])
    assert at(version, "harbour>market", "harbour>hill", "harbour>bridge", "harbour>mill") == [100, 100, 180, 250]


def test_tables_within_sections_add_up() -> None:
    """Near, harbour to bridge: 10 and 5 a hop; far beyond: 8 a ride of up to two hops, 20 of more; none is 0."""
    rows = [{"services": ["rail"], "by": "hops", "within": "near", "upto": [0, 1, 2], "price": [0, 10, 15, 20]},
            {"services": ["rail"], "by": "hops", "within": "far", "upto": [0, 2], "price": [0, 8, 20]}]  # fmt: skip
    day = "2026-03-03 08:00 rail harbour>bridge 08:10\n09:00 rail hill>mill 09:10\n10:00 rail cape>bridge 10:10"
    assert fares(tariff(fare=rows), day) == [20, 10 + 8, 20]


def test_of_a_table_for_those_who_touch_a_section_and_the_plain_one_the_dearest_counts() -> None:
    plain = {"services": ["rail"], "by": "metres", "upto": [3_000], "price": [200, 600]}
    version = tariff(fare=[plain | {"uses": ["far"], "upto": [], "price": [400]}, plain])
    day = "2026-03-03 08:00 rail harbour>hill 08:10\n09:00 rail bridge>mill 09:10\n10:00 rail hill>bridge 10:10"
    assert fares(version, day) == [200, 600, 200]
    assert fares(tariff(fare=[plain | {"uses": ["near"], "price": [400, 400]}, plain]), day) == [400, 600, 400]


def test_a_price_between_two_stops_goes_before_all_tables() -> None:
    pairs = [{"services": ["bus"], "from": "harbour", "to": "hill", "price": 90},
             {"services": ["bus"], "from": "harbour", "to": "mill", "price": 95, "both": False,
              "categories": ["adult"]}]  # fmt: skip
    version = tariff(fare=flat(300), pair=pairs)
    assert at(version, "harbour>hill", "harbour>mill", "harbour>bridge") == [90, 95, 300]
    assert at(version, "harbour>hill", "harbour>mill", rider="child") == [90, 300]
    rail = tariff(fare=flat(300, "rail"), pair=[row | {"services": ["rail"]} for row in pairs])
    assert fares(rail, "2026-03-03 08:00 rail hill>harbour 08:10\n09:00 rail mill>harbour 09:10") == [90, 300]


def test_a_ceiling_bounds_a_ride_with_its_sections() -> None:
    """300, and 150 for the near section: 400 at most, and for a child no ceiling."""
    sections = {"amounts": [{"uses": ["near"], "adult": 150, "child": 150}]}
    version = tariff(
        fare=flat(300, "rail"),
        sections=sections,
        ceiling=[{"services": ["rail"], "price": 400, "categories": ["adult"]}],
    )
    day = "2026-03-03 08:00 rail harbour>hill 08:10\n09:00 rail mill>cape 09:10\n10:00 rail harbour>hill 10:10 x3"
    assert fares(version, day) == [400, 300, 3 * 400]
    assert fares(version | {"group": {"categories": []}}, day) == [400, 300, "GROUP_NOT_ALLOWED"]
    assert fares(version, day, rider="child") == [450, 300, 3 * 450]


def test_a_flag_fall_is_taken_at_the_tap_in_and_the_rest_at_the_tap_out() -> None:
    version = tariff(base={"bus": {"adult": 100, "child": 50}}, fare=flat(300))
    assert fares(version, "2026-03-03 08:00 bus 08:10\n09:00 bus") == [400, 100]
