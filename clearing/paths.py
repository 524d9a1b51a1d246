"""Inside the gates: which operators carried a rider from one gate to another, when gates show only both ends.

Riders are assigned to the K best paths by generalised cost (riding time and a penalty for each change of line), in logit
proportions. An operator's credit for a pair of gates mixes three measures: who owns the entry gate, who ran the first train
boarded, and passenger-kilometres. Credits become whole parts per million before money meets them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from clearing.split import Within, nothing_within

PARTS = 1_000_000
ENTRY_GATE: Mapping[str, Any] = {
    "k": 1,
    "transfer_penalty_s": 0,
    "spread_s": 1,
    "entry_gate_bp": 10_000,
    "first_boarding_bp": 0,
    "passenger_km_bp": 0,
}
"""The rule `entry_gate`: whoever owns the gate where the rider went in takes it all."""


class Ride(NamedTuple):
    """One stretch of a path: its operator (party index) and metres."""

    operator: int
    metres: int


def within_gates(city: Any, policy: Mapping[str, Any]) -> Within:
    """The second stage of a split policy, worked out for every pair of gates of the services that it names."""
    network = city.network
    rules = {s: policy.get("within", {}).get(service.id) for s, service in enumerate(city.services)}
    services = [s for s, rule in rules.items() if rule and len(operators_of(network, s)) > 1]
    if not services:
        return nothing_within()
    n = len(network.stop_ids)
    split = np.zeros(32, np.int8)
    offset, count = np.zeros((n, n), np.int32), np.zeros((n, n), np.int32)
    operators, weights = [0], [0]
    for service in services:
        split[service] = 1
        graph = LineGraph(network, service, policy["paths"] if rules[service] == "paths" else ENTRY_GATE)
        for a in graph.stations:
            for b in graph.stations:
                parts = graph.credit_of(a, b) if a != b else {}
                offset[a, b], count[a, b] = len(operators), len(parts)
                for operator in sorted(parts, key=lambda o: city.parties[o].id):
                    operators.append(operator)
                    weights.append(parts[operator])
    return Within(split, offset, count, np.array(operators, np.int16), np.array(weights, np.int64))


def operators_of(network: Any, service: int) -> set[int]:
    """Who runs stretches of a service."""
    patterns = [p for p in network.patterns if network.route_service[p.route] == service]
    return {int(o) for p in patterns for o in p.operator}


NO_TIME_S = 1e-6
"""Passing a gate and staying on the train take no time; SciPy would read a zero as no way at all."""


class LineGraph:
    """Stations by line: riding along a line takes its running time, changing line in a station the transfer penalty.

    Getting on and getting off are two places, even numbers and odd: whoever changes must have ridden before and ride
    afterwards. Otherwise a change at the first or last station would make a second path of the same ride.
    """

    def __init__(self, network: Any, service: int, parameters: Mapping[str, Any]) -> None:
        self.parameters, self.owner = parameters, network.owner
        self.node_of: dict[tuple[int, int], int] = {}
        self.stretches: dict[tuple[int, int], tuple[int, Ride]] = {}
        for pattern in network.patterns:
            if network.route_service[pattern.route] == service:
                self.add_pattern(pattern)
        self.stations = sorted({stop for stop, _ in self.node_of})
        self.graph = self.matrix()

    def getting_on(self, stop: int, route: int) -> int:
        """The place where a line is boarded at a station; one more is where it is left."""
        return self.node_of.setdefault((stop, route), 2 * len(self.node_of))

    def add_pattern(self, pattern: Any) -> None:
        """The stretches of one pattern, each in its own direction."""
        for i in range(len(pattern.stops) - 1):
            a, b = int(pattern.stops[i]), int(pattern.stops[i + 1])
            seconds = max(int(pattern.run_s[i + 1] - pattern.run_s[i]), 1)
            ride = Ride(int(pattern.operator[i]), int(pattern.along_m[i + 1] - pattern.along_m[i]))
            edge = (self.getting_on(a, pattern.route), self.getting_on(b, pattern.route) + 1)
            if edge not in self.stretches or seconds < self.stretches[edge][0]:
                self.stretches[edge] = (seconds, ride)

    def matrix(self) -> Any:
        """The graph as SciPy takes it, with one source and one sink node a station behind the line nodes."""
        from scipy.sparse import csr_array

        lines, stations = 2 * len(self.node_of), {stop: i for i, stop in enumerate(self.stations)}
        edges: list[tuple[int, int, float]] = [(a, b, seconds) for (a, b), (seconds, _) in self.stretches.items()]
        by_stop: dict[int, list[int]] = {}
        for (stop, _), on in self.node_of.items():
            by_stop.setdefault(stop, []).append(on)
            edges.append((lines + stations[stop], on, NO_TIME_S))
            edges.append((on + 1, lines + len(stations) + stations[stop], NO_TIME_S))
            edges.append((on + 1, on, NO_TIME_S))
        penalty_s = max(self.parameters["transfer_penalty_s"], NO_TIME_S)
        for places in by_stop.values():
            edges += [(a + 1, b, penalty_s) for a in places for b in places if a != b]
        rows, columns, seconds_ = zip(*edges, strict=True)
        size = lines + 2 * len(stations)
        ends = np.array(rows, np.int32), np.array(columns, np.int32)  # SciPy's path routines insist on 32-bit places
        return csr_array((np.array(seconds_, float), ends), shape=(size, size))

    def credit_of(self, a: int, b: int) -> dict[int, int]:
        """Each operator's parts per million for rides from gate `a` to gate `b`."""
        from scipy.sparse.csgraph import yen

        lines, stations = 2 * len(self.node_of), len(self.stations)
        source, sink = lines + self.stations.index(a), lines + stations + self.stations.index(b)
        costs, before = yen(self.graph, source, sink, self.parameters["k"], return_predecessors=True)
        paths = [self.rides(row, sink) for row in before]
        chances = [math.exp(-(cost - costs[0]) / self.parameters["spread_s"]) for cost in costs]
        credit: dict[int, float] = {}
        for path, chance in zip(paths, chances, strict=True):
            for operator, part in self.path_credit(path, int(self.owner[a])).items():
                credit[operator] = credit.get(operator, 0.0) + part * chance / sum(chances)
        return {operator: round(part * PARTS) for operator, part in sorted(credit.items()) if round(part * PARTS)}

    def rides(self, before: np.ndarray, sink: int) -> list[Ride]:
        """The stretches ridden on one path, first to last."""
        found, node = [], sink
        while before[node] >= 0:
            edge = (int(before[node]), int(node))
            if edge in self.stretches:
                found.append(self.stretches[edge][1])
            node = before[node]
        return found[::-1]

    def path_credit(self, path: Sequence[Ride], gate_owner: int) -> dict[int, float]:
        """Basis points of gate, first boarding and kilometres for one path, as parts of one."""
        metres = sum(ride.metres for ride in path) or 1
        credit = {ride.operator: 0.0 for ride in path}
        for ride in path:
            credit[ride.operator] += self.parameters["passenger_km_bp"] * ride.metres / metres
        first = path[0].operator
        credit[first] += self.parameters["first_boarding_bp"]
        gate = gate_owner if gate_owner >= 0 else first
        credit[gate] = credit.get(gate, 0.0) + self.parameters["entry_gate_bp"]
        return {operator: part / sum(credit.values()) for operator, part in credit.items()}
