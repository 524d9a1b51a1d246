"""Paths and credits inside the gates: against every path there is, and worked as a clerk would."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace as Of
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afc.executor import compiled
from afc.refusal import Refused
from clearing.credit import riders_by_delay
from clearing.paths import OPERATORS_PER_PAIR_MAX, within_gates
from clearing.stretches import CHANGE, SECOND, STATIONS_MAX, draw, fastest, stops_of, stretches_of
from clearing.yen import find_paths, find_ways, room_for


class Pattern(NamedTuple):
    """A line in one direction: who runs each stretch."""

    route: int
    stops: tuple[int, ...]
    along_m: tuple[int, ...]
    run_s: tuple[int, ...]
    operator: tuple[int, ...]


Edge = tuple[int, int, int]
TERMS = {"k": 3, "transfer_penalty_s": 300, "spread_s": 300}
ALL_KM = TERMS | {"entry_gate_bp": 0, "first_boarding_bp": 0, "passenger_km_bp": 10_000}
MIXED = TERMS | {"entry_gate_bp": 2_000, "first_boarding_bp": 2_000, "passenger_km_bp": 6_000}


def line(route: int, stops: str, seconds: int = 100, metres: int = 1_000, operator: int | None = None) -> Pattern:
    """A line in one direction that calls at stops a, b, c..., every stretch alike."""
    calls = range(len(stops))
    by = (route if operator is None else operator,) * (len(stops) - 1)
    places = tuple(ord(stop) - ord("a") for stop in stops)
    return Pattern(route, places, tuple(metres * i for i in calls), tuple(seconds * i for i in calls), by)


def both_ways(route: int, stops: str, **told: int) -> list[Pattern]:
    """A line and back."""
    return [line(route, stops, **told), line(route, stops[::-1], **told)]


def town(patterns: list[Pattern], owner: int = -1) -> Any:
    """A city with one railway, whose parties p00, p01... run line 0, 1..."""
    stations = 1 + max(stop for pattern in patterns for stop in pattern.stops)
    n = 1 + max(max(pattern.route, *pattern.operator) for pattern in patterns)
    network = Of(
        patterns=patterns,
        route_ids=[f"line {i}" for i in range(n)],
        route_service=[0] * n,
        owner=np.full(stations, owner),
        stop_ids=[f"s{i}" for i in range(stations)],
    )
    return Of(network=network, services=(Of(id="rail"),), parties=[Of(id=f"p{i:02}") for i in range(n)])


def parts_of(city: Any, paths: Mapping[str, int], a: str, b: str) -> dict[int, int]:
    """Parts per million of each operator from gate `a` to gate `b`."""
    within = within_gates(city, {"within": {"rail": "paths"}, "paths": paths})
    pair = ord(a) - ord("a"), ord(b) - ord("a")
    rows = slice(within.offset[pair], within.offset[pair] + within.size[pair])
    return dict(zip(within.operators[rows].tolist(), within.weights[rows].tolist(), strict=True))


# A clerk's examples.


def test_three_paths_weighed_by_hand() -> None:
    """a to c: 1000 s direct by p00; 700 s and a change of 300 s by p01 and p02; 1300 s direct by p03.

    Riders go 1 : 1 : 1/e, that is 422319, 422319 and 155362 of a million. Who changed rode one kilometre of four with
    p01, so p01 has a quarter of the second path and p02 the rest.
    """
    city = town(
        [
            line(0, "ac", seconds=1_000),
            line(1, "ab", seconds=200, metres=1_000),
            line(2, "bc", seconds=500, metres=3_000),
            line(3, "ac", seconds=1_300),
        ]
    )
    second = 422_319
    assert parts_of(city, ALL_KM, "a", "c") == {0: 422_319, 1: round(second / 4), 2: round(second * 3 / 4), 3: 155_362}


def test_odd_millionths_go_to_the_first_operator_by_id() -> None:
    """Three operators with a kilometre each: 333334, 333333 and 333333."""
    thirds = Pattern(0, (0, 1, 2, 3), (0, 1_000, 2_000, 3_000), (0, 60, 120, 180), (2, 1, 0))
    city = town([thirds])
    city.parties = [Of(id="south"), Of(id="north"), Of(id="east")]
    assert parts_of(city, ALL_KM, "a", "d") == {2: 333_334, 1: 333_333, 0: 333_333}


def test_nobody_rides_past_the_station_and_comes_back_on_another_line() -> None:
    """a to b: staying to c and returning by p01 is a way in the graph and no way to travel."""
    city = town([*both_ways(0, "abc"), *both_ways(1, "bc", seconds=1)])
    assert parts_of(city, ALL_KM | {"transfer_penalty_s": 0}, "a", "b") == {0: 1_000_000}


def test_a_line_that_leads_back_to_the_own_station_is_no_way() -> None:
    """From the tail b-a only one path leads, whatever ring lies on the other side of b."""
    city = town([*both_ways(0, "ab"), *both_ways(1, "bcdeb"), *both_ways(2, "cfe")])
    assert parts_of(city, ALL_KM | {"k": 16}, "b", "a") == {0: 1_000_000}


def test_a_mesh_behind_a_tail_is_not_searched_path_by_path() -> None:
    """Hundreds of thousands of ways through a mesh of 36 stations, none of them from its corner to the tail."""
    rows = [Pattern(i, tuple(range(6 * i, 6 * i + 6)), *[(0, 9, 18, 27, 36, 45)] * 2, (i,) * 5) for i in range(6)]
    columns = [Pattern(6 + i, tuple(range(i, 36, 6)), *[(0, 9, 18, 27, 36, 45)] * 2, (i,) * 5) for i in range(6)]
    mesh = rows + columns
    back = [p._replace(stops=p.stops[::-1], operator=p.operator[::-1]) for p in mesh]
    city = town([*mesh, *back, Pattern(12, (0, 36), (0, 9), (0, 9), (0,)), Pattern(12, (36, 0), (0, 9), (0, 9), (0,))])
    within = within_gates(city, {"within": {"rail": "paths"}, "paths": ALL_KM | {"k": 4}})
    assert within.size[0, 36] == 1
    assert (within.size[:36, :36] + np.eye(36) > 0).all()


# Ties.


def test_of_equally_fast_ways_the_one_with_fewer_changes_is_the_best() -> None:
    """A change costs nothing here, and yet whoever can stay seated does."""
    city = town([line(0, "abc"), line(1, "ab"), line(2, "bc")])
    assert parts_of(city, ALL_KM | {"k": 1, "transfer_penalty_s": 0}, "a", "c") == {0: 1_000_000}


def test_a_tie_is_settled_by_names_and_not_by_the_order_of_a_file() -> None:
    """Six lines alike: the smallest draw wins in both directions, however the patterns are ordered."""
    patterns = [pattern for i in range(6) for pattern in both_ways(i, "ab")]
    drawn = min(range(6), key=lambda route: draw(town(patterns).network, 0, 1, route))
    for seed in range(5):
        random.Random(seed).shuffle(patterns)
        for pair in ("ab", "ba"):
            assert parts_of(town(patterns), ALL_KM | {"k": 1}, *pair) == {drawn: 1_000_000}


def test_lines_and_stations_named_by_numbers_have_no_ties_left() -> None:
    """Rounds of two stretches by lines 1 and 3, of the same time: their draws do not add up to the same."""
    network = town([line(i, "abcde") for i in range(4)]).network
    sums = [draw(network, 2, 3, 3) + draw(network, 3, 1, 3), draw(network, 2, 4, 1) + draw(network, 4, 1, 1)]
    assert sums[0] != sums[1]


# Limits.


def chain(operators: int) -> Any:
    """One line, every stretch of which another operator runs."""
    places = tuple(range(operators + 1))
    return town([Pattern(0, places, places, places, places[:-1])])


def test_as_many_operators_as_a_leg_can_be_divided_among() -> None:
    within = within_gates(chain(64), {"within": {"rail": "paths"}, "paths": ALL_KM})
    assert within.size[0, 64] == OPERATORS_PER_PAIR_MAX == 64


def test_one_operator_more_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="rail: 65 operators have a part in rides from s0 to s65, 64 fit") as refused:
        within_gates(chain(65), {"within": {"rail": "paths"}, "paths": ALL_KM})
    assert refused.value.code == "TOO_MANY_OPERATORS"


def test_a_railway_whose_costs_would_not_fit_is_refused_by_name() -> None:
    slow, long = [line(0, "ab", seconds=1 << 26)], [line(0, "ab", metres=900_000_001)]
    many = [Pattern(0, (i, i + 1), (0, 1), (0, 1), (0,)) for i in range(STATIONS_MAX)]
    for patterns in (slow, long, many):
        with pytest.raises(Refused) as refused:
            stretches_of(town(patterns).network, Of(id="rail"), 0, 300, {0: 0})
        assert refused.value.code == "RAILWAY_TOO_LARGE"


# Riders by delay.


@pytest.mark.parametrize("spread_s", [1, 7, 300, 3_600])
def test_the_table_of_riders_is_the_exponential_rounded(spread_s: int) -> None:
    riders = riders_by_delay(spread_s)
    for delay_s in range(0, len(riders), max(len(riders) // 97, 1)):
        true = (Decimal(-delay_s) / spread_s).exp() * 1_000_000_000
        assert riders[delay_s] == int(true.to_integral_value())
    assert riders[-1] == 0 < riders[-2]


# Against every path there is.


@st.composite
def railways(draw_: st.DrawFn) -> Any:
    """Two to five lines over three to seven stations; few different times, so that ties are frequent."""
    stations = draw_(st.integers(3, 7))
    patterns = []
    for route in range(draw_(st.integers(2, 5))):
        calls = draw_(st.lists(st.integers(0, stations - 1), min_size=2, max_size=stations, unique=True))
        if len(calls) > 2 and draw_(st.booleans()):
            calls.append(calls[0])
        seconds = draw_(st.lists(st.sampled_from([60, 61, 120, 300]), min_size=len(calls) - 1, max_size=len(calls) - 1))
        metres = draw_(st.lists(st.integers(1, 3_000), min_size=len(calls) - 1, max_size=len(calls) - 1))
        by = tuple(draw_(st.lists(st.integers(0, 2), min_size=len(calls) - 1, max_size=len(calls) - 1)))
        run_s, along_m = (tuple(int(n) for n in np.cumsum([0, *steps])) for steps in (seconds, metres))
        patterns.append(Pattern(route, tuple(calls), along_m, run_s, by))
        if draw_(st.booleans()):
            patterns.append(Pattern(route, tuple(calls[::-1]), along_m, run_s, by[::-1]))
    return town(patterns, owner=draw_(st.integers(-1, 1)))


def every_path(edges: list[Edge], a: int, b: int, been: tuple[int, ...] = ()) -> Iterator[list[Edge]]:
    """All ways from `a` to `b` on which no station is passed twice."""
    if a == b:
        yield []
        return
    for edge in edges:
        if edge[0] == a and edge[1] not in (*been, a):
            for rest in every_path(edges, edge[1], b, (*been, a)):
                yield [edge, *rest]


def ranked(network: Any, a: int, b: int, penalty_s: int) -> list[tuple[tuple[int, int, int], list[Edge]]]:
    """Every path after its seconds, changes of line and draws, best first."""
    known, paths = fastest(network, 0), []
    for path in every_path(sorted(known), a, b):
        changes = sum(one[2] != other[2] for one, other in pairwise(path))
        seconds = sum(known[edge][0] for edge in path) + changes * penalty_s
        paths.append(((seconds, changes, sum(draw(network, *edge) for edge in path)), path))
    return sorted(paths)


PENALTIES_S = st.sampled_from([0, 1, 60, 300])


@given(railways(), PENALTIES_S, st.integers(1, 16))
def test_the_best_paths_are_the_best_of_all(city: Any, penalty_s: int, k: int) -> None:
    network, stops = city.network, stops_of(city.network, 0)
    on = stretches_of(network, city.services[0], 0, penalty_s, {0: 0, 1: 1, 2: 2})
    room = room_for(on, k)
    for goal in range(len(stops)):
        room.visited[:] = 0
        compiled(find_ways)(goal, len(on.rides), on, room.visited, room.tree)
        for origin in set(range(len(stops))) - {goal}:
            n = compiled(find_paths)(origin, goal, room)
            costs = [(c // SECOND, c % SECOND // CHANGE, c % CHANGE) for c in room.found["cost"][:n].tolist()]
            assert costs == [cost for cost, _ in ranked(network, stops[origin], stops[goal], penalty_s)[:k]]


@given(railways(), PENALTIES_S, st.integers(1, 4))
def test_credits_are_those_of_all_paths_worked_in_real_numbers(city: Any, penalty_s: int, k: int) -> None:
    network, paths = city.network, MIXED | {"k": k, "transfer_penalty_s": penalty_s}
    within = within_gates(city, {"within": {"rail": "paths"}, "paths": paths})
    for a in stops_of(network, 0) if within.split[0] else ():
        for b in set(stops_of(network, 0)) - {a}:
            best, rows = ranked(network, a, b, penalty_s)[:k], slice(*(within.offset[a, b] + [0, within.size[a, b]]))
            made = dict(zip(within.operators[rows].tolist(), within.weights[rows].tolist(), strict=True))
            assert sum(made.values()) == (1_000_000 if best else 0)
            for operator, part in in_real_numbers(network, best, int(network.owner[a])).items():
                assert made.get(operator, 0) == pytest.approx(1_000_000 * part, abs=3)


def in_real_numbers(network: Any, best: list[Any], owner: int) -> dict[int, float]:
    """Each operator's credit by the terms of MIXED, with the machine's exponential."""
    known, credit = fastest(network, 0), defaultdict[int, float](float)
    riders = [math.exp((best[0][0][0] - cost[0]) / 300) for cost, _ in best]
    for weight, (_, path) in zip(riders, best, strict=True):
        chance, metres = weight / sum(riders), sum(known[edge][2] for edge in path)
        for edge in path:
            credit[known[edge][1]] += 0.6 * chance * known[edge][2] / metres
        first = known[path[0]][1]
        credit[first] += 0.2 * chance
        credit[owner if owner >= 0 else first] += 0.2 * chance
    return credit
