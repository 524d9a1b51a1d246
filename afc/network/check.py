"""What a city's own network must keep to beyond GTFS, so that every ride in it can be priced and run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from afc.gtfs.rows import Feed
from afc.limits import network_patterns_max, network_sections_max, network_stops_max, network_zones_max
from afc.network.patterns import Group
from afc.network.terms import Terms
from afc.network.zones import zone_ids_of
from afc.pack.findings import Findings
from afc.refusal import nearest

BOARDABLE = (0, 1)  # GTFS location types: a stop or platform, and a station
_SHOWN = 10


def check(feed: Feed, groups: Sequence[Group], terms: Terms) -> None:
    """Refuse a network that does not speak the city's terms, with everything wrong in it."""
    found = Findings()
    _sizes(feed, groups, found)
    _names(feed, terms, found)
    _calls(feed, terms, found)
    _distances(feed, groups, found)
    _starts(feed, terms, found)
    found.refuse()


def _sizes(feed: Feed, groups: Sequence[Group], found: Findings) -> None:
    sections = set(feed.times.section) - {""}
    for file, count, most, what in (
        ("stops.txt", len(feed.stops), network_stops_max, "stops"),
        ("stop_times.txt", len(sections), network_sections_max, "fare sections"),
        ("stops.txt", len(zone_ids_of(feed)), network_zones_max, "fare zones"),
        ("trips.txt", len(groups), network_patterns_max, "patterns"),
    ):
        if count > most:
            cure = f"A network may have {most:,}."
            found.add("NETWORK_TOO_LARGE", f"there are {count:,} {what}", file=f"{feed.label}/{file}", cure=cure)
    if not feed.version:
        cure = "Write feed_info.txt with a feed_version; it names the network in statements."
        found.add("VERSION_MISSING", "feed_version is missing", file=f"{feed.label}/feed_info.txt", cure=cure)


def _names(feed: Feed, terms: Terms, found: Findings) -> None:
    stretches = zip(feed.times.agency, feed.times.line.tolist(), strict=True)
    columns: tuple[tuple[str, str, str, Iterable[tuple[str, int]], Collection[str]], ...] = (
        ("agency.txt", "agency_id", "party", [(row.id, row.line) for row in feed.agencies], terms.parties),
        ("routes.txt", "network_id", "service", [(row.network, row.line) for row in feed.routes], terms.services),
        (
            "stops.txt",
            "afc_agency_id",
            "party",
            [(row.owner, row.line) for row in feed.stops if row.owner],
            terms.parties,
        ),
        ("trips.txt", "service_id", "day type", [(row.service_id, row.line) for row in feed.trips], terms.day_types),
        ("stop_times.txt", "afc_agency_id", "party", [row for row in stretches if row[0]], terms.parties),
    )
    for file, column, kind, rows, known in columns:
        first = {name: line for name, line in reversed(list(rows)) if name not in known}
        for name, line in first.items():
            what = f'column {column} names "{name}", which is no {kind}'
            cure = nearest(name, known) or f"city.toml has no {kind} of this id."
            code = f"UNKNOWN_{kind.upper().replace(' ', '_')}"
            found.add(code, what, file=f"{feed.label}/{file}", line=line, cure=cure)
    for trip in [trip for trip in feed.trips if trip.direction < 0][:1]:
        what = f'trip "{trip.id}" has no direction_id'
        found.add("DIRECTION_MISSING", what, file=f"{feed.label}/trips.txt", line=trip.line, cure="Write 0 or 1.")


def _calls(feed: Feed, terms: Terms, found: Findings) -> None:
    closed = np.array([stop.kind not in BOARDABLE for stop in feed.stops])
    for row in np.flatnonzero(closed[feed.times.stop])[:_SHOWN]:
        stop = feed.stops[feed.times.stop[row]]
        what = f'nobody can board at "{stop.id}", whose location_type is {stop.kind}'
        _tell(feed, int(row), "STOP_CLOSED", what, "Trips call at stops or stations.", found)


def _distances(feed: Feed, groups: Sequence[Group], found: Findings) -> None:
    along, first = feed.times.along, feed.times.first
    begin = np.zeros(len(along), bool)
    begin[first[:-1]] = True
    missing = np.isnan(along) | (along != np.rint(along))
    same = np.concatenate([[False], along[1:] <= along[:-1]]) & ~begin
    for bad, what, cure in (
        (missing, "shape_dist_traveled is not in whole metres", "Write the metres from the first stop, as in 1250."),
        (begin & (along != 0) & ~missing, "the first stop is not at 0 metres", "Distances begin at the first stop."),
        (same & ~missing, "the distance does not grow", "Each stop is further along than the one before."),
    ):
        for row in np.flatnonzero(bad)[:_SHOWN]:
            _tell(feed, int(row), "DISTANCE_MALFORMED", what, cure, found)
    for group in groups:
        rows = [slice(int(first[t]), int(first[t + 1])) for t in group.trips]
        for row in rows[1:]:
            if not _alike(feed, row, rows[0]):
                line = int(feed.times.line[rows[0].start])
                what = f"distances, operators or sections differ from the same way on line {line}"
                _tell(feed, row.start, "PATTERN_UNCLEAR", what, "Trips with the same stops have the same way.", found)


def _alike(feed: Feed, one: slice, other: slice) -> bool:
    times = feed.times
    same_way = times.agency[one] == times.agency[other] and times.section[one] == times.section[other]
    same_far = np.array_equal(times.along[one], times.along[other], equal_nan=True)
    return same_way and bool(same_far and np.array_equal(times.stage[one], times.stage[other]))


def _starts(feed: Feed, terms: Terms, found: Findings) -> None:
    """A departure before the day cut would belong to the day before."""
    templates = {row.trip for row in feed.frequencies}
    first = feed.times.first
    starts = [("frequencies.txt", row.line, row.trip, row.start_s) for row in feed.frequencies]
    starts += [
        ("stop_times.txt", int(feed.times.line[first[t]]), t, int(feed.times.departure_s[first[t]]))
        for t in range(len(feed.trips))
        if t not in templates
    ]
    early = [start for start in starts if start[3] < terms.day_cut_s]
    for file, line, trip, start in early[:_SHOWN]:
        what = f'trip "{feed.trips[trip].id}" leaves at {_clock(start)}, before the service day begins at '
        cure = f"Write {_clock(start + 86_400)} if it belongs to the day before."
        what += _clock(terms.day_cut_s)
        found.add("BEFORE_DAY_CUT", what, file=f"{feed.label}/{file}", line=line, cure=cure)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _tell(feed: Feed, row: int, code: str, what: str, cure: str, found: Findings) -> None:
    found.add(code, what, file=f"{feed.label}/stop_times.txt", line=int(feed.times.line[row]), cure=cure)
