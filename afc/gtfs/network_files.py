"""The network folder of a new pack, written from a published feed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from afc.gtfs.days import DAY_TYPES
from afc.gtfs.rows import Feed
from afc.gtfs.stations import Place
from afc.gtfs.ways import Way

_WEEKS = {"weekday": "1111100", "saturday": "0000010", "sunday": "0000001"}


class Adopted(NamedTuple):
    """What a feed becomes: places, ways, walks, and who runs each route as which service."""

    feed: Feed
    places: tuple[Place, ...]
    ways: tuple[Way, ...]
    walks: Sequence[tuple[int, int, int]]
    operators: Mapping[str, str]  # party by agency id of the feed
    services: Mapping[int, str]  # service by route of the feed
    zone: str


def write_network(folder: Path, adopted: Adopted, city_name: str, first: date, last: date) -> None:
    """All files of the folder."""
    folder.mkdir(parents=True)
    feed, ways = adopted.feed, adopted.ways
    routes = list(dict.fromkeys(way.route for way in ways))
    _write(
        folder / "agency.txt",
        "agency_id,agency_name,agency_url,agency_timezone",
        ((adopted.operators[a.id], a.name, a.url, adopted.zone) for a in feed.agencies),
    )
    _write(folder / "stops.txt", "stop_id,stop_name,stop_lat,stop_lon,afc_agency_id", _stops(adopted))
    _write(
        folder / "routes.txt",
        "route_id,agency_id,route_short_name,route_type,network_id",
        (_route(adopted, i) for i in routes),
    )
    _write(folder / "trips.txt", "route_id,service_id,trip_id,direction_id", _trips(adopted))
    _write(
        folder / "stop_times.txt",
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled",
        _calls(adopted),
    )
    _write(folder / "frequencies.txt", "trip_id,start_time,end_time,headway_secs,exact_times", _frequencies(adopted))
    week = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
    spans = (f"{first:%Y%m%d}", f"{last:%Y%m%d}")
    _write(
        folder / "calendar.txt",
        f"service_id,{week},start_date,end_date",
        ((day, *_WEEKS[day], *spans) for day in DAY_TYPES),
    )
    ids = [place.id for place in adopted.places]
    _write(
        folder / "transfers.txt",
        "from_stop_id,to_stop_id,transfer_type,min_transfer_time",
        ((ids[a], ids[b], 2, seconds) for a, b, seconds in adopted.walks),
    )
    version = feed.version or f"{feed.label} {first:%Y-%m-%d}"
    info = "feed_publisher_name,feed_publisher_url,feed_lang,feed_version"
    _write(folder / "feed_info.txt", info, [(f"{city_name}, adopted", feed.agencies[0].url, "und", version)])


def _write(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(rows)


def _route(adopted: Adopted, i: int) -> tuple[object, ...]:
    route = adopted.feed.routes[i]
    return route.id, adopted.operators[route.agency], route.name, route.type, adopted.services[i]


def _stops(adopted: Adopted) -> Iterator[tuple[object, ...]]:
    """Gates belong to the operator that calls there most."""
    calls: dict[int, dict[str, int]] = {}
    for way in adopted.ways:
        party = adopted.operators[adopted.feed.routes[way.route].agency]
        for place in way.places:
            at = calls.setdefault(place, {})
            at[party] = at.get(party, 0) + sum(map(len, way.departures.values()))
    for i, stop in enumerate(adopted.places):
        owner = max(sorted(calls[i]), key=calls[i].__getitem__) if stop.station and i in calls else ""
        yield stop.id, stop.name, f"{stop.lat:.6f}", f"{stop.lon:.6f}", owner


def templates(adopted: Adopted) -> Iterator[tuple[str, Way, str]]:
    """One template trip for each way and day type on which it runs."""
    count: dict[tuple[int, int], int] = {}
    for way in adopted.ways:
        key = (way.route, way.direction)
        count[key] = count.get(key, 0) + 1
        for day in DAY_TYPES:
            if way.departures[day]:
                yield f"{adopted.feed.routes[way.route].id}-{way.direction}-{count[key]}-{day}", way, day


def _trips(adopted: Adopted) -> Iterator[tuple[object, ...]]:
    for trip, way, day in templates(adopted):
        yield adopted.feed.routes[way.route].id, day, trip, way.direction


def _calls(adopted: Adopted) -> Iterator[tuple[object, ...]]:
    for trip, way, _ in templates(adopted):
        for i, (place, metres, seconds) in enumerate(zip(way.places, way.along_m, way.run_s, strict=True)):
            clock = _clock(int(seconds))
            yield trip, clock, clock, adopted.places[place].id, i + 1, int(metres)


def _frequencies(adopted: Adopted) -> Iterator[tuple[object, ...]]:
    for trip, way, day in templates(adopted):
        for start, end, headway in even_headways(way.departures[day]):
            yield trip, _clock(start), _clock(end), headway, 1


def even_headways(departures: Sequence[int]) -> list[tuple[int, int, int]]:
    """Departures as runs of even headway, exactly: start, end (exclusive) and headway of each.

    >>> even_headways([21600, 22200, 22800, 25000])
    [(21600, 22801, 600), (25000, 25001, 1)]
    """
    rows: list[tuple[int, int, int]] = []
    i = 0
    while i < len(departures):
        j = i + 1
        headway = departures[j] - departures[i] if j < len(departures) else 0
        while headway and j < len(departures) and departures[j] - departures[j - 1] == headway:
            j += 1
        if j - i < 3:
            j, headway = i + 1, 1
        rows.append((departures[i], departures[j - 1] + 1, headway))
        i = j
    return rows


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
