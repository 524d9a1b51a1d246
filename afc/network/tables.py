"""Tables: the network as arrays, with the shortest path between every two gates.

Where a tariff says that distance is the shortest path, it means the shortest way over all lines inside the gates,
whichever way the rider really took.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afc.network.network import I4, Network, NetworkTables

_FAR = 2**31 - 1


def tables_of(network: Network) -> NetworkTables:
    """All tables of a network."""
    longest = max((len(pattern.stops) for pattern in network.patterns), default=1)
    along = np.full((len(network.patterns), longest), -1, np.int32)
    stops = np.full((len(network.patterns), longest), -1, np.int32)
    for i, pattern in enumerate(network.patterns):
        along[i, : len(pattern.along_m)] = pattern.along_m
        stops[i, : len(pattern.stops)] = pattern.stops
    routes = np.array([pattern.route for pattern in network.patterns], np.int32)
    path, section = _paths(network)
    return NetworkTables(path, section, along, routes, network.route_service[routes], stops)


def _paths(network: Network) -> tuple[I4, I4]:
    """Metres and fare sections between all stops; only stops with such gates are joined."""
    n = len(network.stop_ids)
    metres, sections = np.full((n, n), -1, np.int32), np.zeros((n, n), np.int32)
    np.fill_diagonal(metres, 0)
    stretches = _stretches(network)
    if stretches:
        inside = np.array(sorted({stop for pair in stretches for stop in pair}), np.int64)
        place = {int(stop): i for i, stop in enumerate(inside)}
        among = {(place[a], place[b]): stretch for (a, b), stretch in stretches.items()}
        found, used = _shortest(len(inside), among)
        metres[np.ix_(inside, inside)] = found
        if used is not None:
            sections[np.ix_(inside, inside)] = used
    return metres, sections


def _stretches(network: Network) -> dict[tuple[int, int], tuple[int, int]]:
    """Metres and section bit of each pair of neighbouring gates; of several ways the shortest, either direction."""
    bit = {name: 1 << i for i, name in enumerate(network.section_ids)}
    best: dict[tuple[int, int], tuple[int, int]] = {}
    for pattern in network.patterns:
        if int(network.route_service[pattern.route]) not in network.path_services:
            continue
        stops, along = pattern.stops.tolist(), pattern.along_m.tolist()
        for i, section in enumerate(pattern.section):
            pair = (min(stops[i], stops[i + 1]), max(stops[i], stops[i + 1]))
            stretch = (along[i + 1] - along[i], bit.get(section, 0))
            best[pair] = min(best.get(pair, (_FAR, 0)), stretch)
    return best


def _shortest(n: int, stretches: dict[tuple[int, int], tuple[int, int]]) -> tuple[I4, I4 | None]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    ends = np.array(list(stretches), np.int64)
    metres = np.array([metres for metres, _ in stretches.values()], np.float64)
    bits = np.array([bit for _, bit in stretches.values()], np.int32)
    graph = csr_array((metres, (ends[:, 0], ends[:, 1])), shape=(n, n))
    if not bits.any():
        return _whole(dijkstra(graph, directed=False)), None
    distance, before = dijkstra(graph, directed=False, return_predecessors=True)
    step = np.zeros((n, n), np.int32)
    step[ends[:, 0], ends[:, 1]] = bits
    step[ends[:, 1], ends[:, 0]] = bits
    return _whole(distance), _sections(before.astype(np.int64), step)


def _whole(distance: NDArray[np.float64]) -> I4:
    return np.where(np.isfinite(distance), distance, -1).astype(np.int32)


def _sections(before: NDArray[np.int64], step: I4) -> I4:
    """The bits on the path from each row's stop to each column's.

    Every pass looks twice as far back as the one before, so a path of a thousand stations takes ten passes.
    """
    n = len(before)
    row, column = np.arange(n)[:, None], np.arange(n)[None, :]
    start = before < 0
    before = np.where(start, column, before)
    used = np.where(start, 0, step[before, column]).astype(np.int32)
    while True:
        further = used | used[row, before]
        earlier = before[row, before]
        if np.array_equal(earlier, before):
            return further
        used, before = further, earlier
