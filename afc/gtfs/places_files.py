"""Companies, stops and routes of a feed."""

from __future__ import annotations

from afc.gtfs import values
from afc.gtfs.rows import Agency, Route, Stop
from afc.gtfs.table import Reading, Table, read_table


def read_agencies(reading: Reading) -> tuple[Agency, ...]:
    """agency.txt; the id may be left out where there is only one."""
    table = read_table(reading, "agency.txt", ["agency_name", "agency_timezone"], ["agency_id", "agency_url"])
    if table is None:
        return ()
    if len(table.lines) > 1 or "agency_id" in table.columns:
        table.ids("agency_id")
    ids, zones, urls = (table.texts(name) for name in ("agency_id", "agency_timezone", "agency_url"))
    return tuple(map(Agency, ids, _names(reading, table, "agency_name"), zones, urls, table.lines))


def _names(reading: Reading, table: Table, column: str) -> list[str]:
    """A column of names; those of a feed that somebody else published are cleaned, and the report says so."""
    if reading.mended is None:
        return table.parsed(column, values.label, f"visible text in composed letters, {values.NAME_MAX} signs at most")
    names = [values.cleaned(text) for text in table.texts(column)]
    changed = sum(a != b for a, b in zip(names, table.texts(column), strict=True))
    if changed:
        reading.mended.append(f"{table.label}: {changed} texts of {column} were written in plain visible letters")
    return names


def read_stops(reading: Reading) -> tuple[tuple[Stop, ...], dict[str, int]]:
    """stops.txt, and the place of each id."""
    needed = ["stop_id", "stop_name", "stop_lat", "stop_lon"]
    table = read_table(reading, "stops.txt", needed, ["location_type", "parent_station", "afc_agency_id", "zone_id"])
    if table is None:
        return (), {}
    places = table.ids("stop_id")
    table.references("parent_station", places, "stops.txt", blank=-1)
    lats = table.parsed("stop_lat", values.latitude, "a latitude in degrees")
    lons = table.parsed("stop_lon", values.longitude, "a longitude in degrees")
    kinds = table.parsed("location_type", values.whole, "0, 1, 2, 3 or 4", blank=0)
    ids, parents, owners, zones = (
        table.texts(name) for name in ("stop_id", "parent_station", "afc_agency_id", "zone_id")
    )
    names = _names(reading, table, "stop_name")
    rows = zip(ids, names, lats, lons, kinds, parents, owners, zones, table.lines, strict=False)
    return tuple(Stop(*row) for row in rows), places


def read_routes(reading: Reading, agencies: set[str]) -> tuple[tuple[Route, ...], dict[str, int]]:
    """routes.txt, and the place of each id."""
    others = ["agency_id", "route_short_name", "route_long_name", "network_id"]
    table = read_table(reading, "routes.txt", ["route_id", "route_type"], others)
    if table is None:
        return (), {}
    only = next(iter(agencies)) if len(agencies) == 1 else ""
    owners = [owner or only for owner in table.texts("agency_id")]
    for row, owner in enumerate(owners):
        if owner not in agencies and agencies:
            cure = "Every route is run by an agency of agency.txt."
            table.tell("UNKNOWN_ID", row, f'column agency_id names "{owner}", which is not in agency.txt', cure)
    kinds = table.parsed("route_type", values.whole, "a whole number")
    ids = table.texts("route_id")
    short, long = (_names(reading, table, name) for name in ("route_short_name", "route_long_name"))
    names = [a or b or c for a, b, c in zip(short, long, ids, strict=False)]
    rows = zip(ids, names, owners, kinds, table.texts("network_id"), table.lines, strict=False)
    return tuple(Route(*row) for row in rows), table.ids("route_id")
