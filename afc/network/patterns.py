"""Patterns: which trips run the same way, and how far and how long their way is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from afc.gtfs.rows import Feed
from afc.network.network import Pattern


class Group(NamedTuple):
    """The trips of one pattern."""

    route: int
    direction: int
    stops: tuple[int, ...]
    trips: tuple[int, ...]


def grouped(feed: Feed) -> tuple[Group, ...]:
    """Trips by route, direction and stops, in the order in which the feed first has each."""
    times = feed.times
    found: dict[tuple[int, int, tuple[int, ...]], list[int]] = {}
    stops = times.stop.tolist()
    for t, trip in enumerate(feed.trips):
        called = tuple(stops[times.first[t] : times.first[t + 1]])
        found.setdefault((trip.route, max(trip.direction, 0), called), []).append(t)
    return tuple(Group(*key, tuple(trips)) for key, trips in found.items())


def pattern_of(feed: Feed, group: Group, places: Mapping[int, int], parties: Mapping[str, int]) -> Pattern:
    """A pattern with the distances of its first trip and the mean running times of all."""
    times = feed.times
    rows = [slice(int(times.first[t]), int(times.first[t + 1])) for t in group.trips]
    first = rows[0]
    runs = np.array([times.arrival_s[row] - times.departure_s[row.start] for row in rows], np.int64)
    run_s = (runs.sum(axis=0) + len(rows) // 2) // len(rows)
    run_s[0] = 0
    agency = parties[feed.routes[group.route].agency]
    operators = [parties[name] if name else agency for name in times.agency[first][:-1]]
    return Pattern(
        route=group.route,
        direction=group.direction,
        stops=np.array([places[stop] for stop in group.stops], np.int32),
        along_m=np.rint(times.along[first]).astype(np.int32),
        run_s=run_s.astype(np.int32),
        operator=np.array(operators, np.int32),
        section=times.section[first][:-1],
        stage=times.stage[first],
    )
