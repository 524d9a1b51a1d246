"""A feed read whole or not at all: every file, every reference between them, and all that is wrong told together."""

from __future__ import annotations

from pathlib import Path

from afc.gtfs import values
from afc.gtfs.calendar_files import check_service_ids, read_other_days, read_weeks
from afc.gtfs.calls import read_calls
from afc.gtfs.files import open_feed
from afc.gtfs.places_files import read_agencies, read_routes, read_stops
from afc.gtfs.rows import Feed, Frequency, Shape, Trip, Walk
from afc.gtfs.table import Reading, read_table
from afc.pack.findings import Findings

_CLOCK = "a time like 08:30:00"
_WHOLE = "a whole number"


def read_feed(path: Path, label: str | None = None, *, mend: bool = False, shapes: bool = False) -> Feed:
    """A feed from a folder or zip. With `mend`, lines that somebody published twice are read once and reported."""
    reading = Reading(open_feed(path, label), Findings(), [] if mend else None)
    feed = _read(reading, shapes)
    reading.found.refuse()
    assert feed is not None, "nothing was found wrong, so everything was read"
    return feed


def stop_ids(path: Path, label: str, found: Findings) -> tuple[str, ...] | None:
    """Only the ids of stops, for checking the other files of a pack."""
    table = read_table(Reading(open_feed(path, label), found), "stops.txt", ["stop_id"])
    return None if table is None else tuple(table.texts("stop_id"))


def section_ids(path: Path, label: str, found: Findings) -> tuple[str, ...] | None:
    """Only the ids of fare sections."""
    table = read_table(Reading(open_feed(path, label), found), "stop_times.txt", ["trip_id"], ["afc_section_id"])
    return None if table is None else tuple(sorted(set(table.texts("afc_section_id")) - {""}))


def zone_ids(path: Path, label: str, found: Findings) -> tuple[str, ...] | None:
    """Only the ids of fare zones."""
    table = read_table(Reading(open_feed(path, label), found), "stops.txt", ["stop_id"], ["zone_id"])
    return (
        None if table is None else tuple(sorted({z for text in table.texts("zone_id") for z in text.split("/")} - {""}))
    )


def _read(reading: Reading, with_shapes: bool) -> Feed | None:
    agencies = read_agencies(reading)
    stops, stop_places = read_stops(reading)
    routes, route_places = read_routes(reading, {agency.id for agency in agencies})
    trips, trip_places = _trips(reading, route_places)
    calendar = read_weeks(reading)
    others = read_other_days(reading)
    check_service_ids(reading, trips, calendar, others)
    times = read_calls(reading, trip_places, stop_places) if trip_places and stop_places else None
    frequencies = _frequencies(reading, trip_places)
    walks = _walks(reading, stop_places)
    version, publisher = _info(reading)
    shapes = _shapes(reading) if with_shapes else {}
    if times is None:
        return None
    mended = tuple(reading.mended or ())
    label = reading.files.label
    return Feed(
        label,
        version,
        publisher,
        agencies,
        stops,
        routes,
        trips,
        times,
        frequencies,
        calendar,
        others,
        walks,
        shapes,
        mended,
    )


def _trips(reading: Reading, routes: dict[str, int]) -> tuple[tuple[Trip, ...], dict[str, int]]:
    table = read_table(reading, "trips.txt", ["trip_id", "route_id", "service_id"], ["direction_id", "shape_id"])
    if table is None:
        return (), {}
    route = table.references("route_id", routes, "routes.txt") if routes else []
    direction = table.parsed("direction_id", values.direction, "0 or 1")
    texts = [table.texts(name) for name in ("trip_id", "service_id", "shape_id")]
    rows = zip(texts[0], route, texts[1], direction, texts[2], table.lines, strict=False)
    return tuple(Trip(*row) for row in rows), table.ids("trip_id")


def _frequencies(reading: Reading, trips: dict[str, int]) -> tuple[Frequency, ...]:
    needed = ["trip_id", "start_time", "end_time", "headway_secs"]
    table = read_table(reading, "frequencies.txt", needed, optional=True)
    if table is None or not trips:
        return ()
    columns = (
        table.references("trip_id", trips, "trips.txt"),
        table.parsed("start_time", _given_time, _CLOCK),
        table.parsed("end_time", _given_time, _CLOCK),
        table.parsed("headway_secs", values.whole, "whole seconds"),
    )
    rows = [Frequency(*row) for row in zip(*columns, table.lines, strict=False)]
    for i, row in enumerate(rows):
        if row.headway_s < 1:
            table.tell("VALUE_MALFORMED", i, "column headway_secs must be at least 1", "Write whole seconds.")
        if row.end_s <= row.start_s:
            cure = "Hours after midnight are written 24:10:00 and so on."
            table.tell("TIMES_REVERSED", i, "end_time is not after start_time", cure)
    return tuple(rows)


def _walks(reading: Reading, stops: dict[str, int]) -> tuple[Walk, ...]:
    others = ["transfer_type", "min_transfer_time", "afc_inside"]
    table = read_table(reading, "transfers.txt", ["from_stop_id", "to_stop_id"], others, optional=True)
    if table is None or not stops:
        return ()
    columns = (
        table.references("from_stop_id", stops, "stops.txt", blank=-1),
        table.references("to_stop_id", stops, "stops.txt", blank=-1),
        table.parsed("min_transfer_time", values.whole, "whole seconds", blank=-1),
    )
    kinds = table.parsed("transfer_type", values.whole, "0 to 5", blank=0)
    inside = table.parsed("afc_inside", values.whole, "0 or 1", blank=0)
    rows = zip(*columns, inside, kinds, strict=False)
    return tuple(
        Walk(a, b, s, gate_free == 1)
        for a, b, s, gate_free, kind in rows
        if kind == 2 and s >= 0 and a >= 0 and b >= 0 and a != b
    )


def _info(reading: Reading) -> tuple[str, str]:
    columns = ["feed_version", "feed_publisher_name"]
    table = read_table(reading, "feed_info.txt", [], columns, optional=True)
    if table is None or not table.lines:
        return "", ""
    return table.texts("feed_version")[0], table.texts("feed_publisher_name")[0]


def _shapes(reading: Reading) -> dict[str, Shape]:
    import numpy as np

    needed = ["shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"]
    table = read_table(reading, "shapes.txt", needed, optional=True)
    if table is None:
        return {}
    lat = np.array(table.parsed("shape_pt_lat", values.latitude, "a latitude in degrees"))
    lon = np.array(table.parsed("shape_pt_lon", values.longitude, "a longitude in degrees"))
    sequence = table.parsed("shape_pt_sequence", values.whole, _WHOLE)
    points: dict[str, list[int]] = {}
    for row, shape in enumerate(table.texts("shape_id")):
        points.setdefault(shape, []).append(row)
    if not len(lat) or not len(lon) or not sequence:
        return {}
    ordered = {shape: sorted(rows, key=lambda row: sequence[row]) for shape, rows in points.items()}
    return {shape: Shape(lat[rows], lon[rows]) for shape, rows in ordered.items()}


def _given_time(text: str) -> int:
    if not text:
        raise ValueError
    return values.time_s(text)
