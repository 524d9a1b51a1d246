"""Where riders board: stops for readers on board, and one paid area for all platforms of a station."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from afc.gtfs.rows import Feed, Stop
from afc.gtfs.shapes import EARTH_M, crow_m

_SAME_STATION_M = 300.0  # platforms of one name within this distance share their gates
_NEIGHBOURS, _WALK_M = 6, 250.0  # ways on foot that are made up lead to the nearest few stops within sight
_DETOUR, _PACE_M_S, _CROSSING_S = 1.3, 1.2, 30


class Place(NamedTuple):
    """A stop or station of the new pack."""

    id: str
    name: str
    lat: float
    lon: float
    station: bool


class Places(NamedTuple):
    """The new stops, and where each old one went: as a stop, and as a platform of a station."""

    rows: tuple[Place, ...]
    as_stop: Mapping[int, int]
    as_platform: Mapping[int, int]


def places_of(feed: Feed, stops: Iterable[int], platforms: Iterable[int]) -> Places:
    """Stops keep their ids; platforms become the station named as their parent, or by name and nearness."""
    rows: list[Place] = []
    as_platform: dict[int, int] = {}
    ids = {stop.id: i for i, stop in enumerate(feed.stops)}
    by_name: dict[str, list[int]] = {}
    by_parent: dict[str, int] = {}
    for i in sorted(platforms):
        stop = feed.stops[i]
        parent = _top(feed, ids, i)
        place = by_parent.get(parent.id) if parent.id != stop.id else _near(rows, by_name.get(_plain(stop), []), stop)
        if place is None:
            place = len(rows)
            rows.append(Place(parent.id, parent.name, parent.lat, parent.lon, True))
            by_parent[parent.id] = place
            by_name.setdefault(_plain(stop), []).append(place)
        as_platform[i] = place
    taken = {row.id for row in rows}
    as_stop: dict[int, int] = {}
    for i in sorted(stops):
        stop = feed.stops[i]
        as_stop[i] = len(rows)
        # A place with both kinds of tap, gates and readers on board, becomes two stops.
        rows.append(Place(f"{stop.id}-street" if stop.id in taken else stop.id, stop.name, stop.lat, stop.lon, False))
    return Places(tuple(rows), as_stop, as_platform)


def _top(feed: Feed, ids: Mapping[str, int], i: int) -> Stop:
    stop = feed.stops[i]
    for _ in range(3):  # platform, boarding area and station are the levels that the format knows
        if not stop.parent:
            break
        stop = feed.stops[ids[stop.parent]]
    return stop


def _plain(stop: Stop) -> str:
    """A station's name without accents, signs and case, which timetables of several companies write differently."""
    letters = unicodedata.normalize("NFKD", stop.name.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c)).split())


def _near(rows: list[Place], candidates: list[int], stop: Stop) -> int | None:
    for place in candidates:
        row = rows[place]
        if crow_m(np.array([row.lat, stop.lat]), np.array([row.lon, stop.lon]))[0] <= _SAME_STATION_M:
            return place
    return None


def walks_between(rows: tuple[Place, ...], given: Mapping[tuple[int, int], int]) -> list[tuple[int, int, int]]:
    """Ways on foot between near places: those that the feed gives, and others at a walking pace."""
    lat, lon = np.array([row.lat for row in rows]), np.array([row.lon for row in rows])
    walks = dict(given)
    for i in range(len(rows)):
        north, east = np.radians(lat - lat[i]), np.radians(lon - lon[i]) * np.cos(np.radians(lat[i]))
        metres = np.hypot(north, east) * EARTH_M
        near = [int(k) for k in np.argsort(metres, kind="stable")[: _NEIGHBOURS + 1] if metres[k] <= _WALK_M and k != i]
        for k in near:
            seconds = int(metres[k] * _DETOUR / _PACE_M_S) + _CROSSING_S
            walks.setdefault((i, k), seconds)
            walks.setdefault((k, i), seconds)
    return sorted((a, b, seconds) for (a, b), seconds in walks.items())
