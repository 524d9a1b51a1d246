"""Ways: the patterns of a published feed in a new pack's terms, with their departures on each day type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.gtfs.days import DAY_TYPES, Week
from afc.gtfs.rows import Feed, Frequency
from afc.gtfs.shapes import along_m
from afc.gtfs.stations import Places

I4 = NDArray[np.int32]
_DAY_S = 86_400


class Way(NamedTuple):
    """One pattern: its route in the feed, its places, how far and how long, and when vehicles leave."""

    route: int
    direction: int
    places: tuple[int, ...]
    along_m: I4
    run_s: I4
    by_shape: bool
    departures: Mapping[str, tuple[int, ...]]


class Run(NamedTuple):
    """One trip that runs on some day type."""

    trip: int
    places: tuple[int, ...]
    calls: tuple[int, ...]  # rows of the feed's calls, one for each place
    departures: Mapping[str, tuple[int, ...]]


def ways_of(feed: Feed, week: Week, places: Places, stations: Sequence[bool], day_cut_s: int) -> tuple[Way, ...]:
    """All ways with at least one departure in the week; `stations` says of each route whether it has gates."""
    runs: dict[tuple[int, int, tuple[int, ...]], list[Run]] = {}
    for run in _runs(feed, week, places, stations, day_cut_s):
        trip = feed.trips[run.trip]
        runs.setdefault((trip.route, trip.direction, run.places), []).append(run)
    ways = [_way(feed, key, members, places) for key, members in runs.items()]
    return _directed(ways)


def _runs(feed: Feed, week: Week, places: Places, stations: Sequence[bool], day_cut_s: int) -> list[Run]:
    headways: dict[int, list[Frequency]] = {}
    for row in feed.frequencies:
        headways.setdefault(row.trip, []).append(row)
    runs: list[Run] = []
    for t, trip in enumerate(feed.trips):
        leaving = _leaving(feed, t, headways.get(t, []), day_cut_s)
        departures = {day: leaving for day in DAY_TYPES if trip.service_id in week.running[day]}
        if not departures:
            continue
        where = places.as_platform if stations[trip.route] else places.as_stop
        rows = range(int(feed.times.first[t]), int(feed.times.first[t + 1]))
        called = [where[int(feed.times.stop[row])] for row in rows]
        # Two platforms of one station in a row are one call.
        kept = [i for i in range(len(called)) if i == 0 or called[i] != called[i - 1]]
        if len(kept) > 1:
            runs.append(Run(t, tuple(called[i] for i in kept), tuple(rows[i] for i in kept), departures))
    return runs


def _leaving(feed: Feed, trip: int, headways: list[Frequency], day_cut_s: int) -> tuple[int, ...]:
    """Departures within the service day; what leaves before the day cut belongs to the night of the day before."""
    own = [int(feed.times.departure_s[feed.times.first[trip]])]
    times = [s for row in headways for s in range(row.start_s, row.end_s, row.headway_s)] if headways else own
    return tuple(s + _DAY_S if s < day_cut_s else s for s in times)


def _way(feed: Feed, key: tuple[int, int, tuple[int, ...]], runs: list[Run], places: Places) -> Way:
    route, direction, called = key
    lat = np.array([places.rows[i].lat for i in called])
    lon = np.array([places.rows[i].lon for i in called])
    shape = feed.shapes.get(feed.trips[runs[0].trip].shape)
    along, by_shape = along_m(lat, lon, shape)
    times = [feed.times.arrival_s[list(run.calls)] - feed.times.departure_s[run.calls[0]] for run in runs]
    run_s = _paced(np.mean(times, axis=0), along)
    departures = {day: tuple(sorted(s for run in runs for s in run.departures.get(day, ()))) for day in DAY_TYPES}
    return Way(route, direction, called, along, run_s, by_shape, departures)


def _paced(mean_s: NDArray[np.float64], along: I4) -> I4:
    """Running times that grow at every stop: stops published for the same minute share it by distance."""
    mean_s[0] = 0
    rising = [0]
    for i in range(1, len(mean_s)):
        if mean_s[i] >= mean_s[rising[-1]] + (i - rising[-1]):
            rising.append(i)
    if rising[-1] != len(mean_s) - 1:
        last = rising.pop() if len(rising) > 1 else 0
        mean_s[-1] = max(mean_s[last] + len(mean_s) - 1 - last, mean_s[-1])
        rising.append(len(mean_s) - 1)
    even = np.interp(along, along[rising], mean_s[rising])
    whole = np.rint(even).astype(np.int32)
    whole[0] = 0
    for i in range(1, len(whole)):
        whole[i] = max(whole[i], whole[i - 1] + 1)
    return whole


def _directed(ways: list[Way]) -> tuple[Way, ...]:
    """Where a feed leaves directions out: with the route's busiest way is 0, against it is 1."""
    busiest: dict[int, Way] = {}
    for way in sorted(ways, key=lambda way: -sum(map(len, way.departures.values()))):
        busiest.setdefault(way.route, way)
    return tuple(
        way._replace(direction=_against(busiest[way.route].places, way.places)) if way.direction < 0 else way
        for way in ways
    )


def _against(reference: tuple[int, ...], called: tuple[int, ...]) -> int:
    order = {place: i for i, place in reversed(list(enumerate(reference)))}
    shared = [order[place] for place in called if place in order]
    rising = sum(a < b for a, b in pairwise(shared))
    falling = sum(a > b for a, b in pairwise(shared))
    return int(falling > rising)
