"""What must hold of every split: the shares are the charges, and nobody is better off for how a ride is written down."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.legs import LEG
from clearing.split import COLLECTED_FARE, FARE, POLICIES, Within, nothing_within, split

GATES, OPERATORS = 3, 4
Draw = Any
Leg = tuple[int, int, int, int, int, int]
MINOR = st.sampled_from([0, 0, 1, 2, 100, 350, 1200, 1550])
LEGS = st.tuples(
    st.integers(0, OPERATORS - 1), MINOR, MINOR, st.sampled_from([0, 1, 2, 3, 6_000, 10_001]), MINOR, st.integers(0, 1)
)
"""A leg in six numbers: operator, charge, lone base, metres, what its tap-in collected, service (0 has gates)."""
JOURNEYS = st.lists(st.lists(LEGS, min_size=1, max_size=6), min_size=1, max_size=4)
CITY_POLICIES = st.sampled_from(sorted(POLICIES))


@st.composite
def inside(draw: Draw) -> Within:
    """Up to three operators for each pair of gates of service 0, with weights in parts per million."""
    offset, count = np.zeros((GATES, GATES), np.int32), np.zeros((GATES, GATES), np.int32)
    operators, weights = [0], [0]
    for a in range(GATES):
        for b in range(GATES):
            chosen = sorted(draw(st.sets(st.integers(0, OPERATORS - 1), max_size=3)))
            offset[a, b], count[a, b] = len(operators), len(chosen)
            operators += chosen
            weights += [draw(st.sampled_from([1, 333_333, 500_000, 999_999])) for _ in chosen]
    gated = np.zeros(32, np.int8)
    gated[0] = 1
    return Within(
        gated, offset, count, np.array(operators, np.int16), np.array(weights, np.int64), np.zeros(32, np.int64)
    )


def written(journeys: list[list[Leg]]) -> np.ndarray:
    """LEG[n] of journeys of one card; gates alternate so that every pair is met."""
    legs = np.zeros(sum(map(len, journeys)), LEG)
    rows = [(j + 1, i + 1, leg) for j, journey in enumerate(journeys) for i, leg in enumerate(journey)]
    for row, (journey, number, leg) in zip(legs, rows, strict=True):
        row["card"], row["journey"], row["number"] = 7, journey, number
        row["operator"], row["charge"], row["base"], row["dist_m"], row["collected"], row["service"] = leg
        row["collected_operator"] = (leg[0] + 1) % OPERATORS
        row["in_stop"], row["out_stop"] = number % GATES, journey % GATES
    return legs


@given(JOURNEYS, CITY_POLICIES, inside())
def test_the_shares_of_a_journey_sum_to_its_charges(journeys: list[list[Leg]], policy: str, within: Within) -> None:
    legs = written(journeys)
    shares = split(legs, policy, within)
    for journey in range(1, len(journeys) + 1):
        mine = legs["journey"] == journey
        of_mine = mine[shares["leg"]] & (shares["kind"] == FARE)
        assert shares["minor"][of_mine].sum() == legs["charge"][mine].sum()


@given(JOURNEYS, CITY_POLICIES, inside())
def test_no_share_is_negative_or_empty(journeys: list[list[Leg]], policy: str, within: Within) -> None:
    """An entry of nothing would be noise in somebody's statement."""
    assert (split(written(journeys), policy, within)["minor"] > 0).all()


@given(JOURNEYS, CITY_POLICIES, inside())
def test_collected_money_goes_to_the_operator_it_was_collected_for(
    journeys: list[list[Leg]], policy: str, within: Within
) -> None:
    """What a tap-in takes for an earlier leg is not the money of whoever happened to take it."""
    legs = written(journeys)
    shares = split(legs, policy, within)
    taken = [(int(leg["collected_operator"]), int(leg["collected"])) for leg in legs if leg["collected"]]
    given_on = shares[shares["kind"] == COLLECTED_FARE]
    assert [(int(share["operator"]), int(share["minor"])) for share in given_on] == taken


@given(JOURNEYS, CITY_POLICIES)
def test_where_gates_are_one_operators_only_those_who_carried_the_rider_are_paid(
    journeys: list[list[Leg]], policy: str
) -> None:
    legs = written(journeys)
    shares = split(legs, policy, nothing_within())
    fares = shares[shares["kind"] == FARE]
    assert (fares["operator"] == legs["operator"][fares["leg"]]).all()


@given(st.lists(LEGS, min_size=1, max_size=5), st.data())
def test_cutting_a_ride_in_two_changes_nobodys_total_by_distance(journey: list[Leg], data: st.DataObject) -> None:
    """Otherwise an operator could earn by making riders change, or lose by letting them sit."""
    i = data.draw(st.integers(0, len(journey) - 1))
    operator, minor, base, metres, collected, service = journey[i]
    at_m, of_it = data.draw(st.integers(0, metres)), data.draw(st.integers(0, minor))
    halves = [
        (operator, of_it, base, at_m, collected, service),
        (operator, minor - of_it, 0, metres - at_m, 0, service),
    ]
    if all(leg[3] == 0 for leg in journey):
        return  # nobody rode a metre: the legs count instead, and there is one more of them
    cut = [*journey[:i], *halves, *journey[i + 1 :]]
    assert totals([journey], "distance") == totals([cut], "distance")


@given(JOURNEYS, CITY_POLICIES, inside())
def test_a_journey_is_split_the_same_whatever_stands_beside_it(
    journeys: list[list[Leg]], policy: str, within: Within
) -> None:
    """Cards may be dealt over any number of workers."""
    together = split(written(journeys), policy, within)
    at = 0
    for journey in range(1, len(journeys) + 1):
        legs = written(journeys)
        alone = split(legs[legs["journey"] == journey], policy, within)
        beside = together[at : at + len(alone)]
        assert alone[["operator", "kind", "minor"]].tolist() == beside[["operator", "kind", "minor"]].tolist()
        at += len(alone)
    assert at == len(together)


def totals(journeys: list[list[Leg]], policy: str) -> Counter[int]:
    """What each operator gets of the fares."""
    sums: Counter[int] = Counter()
    for share in split(written(journeys), policy, nothing_within()):
        if share["kind"] == FARE:
            sums[int(share["operator"])] += int(share["minor"])
    return sums


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_a_day_without_journeys_has_no_shares(policy: str) -> None:
    assert len(split(np.zeros(0, LEG), policy, nothing_within())) == 0
