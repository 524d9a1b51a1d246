"""One rider, one journey: which path and which lines, drawn by chance from what the routes offer.

The answer is a row for each ride leg. Changes inside a paid area carry a mark, for nobody taps there. `lag_s` is when the
rider expects to tap, counted from setting out: at the gate before the wait, at a reader on board after it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.executor import rule
from sim.demand.lines import HOURS
from sim.demand.routes import CHANGE_S, ROUND_SPREAD_S, weigh

LEG = np.dtype(
    [("on", "<i4"), ("off", "<i4"), ("walk_s", "<i4"), ("lag_s", "<i4"), ("inside", "<i1"), ("taps_out", "<i1")]
)
"""A ride: the calls where it begins and ends, and the walk before it."""
LEGS_MAX = 3


class Sample(NamedTuple):
    """Journeys to ask: from where to where, when (clock seconds), and 1 + LEGS_MAX uniform numbers each, one for the path and
    one for the line of each leg."""

    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    start_s: NDArray[np.int64]
    chance: NDArray[np.float64]


@rule
def choose_all(lines: Any, walks: Any, routes: Any, table: Any, sample: Any, who: Any, legs: Any, counts: Any) -> None:
    """Legs of the journeys `who`, LEGS_MAX places each, and how many there are; none where nothing runs at that hour.

    A path whose lines have stopped running for the day gives way to the next.
    """
    weights, offers = np.zeros(1024), np.zeros(LEGS_MAX)
    for j in who:
        o, d, chance = sample.origin[j], sample.destination[j], sample.chance[j]
        offer(routes, o, d, offers)
        k = pick(offers, LEGS_MAX, chance[0])
        while k >= 0 and counts[j] == 0:
            counts[j] = follow(lines, walks, routes, table, k, o, d, sample.start_s[j], chance, weights, legs[j])
            offers[k] = 0.0
            k = pick(offers, LEGS_MAX, chance[0])


@rule
def offer(routes: Any, o: int, d: int, offers: Any) -> None:
    """Chance weights of going direct, with one change, with two.

    A path with one change more must cost less than a change above the one before it: otherwise the change gains nothing,
    as when getting off and on again along the same line.
    """
    direct, once, twice = routes.direct[o, d], routes.once[o, d], routes.twice[o, d]
    best = min(direct, once, twice)
    offers[0] = np.exp((best - direct) / ROUND_SPREAD_S) if direct < np.inf else 0.0
    offers[1] = np.exp((best - once) / ROUND_SPREAD_S) if once < np.inf and once < direct + CHANGE_S else 0.0
    few = min(direct + CHANGE_S, once) + CHANGE_S
    offers[2] = np.exp((best - twice) / ROUND_SPREAD_S) if twice < np.inf and twice < few else 0.0


@rule
def pick(weights: Any, n: int, chance: float) -> int:
    """The index on which a uniform number falls among weights; -1 when all are zero."""
    total = 0.0
    for i in range(n):
        total += weights[i]
    if total <= 0.0:
        return -1
    left, last = chance * total, -1
    for i in range(n):
        if weights[i] > 0.0:
            last = i
            left -= weights[i]
            if left < 0.0:
                break
    return last


@rule
def follow(
    lines: Any, walks: Any, routes: Any, table: Any, changes: int, o: int, d: int, start_s: int, chance: Any,
    weights: Any, legs: Any,
) -> int:  # fmt: skip
    """Write the legs of a path with so many changes; 0 when a line on it no longer runs."""
    last = routes.twice_at[o, d] if changes == 2 else routes.once_at[o, d]
    first = routes.once_at[o, last] if changes == 2 else last
    n, now_s, here = 0, start_s, o
    for i in range(changes + 1):
        to = d if i == changes else (last if i == changes - 1 else first)
        walk_s, inside = 0, False
        if i > 0:
            way = routes.onward_walk[here, to]
            walk_s, inside, here = walks.walk_s[way], walks.inside[way], walks.to[way]
        ride = board(lines, routes, table, here, to, now_s + walk_s, chance[1 + i], weights)
        if ride < 0:
            return 0
        wait_s = int(weights[len(weights) - 1])
        n = add_leg(lines, legs, n, ride, walk_s, inside, now_s + walk_s - start_s, wait_s)
        now_s += walk_s + wait_s + lines.rides[ride].ride_s
        here = to
    return n


@rule
def board(lines: Any, routes: Any, table: Any, here: int, to: int, now_s: int, chance: float, weights: Any) -> int:
    """The ride taken between two stops at this hour, or -1; the expected wait is left in the last weight."""
    start = lines.pair[here * lines.stops + to]
    end = min(lines.pair[here * lines.stops + to + 1], start + len(weights) - 1)
    weigh(lines.rides, start, end, lines.call_pattern, lines.pattern_service, routes.per_s, routes.bias_s, weights)
    running = 0.0
    for k in range(start, end):
        on = lines.rides[k].on
        hour = min(max((now_s - lines.call_run_s[on]) // 3600, 0), HOURS - 2)
        p = lines.call_pattern[on]
        comes = (table[p, hour] + table[p, hour + 1]) / 7200.0
        weights[k - start] *= comes / routes.per_s[p] if routes.per_s[p] > 0.0 else 0.0
        running += weights[k - start]
    chosen = pick(weights, end - start, chance)
    weights[len(weights) - 1] = 0.5 / running if running > 0.0 else 0.0
    return start + chosen if chosen >= 0 else -1


@rule
def add_leg(lines: Any, legs: Any, n: int, ride: int, walk_s: int, inside: bool, lag_s: int, wait_s: int) -> int:
    """One more leg; a rider who would board the vehicle just left stays in it instead."""
    on, off = lines.rides[ride].on, lines.rides[ride].off
    if n > 0 and legs[n - 1].off == on:
        legs[n - 1].off = off
        return n
    gated = lines.by_gate[lines.pattern_service[lines.call_pattern[on]]]
    leg = legs[n]
    leg.on, leg.off, leg.walk_s = on, off, walk_s
    leg.lag_s = lag_s if gated else lag_s + wait_s
    before = n > 0 and lines.by_gate[lines.pattern_service[lines.call_pattern[legs[n - 1].off]]]
    leg.inside = 1 if gated and before and inside else 0
    return n + 1
