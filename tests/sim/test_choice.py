"""Which way would a rider go? The small town's lines are few enough to tell by eye."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from street import WEDNESDAY

from afc.city import City
from sim import demand
from sim.demand.choice import LEGS_MAX, Sample
from sim.demand.knowledge import ask
from sim.demand.routes import felt_cost, find_routes

EIGHT = 8 * 3600


@pytest.fixture(scope="module")
def riders(hanbit: City) -> demand.Demand:
    return demand.build(hanbit, hanbit.network, SimpleNamespace(scale=1.0, seed=7, start=WEDNESDAY))


def ways(hanbit: City, riders: demand.Demand, origin: str, destination: str, start_s: int = EIGHT) -> list[list[str]]:
    """The routes of two hundred riders between two stops, as lists of route names."""
    n = 200
    chance = np.random.default_rng(1).random((n, 1 + LEGS_MAX))
    here, there = (np.full(n, hanbit.network.stop(stop), np.int32) for stop in (origin, destination))
    sample = Sample(here, there, np.full(n, start_s, np.int64), chance)
    legs, counts = ask(riders.lines, riders.walks, riders.known("weekday"), sample)
    pattern = riders.lines.call_pattern[legs["on"]]
    route = [p.route for p in hanbit.network.patterns]
    return [[hanbit.network.route_ids[route[p]] for p in row[:k]] for row, k in zip(pattern, counts, strict=True)]


def test_a_direct_line_is_taken(hanbit: City, riders: demand.Demand) -> None:
    assert all(way == ["M1"] for way in ways(hanbit, riders, "NG", "HB"))


def test_nobody_gets_off_and_on_again_along_one_line(hanbit: City, riders: demand.Demand) -> None:
    assert max(len(way) for way in ways(hanbit, riders, "NG", "MK")) == 1


def test_a_change_is_made_where_there_is_no_direct_line(hanbit: City, riders: demand.Demand) -> None:
    assert {len(way) for way in ways(hanbit, riders, "b-stadium", "NG")} <= {2, 3}


def test_at_night_nobody_can_go(hanbit: City, riders: demand.Demand) -> None:
    """Vehicles stop before three; a path along lines that do not run is no path."""
    assert all(way == [] for way in ways(hanbit, riders, "NG", "HB", start_s=27 * 3600))


def test_more_changes_never_make_the_best_path_dearer(riders: demand.Demand) -> None:
    routes = riders.known("weekday").routes[0]
    assert (felt_cost(routes, 0) <= routes.direct).all()
    assert (felt_cost(routes, 600) >= felt_cost(routes, 0)).all()


def test_a_bias_moves_riders_to_the_other_service(hanbit: City, riders: demand.Demand) -> None:
    """Seconds added to a service make every ride on it dearer, and none cheaper."""
    known = riders.known("weekday").routes[0]
    slower = find_routes(riders.lines, riders.walks, known.per_s, known.bias_s + np.array([600.0, 0.0]))
    both = np.isfinite(known.direct)
    assert (slower.direct[both] >= known.direct[both] - 1e-3).all()
    assert (slower.direct[both] > known.direct[both] + 1).any()
