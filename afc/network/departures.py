"""Departures: when vehicles leave the first stop of each pattern, by day type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from afc.gtfs.rows import Feed, Frequency
from afc.network.network import I4
from afc.network.patterns import Group


def departures_of(feed: Feed, groups: Sequence[Group], day_types: Sequence[str]) -> dict[str, list[I4]]:
    """Seconds after local midnight of the service date, sorted, for each day type and pattern."""
    headways: dict[int, list[Frequency]] = {}
    for row in feed.frequencies:
        headways.setdefault(row.trip, []).append(row)
    return {
        day_type: [
            _sorted(
                leaving(feed, trip, headways.get(trip, ()))
                for trip in group.trips
                if feed.trips[trip].service_id == day_type
            )
            for group in groups
        ]
        for day_type in day_types
    }


def leaving(feed: Feed, trip: int, headways: Iterable[Frequency]) -> list[int]:
    """When one trip leaves: as often as its frequencies say, or once by its own time."""
    rows = list(headways)
    if not rows:
        return [int(feed.times.departure_s[feed.times.first[trip]])]
    return [start for row in rows for start in range(row.start_s, row.end_s, row.headway_s)]


def _sorted(times: Iterable[list[int]]) -> I4:
    return np.array(sorted(start for trip in times for start in trip), np.int32)
