"""Mistakes that a day's riders will make: who makes which, and the legs of those who board a wrong line.

Whoever should be on one line takes another of its service at the same stop, sees it at the next stop, rides back and then goes
as meant. Where no such line runs at that hour, or none leads back, nobody is mistaken. The other mistakes are made at readers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.demand.journeys import AS_MEANT, TWICE, WRONG_GATE, WRONG_LINE, Journeys
from sim.demand.lines import HOURS, Lines
from sim.demand.routes import SAME_STOP_S


def with_errors(
    plan: Journeys, lines: Lines, table: NDArray[np.float64], errors: Any, rng: np.random.Generator
) -> Journeys:
    """The journeys with mistakes at the rates of `errors`; `table` has departures by pattern and hour."""
    journeys = plan.journeys.copy()
    ladder = np.cumsum([errors.taps_twice, errors.wrong_gate, errors.wrong_line])
    which = np.array([TWICE, WRONG_GATE, WRONG_LINE, AS_MEANT])
    journeys["error"] = which[np.searchsorted(ladder, rng.random(len(journeys)), side="right")]
    chosen = np.flatnonzero(journeys["error"] == WRONG_LINE)
    wrong, back = detours(lines, table, plan, chosen, rng)
    journeys["error"][chosen[wrong < 0]] = AS_MEANT
    return insert(plan._replace(journeys=journeys), lines, chosen[wrong >= 0], wrong[wrong >= 0], back[wrong >= 0])


def detours(
    lines: Lines, table: NDArray[np.float64], plan: Journeys, chosen: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each chosen journey the call at which a wrong line is boarded, -1 where there is none, and the ride back."""
    meant = plan.legs["on"][plan.journeys["first_leg"][chosen]]
    wrong, back = np.full(len(chosen), -1, np.int64), np.full(len(chosen), -1, np.int64)
    for call in np.unique(meant).tolist():
        calls, rides = ways_back(lines, call)
        mine = np.flatnonzero(meant == call)
        if len(calls):
            drawn = rng.integers(0, len(calls), len(mine))
            wrong[mine], back[mine] = calls[drawn], rides[drawn]
    start_s = plan.journeys["start_s"][chosen]
    runs = comes(lines, table, wrong, start_s) & comes(lines, table, lines.rides["on"][back], start_s)
    wrong[~(runs & comes(lines, table, meant, start_s))] = -1
    return wrong, back


def ways_back(lines: Lines, call: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The calls of other lines at the stop of a call that lead somewhere else, and a ride back from each one's next stop."""
    stop, service = lines.call_stop[call], lines.pattern_service[lines.call_pattern]
    last = np.append(lines.call_pattern[1:] != lines.call_pattern[:-1], True)
    here = np.flatnonzero((lines.call_stop == stop) & (service == service[call]) & ~last)
    there = lines.call_stop[here + 1].astype(np.int64)
    cell = there * lines.stops + stop
    rides = lines.pair[cell]
    back = np.flatnonzero((there != lines.call_stop[call + 1]) & (lines.pair[cell + 1] > rides))
    same = service[lines.rides["on"][rides[back]]] == service[call]
    return here[back[same]], rides[back[same]]


def comes(
    lines: Lines, table: NDArray[np.float64], call: NDArray[np.int64], now_s: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Does the line of each call come to its stop in this hour and the next?"""
    hour = np.clip((now_s - lines.call_run_s[call]) // 3600, 0, HOURS - 2)
    pattern = lines.call_pattern[call]
    found: NDArray[np.bool_] = (table[pattern, hour] > 0) & (table[pattern, hour + 1] > 0)
    return found


def insert(
    plan: Journeys, lines: Lines, who: NDArray[np.int64], wrong: NDArray[np.int64], back: NDArray[np.int64]
) -> Journeys:
    """The journeys with two legs more before the first of those who take a wrong line; inside gates nobody taps between."""
    journeys, legs = plan.journeys, plan.legs.copy()
    at = journeys["first_leg"][who]
    inside = lines.by_gate[lines.pattern_service[lines.call_pattern[wrong]]]
    more = np.repeat(legs[at], 2)
    more["on"][0::2], more["off"][0::2] = wrong, wrong + 1
    more["on"][1::2], more["off"][1::2] = lines.rides["on"][back], lines.rides["off"][back]
    legs["walk_s"][at] = more["walk_s"][1::2] = SAME_STOP_S
    legs["inside"][at] = more["inside"][1::2] = inside
    journeys["legs"][who] += 2
    journeys["first_leg"] = np.cumsum(journeys["legs"], dtype=np.int64) - journeys["legs"]
    return Journeys(journeys, np.insert(legs, np.repeat(at, 2), more), plan.unserved)
