"""Splits worked by hand: between the legs by each policy, and inside the gates by the paths that riders may have taken."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace as Of
from typing import NamedTuple

import numpy as np
import pytest

from clearing.legs import LEG
from clearing.paths import within_gates
from clearing.split import COLLECTED_FARE, Within, nothing_within, split


def journey(*rows: Mapping[str, int]) -> np.ndarray:
    """LEG[n] of one journey; each row names what matters of a leg."""
    legs = np.zeros(len(rows), LEG)
    legs["card"], legs["journey"], legs["number"] = 7, 1, np.arange(len(rows))
    legs["in_stop"] = legs["out_stop"] = -1
    for leg, row in zip(legs, rows, strict=True):
        for field, value in row.items():
            leg[field] = value
    return legs


def shares(legs: np.ndarray, policy: str = "standalone_base", within: Within | None = None) -> list[tuple[int, int]]:
    """(operator, minor) of every share."""
    made = split(legs, policy, within or nothing_within())
    return [(int(share["operator"]), int(share["minor"])) for share in made]


VILLAGE, RAIL = {"operator": 0, "base": 1200}, {"operator": 1, "base": 1550}


def test_676_to_the_village_bus_and_874_to_the_railway() -> None:
    """The published example: 1,550 by the lone bases 1,200 and 1,550."""
    assert shares(journey(VILLAGE | {"charge": 1200}, RAIL | {"charge": 350})) == [(0, 676), (1, 874)]


def test_1177_to_the_express_bus_and_623_to_the_green_one() -> None:
    """1,800 in 2010, by the lone bases 1,700 and 900."""
    express, green = {"operator": 0, "base": 1700, "charge": 1700}, {"operator": 1, "base": 900, "charge": 100}
    assert shares(journey(express, green)) == [(0, 1177), (1, 623)]


def test_units_left_over_go_to_the_largest_remainder_and_of_equals_to_the_earlier() -> None:
    three = [{"operator": o, "base": 1} for o in (4, 2, 3)]
    assert shares(journey(three[0] | {"charge": 1000}, *three[1:])) == [(4, 334), (2, 333), (3, 333)]


def test_a_journey_is_one_journey_however_many_stand_before_it() -> None:
    """The published example again, behind a hundred others of the same shard."""
    legs = np.concatenate([journey(VILLAGE | {"charge": 1200}, RAIL | {"charge": 350})] * 101)
    legs["journey"] = np.arange(len(legs)) // 2
    assert shares(legs) == [(0, 676), (1, 874)] * 101
    assert shares(legs, "first_boarding") == [(0, 1550)] * 101


def test_a_single_unit_goes_by_weight_too() -> None:
    """It was taken at the first gate, and nobody rode a metre there."""
    assert shares(journey({"operator": 0, "charge": 1}, {"operator": 1, "dist_m": 5}), "distance") == [(1, 1)]


def test_an_operators_money_stands_at_the_legs_that_earned_it() -> None:
    """300 for 2 m of one and 1 m of the other, whose first and last rides were none."""
    legs = journey(
        {"operator": 0, "charge": 300},
        {"operator": 1, "dist_m": 2},
        {"operator": 0, "dist_m": 1},
        {"operator": 0},
    )
    made = split(legs, "distance", nothing_within())
    assert made[["leg", "operator", "minor"]].tolist() == [(1, 1, 200), (2, 0, 100)]


def test_by_what_a_ride_of_each_service_weighs() -> None:
    """A ride by train weighs three times one by bus."""
    of_service = np.zeros(32, np.int64)
    of_service[1], of_service[2] = 3, 1
    legs = journey({"operator": 0, "service": 1, "charge": 400}, {"operator": 1, "service": 2})
    assert shares(legs, "service_weight", nothing_within()._replace(of_service=of_service)) == [(0, 300), (1, 100)]


CHAIN = [
    {"operator": 0, "base": 1000, "charge": 1000, "dist_m": 1_000},
    {"operator": 1, "base": 3000, "charge": 2000, "dist_m": 9_000},
    {"operator": 2, "base": 1000, "charge": 0, "dist_m": 0},
]


@pytest.mark.parametrize(
    ("policy", "parts"),
    [
        ("boarding_operator", [(0, 1000), (1, 2000)]),
        ("pool", [(0, 1000), (1, 2000)]),
        ("per_boarding", [(0, 1000), (1, 1000), (2, 1000)]),
        ("first_boarding", [(0, 3000)]),
        ("standalone_base", [(0, 600), (1, 1800), (2, 600)]),
        ("distance", [(0, 300), (1, 2700)]),
    ],
)
def test_one_journey_by_every_policy(policy: str, parts: list[tuple[int, int]]) -> None:
    """3,000 for three rides of 1, 9 and 0 km, whose bases alone are 1,000, 3,000 and 1,000."""
    assert shares(journey(*CHAIN), policy) == parts


def test_where_nothing_weighs_anything_boardings_count() -> None:
    """A distance policy and a card that never taps out."""
    legs = [{"operator": o, "charge": 50} for o in (0, 1)]
    assert shares(journey(*legs), "distance") == [(0, 50), (1, 50)]


def test_a_ride_cut_in_two_wins_its_operator_nothing() -> None:
    """100 for 1 m of one and 2 m of another: 33 and 67, were the 2 m told as two rides or as one."""
    one = [{"operator": 0, "dist_m": 1, "charge": 100}, {"operator": 1, "dist_m": 2}]
    cut = [one[0], {"operator": 1, "dist_m": 1}, {"operator": 1, "dist_m": 1}]
    assert shares(journey(*one), "distance") == [(0, 33), (1, 67)]
    assert shares(journey(*cut), "distance") == [(0, 33), (1, 33), (1, 34)]


@pytest.mark.parametrize("back", [300, 400])
def test_a_journey_that_brought_nothing_is_not_divided(back: int) -> None:
    """300 were taken in the bus, and the railway gave as much back, or more: each keeps what passed at its own readers."""
    legs = journey(VILLAGE | {"charge": 300}, RAIL | {"charge": -back})
    assert shares(legs) == [(0, 300), (1, -back)]


def test_what_was_collected_stands_beside_the_journey() -> None:
    """The bus of yesterday gets its 1,500 from the railway's gate of today."""
    legs = journey(RAIL | {"charge": 1550, "collected": 1500, "collected_operator": 0})
    made = split(legs, "standalone_base", nothing_within())
    assert made[["operator", "kind", "minor"]].tolist() == [(1, 0, 1550), (0, COLLECTED_FARE, 1500)]


def test_a_free_journey_has_no_shares() -> None:
    assert shares(journey(VILLAGE, RAIL)) == []


def test_a_journey_of_very_many_legs_is_settled_in_parts_and_loses_nothing() -> None:
    legs = journey(*({"operator": i % 3, "base": 7, "charge": 10} for i in range(150)))
    assert sum(minor for _, minor in shares(legs)) == 1500


class Pattern(NamedTuple):
    """A line in one direction: who runs each stretch."""

    route: int
    stops: tuple[int, ...]
    along_m: tuple[int, ...]
    run_s: tuple[int, ...]
    operator: tuple[int, ...]


ALL_KM = {
    "k": 3,
    "transfer_penalty_s": 480,
    "spread_s": 300,
    "entry_gate_bp": 0,
    "first_boarding_bp": 0,
    "passenger_km_bp": 10_000,
}
MIXED = ALL_KM | {"k": 1, "entry_gate_bp": 2000, "first_boarding_bp": 2000, "passenger_km_bp": 6000}
A, B, C = range(3)
THROUGH = (Pattern(0, (A, B, C), (0, 3000, 4000), (0, 200, 300), (0, 1)),)
"""One line A - B - C: three kilometres of operator 0, then one of operator 1."""


def gates(
    patterns: tuple[Pattern, ...], paths: Mapping[str, int], rule: str = "paths", owner: tuple[int, ...] = (0, 1, 1)
) -> Within:
    """The second stage of a town whose only service is this railway."""
    lines, stations = ("1", "2", "3", "4"), ("a", "b", "c")
    network = Of(patterns=patterns, route_ids=lines, route_service=[0] * 4, owner=np.array(owner), stop_ids=stations)
    city = Of(network=network, services=(Of(id="rail"),), parties=(Of(id="south"), Of(id="north")))
    return within_gates(city, {"within": {"rail": rule}, "paths": paths})


def parts_of(within: Within, a: int, b: int) -> dict[int, int]:
    """Parts per million of each operator for a pair of gates."""
    first, last = within.offset[a][b], within.offset[a][b] + within.size[a][b]
    return dict(zip(within.operators[first:last].tolist(), within.weights[first:last].tolist(), strict=True))


def test_credit_mixes_gate_first_boarding_and_kilometres() -> None:
    """A to C: gate and first train are operator 0's, and three kilometres of four: 20 + 20 + 45 per cent."""
    assert parts_of(gates(THROUGH, MIXED), A, C) == {0: 850_000, 1: 150_000}


def test_a_ride_on_one_operators_stretch_is_all_its_own() -> None:
    assert parts_of(gates(THROUGH, MIXED), B, C) == {1: 1_000_000}


def test_who_owns_the_gate_is_paid_even_where_another_runs_the_trains() -> None:
    assert parts_of(gates(THROUGH, MIXED, owner=(1, 1, 1)), A, B) == {0: 800_000, 1: 200_000}


def test_a_gate_that_nobody_owns_counts_for_the_first_train() -> None:
    assert parts_of(gates(THROUGH, MIXED, owner=(-1, -1, -1)), A, B) == {0: 1_000_000}


def test_by_entry_gate_its_owner_takes_it_all() -> None:
    assert parts_of(gates(THROUGH, {}, rule="entry_gate", owner=(1, 0, 0)), A, C) == {1: 1_000_000}


def test_riders_spread_over_similar_paths_by_their_cost() -> None:
    """Two lines from A to C, one five minutes slower, which is one spread: e times fewer riders take it."""
    two = (Pattern(0, (A, C), (0, 5000), (0, 600), (0,)), Pattern(1, (A, C), (0, 5000), (0, 900), (1,)))
    parts = parts_of(gates(two, ALL_KM), A, C)
    assert parts == {0: round(1_000_000 * math.e / (1 + math.e)), 1: round(1_000_000 / (1 + math.e))}


def test_changing_lines_costs_its_penalty() -> None:
    """By way of B and a change it is as fast as the direct line, but it feels eight minutes longer."""
    two = (
        Pattern(0, (A, C), (0, 5000), (0, 600), (0,)),
        Pattern(1, (A, B), (0, 2500), (0, 300), (1,)),
        Pattern(2, (B, C), (0, 2500), (0, 300), (1,)),
    )
    chance = math.exp(-480 / 300)
    assert parts_of(gates(two, ALL_KM), A, C)[1] == pytest.approx(1_000_000 * chance / (1 + chance), abs=1)


def test_gates_without_a_path_and_a_gate_to_itself_have_no_parts() -> None:
    """In and out at one station, or against the only direction: the money stays with the leg's operator."""
    within = gates(THROUGH, MIXED)
    assert parts_of(within, A, A) == parts_of(within, C, A) == {}
    leg = {"operator": 1, "charge": 1550, "base": 1550, "in_stop": A, "out_stop": A}
    assert shares(journey(leg), within=within) == [(1, 1550)]


def test_a_railway_of_one_operator_needs_no_second_stage() -> None:
    alone = (Pattern(0, (A, B, C), (0, 3000, 4000), (0, 200, 300), (0, 0)),)
    assert not gates(alone, MIXED).split.any()


def test_a_legs_part_is_divided_again_inside_the_gates() -> None:
    """Village bus and railway by their bases, then the railway's 874 by 85 and 15 per cent."""
    within = gates(THROUGH, MIXED)
    rail = RAIL | {"charge": 350, "in_stop": A, "out_stop": C, "operator": 0}
    village = VILLAGE | {"operator": 2, "charge": 1200, "service": 1}
    assert shares(journey(village, rail), within=within) == [(2, 676), (1, 131), (0, 743)]


def test_the_first_gate_of_the_list_is_a_gate_like_any_other() -> None:
    """Back from C to A, whose number is 0; without a tap-in the money stays with the leg's operator."""
    there_and_back = (*THROUGH, Pattern(0, (C, B, A), (0, 1000, 4000), (0, 100, 300), (1, 0)))
    within = gates(there_and_back, ALL_KM)
    back = {"operator": 1, "charge": 1000, "base": 1000, "in_stop": C, "out_stop": A}
    assert shares(journey(back), within=within) == [(1, 250), (0, 750)]
    assert shares(journey(back | {"in_stop": -1}), within=within) == [(1, 1000)]


def test_equal_parts_are_rounded_in_the_order_of_the_parties_ids() -> None:
    """North before south, whoever stands first in city.toml."""
    halves = (Pattern(0, (A, B, C), (0, 1000, 2000), (0, 100, 200), (0, 1)),)
    leg = {"charge": 3, "in_stop": A, "out_stop": C}
    assert shares(journey(leg), within=gates(halves, ALL_KM | {"k": 1})) == [(1, 2), (0, 1)]


def test_without_a_tap_out_the_boarding_operator_keeps_it() -> None:
    leg = {"operator": 0, "charge": 1550, "base": 1550, "in_stop": A, "out_stop": -1}
    assert shares(journey(leg), within=gates(THROUGH, MIXED)) == [(0, 1550)]


def test_more_shares_than_anyone_guessed_are_all_written() -> None:
    """Each ride in two parts, a thousand rides: room is made."""
    rides = ({"charge": 100, "base": 1, "in_stop": A, "out_stop": C, "collected": 5} for _ in range(1_000))
    legs = journey(*rides)
    legs["journey"] = np.arange(1_000)
    made = shares(legs, within=gates(THROUGH, MIXED))
    assert len(made) == 3_000
    assert sum(minor for _, minor in made) == 105_000


def test_as_many_operators_as_can_be_inside_the_gates_find_room_for_their_shares() -> None:
    """Two rides by three operators fill six of the seventy places that three rides begin with; the third needs 65."""
    ways = np.array([[0, 3]], np.int32)
    many = np.concatenate([np.arange(3), np.arange(64)])
    of_all = np.array([[3, 64]], np.int32)
    within = Within(
        np.ones(1, np.int8), ways, of_all, many.astype(np.int16), np.ones(67, np.int64), np.zeros(1, np.int64)
    )
    by_three = {"charge": 300, "in_stop": 0, "out_stop": 0}
    legs = journey(
        by_three, by_three, {"charge": 6_400, "in_stop": 0, "out_stop": 1, "collected": 5, "collected_operator": 9}
    )
    legs["journey"] = range(3)
    made = shares(legs, within=within)
    assert made == [(0, 100), (1, 100), (2, 100)] * 2 + [(operator, 100) for operator in range(64)] + [(9, 5)]
