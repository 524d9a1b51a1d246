"""Are the costs of ways those of shortest paths? A library finds them too, in a graph of its own, over a real network."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from afc.city import load_city
from sim.demand.knowledge import per_second
from sim.demand.lines import Lines, hourly, read_lines
from sim.demand.routes import CHANGE_S, Routes, Walks, find_routes, read_walks

RIDES = 3


@pytest.fixture(scope="module")
def known() -> tuple[Lines, Walks, Routes]:
    city = load_city("seoul")
    lines = read_lines(city, city.network)
    table = hourly(city.network.departures("weekday"))
    per_s = per_second(table, table.any(axis=0))
    walks = read_walks(city.network, lines)
    return lines, walks, find_routes(lines, walks, per_s, np.zeros(len(city.services)))


def layers(walks: Walks, direct: np.ndarray) -> csr_array:
    """Every stop six times: about to ride for the first, second, third time, and just after each. A ride leads from before to
    after, a change with its walk from after to before the next."""
    n = len(direct)
    here, there = np.nonzero(np.isfinite(direct))
    out = np.repeat(np.arange(n), np.diff(walks.first))
    edges = []
    for ride in range(RIDES):
        before, after = 2 * ride * n, (2 * ride + 1) * n
        edges.append((before + here, after + there, direct[here, there].astype(np.float64)))
        if ride + 1 < RIDES:
            edges.append((after + out, after + n + walks.to, walks.walk_s.astype(np.float64) + CHANGE_S))
    rows, columns, costs = (np.concatenate(part) for part in zip(*edges, strict=True))
    return csr_array((costs, (rows, columns)), shape=(2 * RIDES * n, 2 * RIDES * n))


def not_back_through(graph: csr_array, origin: int, n: int) -> csr_array:
    """The same graph for riders from one stop, who do not change there once more."""
    closed = graph.copy()
    for ride in range(RIDES):
        node = (2 * ride + 1) * n + origin
        closed.data[closed.indptr[node] : closed.indptr[node + 1]] = np.inf
    return closed


def test_costs_are_those_of_shortest_paths(known: tuple[Lines, Walks, Routes]) -> None:
    """To every stop from every sixth, with no change, one and two: to a hundredth of a second what dijkstra finds."""
    lines, walks, routes = known
    n, graph = lines.stops, layers(walks, routes.direct)
    for origin in range(0, n, 6):
        found = dijkstra(not_back_through(graph, origin, n), indices=origin)
        for ride, ours in enumerate((routes.direct, routes.once, routes.twice)):
            theirs = found[(2 * ride + 1) * n : (2 * ride + 2) * n]
            theirs[origin] = np.inf
            np.testing.assert_allclose(ours[origin], theirs, rtol=0, atol=0.01)


def test_where_one_line_runs_alone_it_costs_its_wait_and_its_ride(known: tuple[Lines, Walks, Routes]) -> None:
    """Riders who wait for whichever of several lines comes first have no edge in such a graph, so where only one line goes the
    library is asked line by line."""
    lines, _, routes = known
    alone = np.flatnonzero(np.diff(lines.pair) == 1)
    on = lines.rides[lines.pair[alone]]["on"]
    rate = routes.per_s[lines.call_pattern[on]]
    alone, runs = alone[rate > 0], lines.call_pattern[on][rate > 0]
    assert len(alone) > 100
    calls = len(lines.call_stop)
    same = np.flatnonzero(np.diff(lines.call_pattern) == 0)
    ride = lines.call_run_s[same + 1] - lines.call_run_s[same]
    graph = csr_array((np.maximum(ride, 1e-6), (same, same + 1)), shape=(calls, calls))
    rides = lines.rides[lines.pair[alone]]
    ridden = dijkstra(graph, indices=rides["on"])[np.arange(len(rides)), rides["off"]]
    np.testing.assert_allclose(routes.direct.ravel()[alone], 0.5 / routes.per_s[runs] + ridden, rtol=0, atol=0.01)
