"""The network as a rider reads it: which lines stop here, where each goes, and how often it comes.

A *call* is one stop of one pattern, numbered through all patterns: `first[pattern] + position`. Boarding and alighting,
queues and places aboard are all kept by call, so one number says both where and which line.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.executor import compiled, rule

HOURS = 48
"""Clock hours of a service day, counted on past midnight."""

RIDE = np.dtype([("on", "<i4"), ("off", "<i4"), ("ride_s", "<i4")])
"""One way to ride between two stops without changing."""


class Lines(NamedTuple):
    """Calls in columns, and every direct ride between two stops, grouped by stop pair."""

    first: NDArray[np.int32]
    call_stop: NDArray[np.int32]
    call_pattern: NDArray[np.int32]
    call_run_s: NDArray[np.int32]
    pattern_service: NDArray[np.int32]
    by_gate: NDArray[np.bool_]
    """Of a service: boarded through gates, not at a reader on board."""
    stops: int
    rides: NDArray[np.void]
    pair: NDArray[np.int64]
    """Rides of stop pair (o, d) are `rides[pair[o * stops + d] : pair[o * stops + d + 1]]`."""


def read_lines(city: Any, network: Any) -> Lines:
    """Flatten the patterns of a network."""
    patterns = network.patterns
    first = np.zeros(len(patterns) + 1, np.int32)
    first[1:] = np.cumsum([len(p.stops) for p in patterns])
    call_stop = np.concatenate([np.asarray(p.stops, np.int32) for p in patterns])
    run_s = np.concatenate([np.asarray(p.run_s, np.int32) for p in patterns])
    call_pattern = np.repeat(np.arange(len(patterns), dtype=np.int32), np.diff(first))
    service = np.array([network.route_service[p.route] for p in patterns], np.int32)
    by_gate = np.array([s.access == "station" for s in city.services], np.bool_)
    n = len(network.stop_ids)
    counts, find = np.zeros(n * n, np.int64), compiled(direct_rides)
    find(first, call_stop, run_s, n, counts, np.zeros(0, RIDE))
    ends = np.cumsum(counts)
    rides = np.zeros(int(ends[-1]), RIDE)
    find(first, call_stop, run_s, n, ends - counts, rides)
    pair = np.concatenate([[0], ends])
    return Lines(first, call_stop, call_pattern, run_s, service, by_gate, n, rides, pair)


@rule
def direct_rides(first: Any, stop: Any, run_s: Any, n: int, cursor: Any, rides: Any) -> None:
    """Every ride from one call to a later call of its pattern, once for each stop pair: the shortest where a loop gives
    several. `cursor` is where the next ride of each pair goes; without room in `rides` they are only counted."""
    seen = np.full(n, -1, np.int64)
    for p in range(len(first) - 1):
        for i in range(first[p], first[p + 1]):
            for j in range(i + 1, first[p + 1]):
                if stop[j] == stop[i]:
                    break
                if seen[stop[j]] == i:
                    continue
                seen[stop[j]] = i
                cell = stop[i] * n + stop[j]
                if len(rides) > 0:
                    ride = rides[cursor[cell]]
                    ride.on, ride.off, ride.ride_s = i, j, run_s[j] - run_s[i]
                cursor[cell] += 1


def hourly(departures: list[NDArray[np.int32]]) -> NDArray[np.float64]:
    """Departures by pattern and clock hour, the way a timetable page is laid out."""
    table = np.zeros((len(departures), HOURS))
    for p, at_s in enumerate(departures):
        table[p] = np.bincount(np.asarray(at_s, np.int64) // 3600, minlength=HOURS)[:HOURS]
    return table


def thin_hours(table: NDArray[np.float64]) -> NDArray[np.int64]:
    """0 for hours of full service, 1 for hours (nights, early mornings) with less than a third of the busiest."""
    total = table.sum(axis=0)
    thin: NDArray[np.int64] = (total < total.max() / 3).astype(np.int64)
    return thin
