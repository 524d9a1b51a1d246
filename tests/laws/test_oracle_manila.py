"""Manila against fares worked out a second time, from the notices alone, on days that love their edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, text
from oracles import manila as rules

Draw = Any
Leg = Mapping[str, Any]
CITY = "manila"
MIDNIGHT = datetime(2025, 10, 8)  # noqa: DTZ001

# On the rails, where a formula passes a half peso or a line ends; on the road, where a base, a step or the route ends.
RAIL_M = [0, 588, 928, 1_826, 1_827, 4_499, 4_500, 7_499, 7_500, 13_095, 13_096, 16_587, 18_073, 24_373]
ROAD_M = [1, 4_000, 4_001, 5_000, 5_001, 5_047, 5_048, 5_188, 5_189, 6_510, 10_000, 27_830, 27_831, 28_000]
STAYS_S = [300, 600, 7_199, 7_200, 7_201]


@st.composite
def days(draw: Draw) -> list[rules.Ride]:
    """Rides on every service, some left without a tap-out, some too long inside."""
    at_s, rides = 5 * 3600, list[rules.Ride]()
    for _ in range(draw(st.integers(1, 6))):
        service = draw(st.sampled_from([*rules.RAILS, "carousel", *rules.JEEPNEYS]))
        lengths = st.integers(0, 12) if service == "mrt3" else metres(RAIL_M if service in rules.RAILS else ROAD_M)
        out_s = at_s + draw(st.sampled_from(STAYS_S))
        end = draw(metres(ROAD_M)) if service in rules.JEEPNEYS else 0
        rides.append(rules.Ride(service, draw(lengths), end, at_s, out_s if draw(st.integers(0, 5)) else None))
        at_s = out_s + 60
    return rides


def metres(edges: list[int]) -> st.SearchStrategy[int]:
    """Mostly edges."""
    return st.one_of(st.sampled_from(edges), st.sampled_from(edges), st.integers(1, 28_000))


@st.composite
def histories(draw: Draw) -> tuple[str, str, str, list[rules.Ride]]:
    """A version, a rider, a medium and a day."""
    rider = draw(st.sampled_from(["adult", "senior", "pwd", "student"]))
    medium = draw(st.sampled_from(["svc", "sjt", "emv", "cash"]))
    return draw(st.sampled_from(sorted(rules.TARIFFS))), rider, medium, draw(days())


@settings(max_examples=200, deadline=None)
@given(history=histories())
def test_manila(history: tuple[str, str, str, list[rules.Ride]]) -> None:
    version, rider, medium, rides = history
    told = ridden(version, rider, medium, map(leg_of, rides))
    assert told == rules.charges(version, rider, medium, rides)


@pytest.mark.parametrize("version", ["2021-07-05", "2023-08-02", "2024-11-16", "2025-06-20", "2025-07-16"])
def test_every_metre_at_which_a_railway_gets_dearer(version: str) -> None:
    for rider, medium in (("adult", "svc"), ("adult", "sjt"), ("senior", "svc"), ("student", "sjt")):
        lengths = [(line, metres) for line in rules.TARIFFS[version].lrt for metres in half_pesos(version, line)]
        rides = [rules.Ride(line, m, 0, 18_000 + 700 * i, 18_600 + 700 * i) for i, (line, m) in enumerate(lengths)]
        told = ridden(version, rider, medium, map(leg_of, rides))
        assert told == rules.charges(version, rider, medium, rides)


def half_pesos(version: str, service: str) -> list[int]:
    """The last metre below each half peso of a formula, and the first that is not below."""
    start, km, _, longest = rules.TARIFFS[version].lrt[service]
    ends = [ceil((Fraction(2 * pesos + 1, 2) - start) / km * 1000) for pesos in range(ceil(start), 56)]
    return [metres for end in ends if 0 < end <= longest for metres in (end - 1, end)]


def leg_of(ride: rules.Ride) -> Leg:
    """The ride as a case writes it."""
    leg: dict[str, Any] = {"service": ride.service, "in": text(MIDNIGHT, ride.in_s)}
    leg |= {"hops": ride.length} if ride.service == "mrt3" else {"distance_m": ride.length}
    leg |= {"to_end": ride.to_end} if ride.to_end else {}
    return leg if ride.out_s is None else leg | {"out": text(MIDNIGHT, ride.out_s)}


def ridden(version: str, rider: str, medium: str, legs: Iterable[Leg]) -> list[int | None]:
    """What the pack charges for each leg."""
    return Holder(CITY, version, rider, medium).charges(legs)
