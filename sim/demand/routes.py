"""Path choice: how riders get from stop to stop, by which lines and with how many changes.

Costs are found by rounds, as a rider thinks: a direct ride; one change; two changes. Each round keeps, for every pair of
stops, the cheapest place to change. Cost is seconds of waiting (half the headway of the lines that serve the ride), of
riding, of walking, and a penalty for every change. Riders then choose among the rounds by a logit.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.executor import compiled, rule
from sim.demand.lines import Lines

CHANGE_S = 300
"""What a change is felt to cost beside its walk and wait."""
SAME_STOP_S = 60
"""From one vehicle to the next at the same stop."""
RIDE_SPREAD_S = 300.0
"""How much slower a line may be before riders let it pass: at this much, two in three do."""
ROUND_SPREAD_S = 240.0
"""The same for a path with other changes."""
NO_PATH = np.float32(np.inf)


class Walks(NamedTuple):
    """Ways on foot between stops, each stop to itself first; those of stop s are `first[s]` to `first[s + 1]`."""

    first: NDArray[np.int32]
    to: NDArray[np.int32]
    walk_s: NDArray[np.int32]
    inside: NDArray[np.bool_]
    """Within one paid area: no gate between."""


class Routes(NamedTuple):
    """What riders know of one kind of day: costs by rounds and where to change."""

    direct: NDArray[np.float32]
    onward: NDArray[np.float32]
    """Cost of going on from a stop at a change: the walk and the next direct ride."""
    onward_walk: NDArray[np.int32]
    once: NDArray[np.float32]
    once_at: NDArray[np.int32]
    twice: NDArray[np.float32]
    twice_at: NDArray[np.int32]
    bias_s: NDArray[np.float64]
    """By service: seconds that make it look slower than it is, so that as many ride it as do."""
    per_s: NDArray[np.float64]
    """By pattern: departures a second."""


def read_walks(network: Any, lines: Lines) -> Walks:
    """The network's walks; a walk is inside when the network says so, and always from a stop to itself."""
    ways = [(s, s, SAME_STOP_S, True) for s in range(lines.stops)]
    ways += [(a, b, seconds, inside) for a, b, seconds, inside in network.walks if a != b]
    ways.sort(key=lambda way: (way[0], way[1] != way[0], way[1]))
    start = np.searchsorted([way[0] for way in ways], np.arange(lines.stops + 1))
    return Walks(
        start.astype(np.int32),
        np.array([way[1] for way in ways], np.int32),
        np.array([max(way[2], SAME_STOP_S) for way in ways], np.int32),
        np.array([way[3] for way in ways], np.bool_),
    )


def find_routes(lines: Lines, walks: Walks, per_s: NDArray[np.float64], bias_s: NDArray[np.float64]) -> Routes:
    """Costs and changing places for all pairs of stops."""
    direct = compiled(direct_costs)(lines.rides, lines.pair, lines.call_pattern, lines.pattern_service, per_s, bias_s)
    direct = direct.reshape(lines.stops, lines.stops)
    onward, onward_walk = compiled(onward_costs)(direct, walks.first, walks.to, walks.walk_s)
    once, once_at = compiled(one_more_change)(direct, onward)
    twice, twice_at = compiled(one_more_change)(once, onward)
    return Routes(direct, onward, onward_walk, once, once_at, twice, twice_at, bias_s, per_s)


@rule
def weigh(
    rides: Any, start: int, end: int, call_pattern: Any, service: Any, per_s: Any, bias_s: Any, weights: Any
) -> float:
    """The chance weight of each direct ride between two stops (0 where its line does not run), and the fastest."""
    best = np.inf
    for k in range(start, end):
        if per_s[call_pattern[rides[k].on]] > 0.0:
            felt = max(rides[k].ride_s + bias_s[service[call_pattern[rides[k].on]]], 1.0)
            best = min(best, felt)
    for k in range(start, end):
        p = call_pattern[rides[k].on]
        felt = max(rides[k].ride_s + bias_s[service[p]], 1.0)
        weights[k - start] = per_s[p] * np.exp((best - felt) / RIDE_SPREAD_S) if per_s[p] > 0.0 else 0.0
    return best


@rule
def direct_costs(rides: Any, pair: Any, call_pattern: Any, service: Any, per_s: Any, bias_s: Any) -> Any:
    """Half the joint headway of the lines that riders would take, and their mean ride."""
    cost = np.full(len(pair) - 1, NO_PATH, np.float32)
    weights = np.zeros(1024)
    for cell in range(len(cost)):
        start, end = pair[cell], min(pair[cell + 1], pair[cell] + len(weights))
        best = weigh(rides, start, end, call_pattern, service, per_s, bias_s, weights)
        if best == np.inf:
            continue
        total, ride = 0.0, 0.0
        for k in range(start, end):
            felt = max(rides[k].ride_s + bias_s[service[call_pattern[rides[k].on]]], 1.0)
            total += weights[k - start]
            ride += weights[k - start] * felt
        cost[cell] = 0.5 / total + ride / total
    return cost


@rule
def onward_costs(direct: Any, first: Any, to: Any, walk_s: Any) -> Any:
    """From each stop: the cheapest walk (or none) and direct ride on, and which walk that is."""
    n = direct.shape[0]
    cost = np.full((n, n), NO_PATH, np.float32)
    way = np.zeros((n, n), np.int32)
    for s in range(n):
        for w in range(first[s], first[s + 1]):
            for d in range(n):
                c = direct[to[w], d] + walk_s[w]
                if c < cost[s, d]:
                    cost[s, d] = c
                    way[s, d] = w
    return cost, way


@rule
def one_more_change(before: Any, onward: Any) -> Any:
    """The round with one change more than `before`: the cheapest stop at which to change last."""
    n = before.shape[0]
    cost = np.full((n, n), NO_PATH, np.float32)
    at = np.full((n, n), -1, np.int32)
    for o in range(n):
        for m in range(n):
            if before[o, m] == NO_PATH or o == m:
                continue
            so_far = before[o, m] + np.float32(CHANGE_S)
            for d in range(n):
                c = so_far + onward[m, d]
                if c < cost[o, d]:
                    cost[o, d] = c
                    at[o, d] = m
        cost[o, o] = NO_PATH
    return cost, at


def felt_cost(routes: Routes, change_s: int) -> NDArray[np.float32]:
    """The cost of the best path, each of its changes felt as so many seconds more."""
    once, twice = routes.once + np.float32(change_s), routes.twice + np.float32(2 * change_s)
    best: NDArray[np.float32] = np.minimum(routes.direct, np.minimum(once, twice))
    return best
