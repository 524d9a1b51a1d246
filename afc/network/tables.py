"""Tables: the network as arrays, with the shortest path between every two gates.

Where a tariff says that distance is the shortest path, it means the shortest way over all lines inside the gates,
whichever way the rider really took.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.network.network import I4, I8, PATH, Network, NetworkTables

_ON_FOOT = 1e-4  # metres of a way on foot: a sparse graph takes 0 for no way, and ten thousand of these are one metre


def tables_of(network: Network) -> NetworkTables:
    """All tables of a network."""
    patterns = network.patterns
    longest = max((len(pattern.stops) for pattern in patterns), default=1)
    along = np.full((len(patterns), longest), -1, np.int32)
    stops, stage, zones = along.copy(), np.zeros_like(along), np.zeros(along.shape, np.int64)
    for i, pattern in enumerate(patterns):
        n = len(pattern.stops)
        along[i, :n], stops[i, :n], stage[i, :n] = pattern.along_m, pattern.stops, pattern.stage
        zones[i, :n] = network.stop_zone[pattern.stops]
    routes = np.array([pattern.route for pattern in patterns], np.int32)
    calls = np.array([len(pattern.stops) for pattern in patterns], np.int32)
    service = network.route_service[routes]
    gate, path = _paths(network)
    return NetworkTables(gate, path, along, routes, service, stops, calls, stage, network.stop_zone, zones)


def _paths(network: Network) -> tuple[I4, NDArray[np.void]]:
    """The row of each stop, and what lies between every two gates."""
    stretches, gate = _stretches(network), np.full(len(network.stop_ids), -1, np.int32)
    inside = np.array(sorted({stop for pair in stretches for stop in pair}), np.int64)
    gate[inside] = np.arange(len(inside))
    path = np.zeros((len(inside) + 1, len(inside) + 1), PATH)
    path["metres"] = -1
    if stretches:
        among = {(int(gate[a]), int(gate[b])): stretch for (a, b), stretch in stretches.items()}
        among |= _walks_inside(network, gate, among)
        paths, between = _shortest(len(inside), among), path[:-1, :-1]
        between["metres"], between["sections"] = paths.metres, paths.along(paths.step_section, np.bitwise_or)
        between["stages"] = paths.along(paths.step_stages, np.add)
        between["zones"], between["either"] = _zones(paths, network.stop_zone[inside])
        for k in range(1 + len(network.section_ids)):
            between["hops"][:, :, k] = paths.along(paths.step_hops(k), np.add)
    return gate, path


class _Stretch(NamedTuple):
    """The way between two neighbouring gates."""

    metres: int
    section: int  # as a bit
    stages: int


_NO_WAY = _Stretch(2**31 - 1, 0, 0)
_Pair = tuple[int, int]


def _stretches(network: Network) -> dict[_Pair, _Stretch]:
    """The stretch between each pair of neighbouring gates; of several ways the shortest, either direction."""
    bit = {name: 1 << i for i, name in enumerate(network.section_ids)}
    best: dict[_Pair, _Stretch] = {}
    for pattern in network.patterns:
        if int(network.route_service[pattern.route]) not in network.path_services:
            continue
        stops, along, stage = pattern.stops.tolist(), pattern.along_m.tolist(), pattern.stage.tolist()
        for i, section in enumerate(pattern.section):
            pair = (min(stops[i], stops[i + 1]), max(stops[i], stops[i + 1]))
            stretch = _Stretch(along[i + 1] - along[i], bit.get(section, 0), abs(stage[i + 1] - stage[i]))
            best[pair] = min(best.get(pair, _NO_WAY), stretch)
    return best


def _walks_inside(network: Network, gate: I4, rides: dict[_Pair, _Stretch]) -> dict[_Pair, _Stretch]:
    """Ways on foot between platforms without a gate between: they join the network and add no metres."""
    pairs = {
        (int(min(gate[a], gate[b])), int(max(gate[a], gate[b])))
        for a, b, _, inside in network.walks
        if inside and a != b and gate[a] >= 0 and gate[b] >= 0
    }
    return dict.fromkeys(pairs - set(rides), _Stretch(0, 0, 0))


class _Paths(NamedTuple):
    """Shortest paths between all gates: metres, the stop before the last on each, and what each step is."""

    metres: I4
    before: NDArray[np.int64]  # [from, to], -1 where a path begins
    step_section: I8  # [from, to] of neighbours: section bit
    step_ride: I8  # [from, to] of neighbours: 1 where a vehicle runs, 0 on foot
    step_stages: I8

    def along(self, step: I8, join: np.ufunc) -> I8:
        """A quantity of steps, joined over the path from each row's stop to each column's.

        Every pass looks twice as far back as the one before, so a path of a thousand stations takes ten passes.
        """
        n = len(self.before)
        row, column = np.arange(n)[:, None], np.arange(n)[None, :]
        start = self.before < 0
        before = np.where(start, column, self.before)
        total = np.where(start, 0, step[before, column])
        while True:
            earlier = before[row, before]
            further = join(total, np.where(before == earlier, 0, total[row, before]))
            if np.array_equal(earlier, before):
                return np.asarray(further, np.int64)
            total, before = further, earlier

    def step_hops(self, k: int) -> I8:
        """Steps that count as a station: all rides, or those in section k - 1."""
        return self.step_ride if k == 0 else self.step_ride * (self.step_section >> (k - 1) & 1)


def _shortest(n: int, stretches: dict[_Pair, _Stretch]) -> _Paths:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    ends = np.array(list(stretches), np.int64)
    ways = np.array(list(stretches.values()), np.int64)
    metres = ways[:, 0]
    graph = csr_array((np.maximum(metres, _ON_FOOT), (ends[:, 0], ends[:, 1])), shape=(n, n))
    distance, before = dijkstra(graph, directed=False, return_predecessors=True)
    steps = [np.zeros((n, n), np.int64) for _ in range(3)]
    for step, values in zip(steps, (ways[:, 1], metres > 0, ways[:, 2]), strict=True):
        step[ends[:, 0], ends[:, 1]] = step[ends[:, 1], ends[:, 0]] = values
    whole = np.where(np.isfinite(distance), np.floor(distance), -1).astype(np.int32)
    return _Paths(whole, before.astype(np.int64), *steps)


def is_single_all(stop_zone: I8) -> NDArray[np.bool_]:
    """Which stops lie in one zone alone, or in none."""
    return np.asarray((stop_zone & (stop_zone - 1)) == 0)


def _zones(paths: _Paths, stop_zone: I8) -> tuple[I8, I8]:
    """The zones on the path between every two gates, and those of which it takes one more; see `afc.network.zones`."""
    single, shape = is_single_all(stop_zone), paths.metres.shape
    alone = np.where(single, stop_zone, 0)
    passed = paths.along(np.broadcast_to(alone, shape), np.bitwise_or) | alone[:, None]
    either = np.zeros(shape, np.int64)
    for zones in sorted({int(z) for z in stop_zone[~single]}):
        here = stop_zone == zones
        met = paths.along(np.broadcast_to(here.astype(np.int64), shape), np.bitwise_or) | here[:, None]
        open_here = (met == 1) & (passed & zones == 0)
        apart = open_here & (either != 0) & (either & zones == 0)
        passed |= np.where(apart, zones & -zones, 0)
        either = np.where(open_here & ~apart, np.where(either == 0, zones, either & zones), either)
    return passed, np.where(either & passed == 0, either, 0)
