"""Agreement of a tariff with its city: purses, distances, routes and dates that the city must know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from afc.pack.checks import each, each_read
from afc.pack.form import Finding
from afc.pack.schema import CityFile, TariffFile
from afc.pack.schema_product import FreeDay
from afc.pack.schema_tariff import TariffVersion
from afc.pack.tariff_sense import table_at

Checks = Iterable[Iterable[Finding]]


def tariff_checks(tariff: TariffFile, city: CityFile) -> Checks:
    """Prepaid cards need a purse, distance prices need a distance, and free days need a known calendar."""
    ends = (_route_known(tariff, city, at) for at in (("hold",), ("missing_tap_out", "fare")))
    return _purses(tariff, city), _distances(tariff, city), *ends, _free_days(tariff, city)


def _purses(tariff: TariffFile, city: CityFile) -> Iterable[Finding]:
    prepaid = "prepaid" in each_read(city.medium, lambda medium: medium.funding)

    def purse(_: int, version: TariffVersion) -> Iterable[Finding]:
        if prepaid and version.purse is None:
            yield Finding((), "KEY_MISSING", "`purse` is missing, and some cards are prepaid", "Write [version.purse].")

    yield from each(("version",), tariff.version, purse)


def _distances(tariff: TariffFile, city: CityFile) -> Iterable[Finding]:
    unmeasured = services_with(city, "distance", "none")

    def measured(_: int, version: TariffVersion) -> Iterable[Finding]:
        for service in sorted(unmeasured & set(version.distance)):
            cure = "Set its `distance` in city.toml, or leave these bands out."
            what = f'service "{service}" has a price by distance and no way to measure it'
            yield Finding(("distance", service), "DISTANCE_UNKNOWN", what, cure)

    yield from each(("version",), tariff.version, measured)


def _route_known(tariff: TariffFile, city: CityFile, at: tuple[str, ...]) -> Iterable[Finding]:
    gated = services_with(city, "access", "station")

    def ends(service: str, value: Any) -> Iterable[Finding]:
        words = value.values() if isinstance(value, Mapping) else (value,)
        if service in gated and {"end_of_route", "farthest_terminal"} & {w for w in words if isinstance(w, str)}:
            what = f'service "{service}" has gates, which do not know the rider\'s route'
            yield Finding((), "ROUTE_UNKNOWN", what, 'Write "maximum" or an amount.')

    def in_version(_: int, version: TariffVersion) -> Iterable[Finding]:
        yield from each(at, table_at(version, at), ends)

    yield from each(("version",), tariff.version, in_version)


def _free_days(tariff: TariffFile, city: CityFile) -> Iterable[Finding]:
    def known(_: int, day: FreeDay) -> Iterable[Finding]:
        if day.date > city.calendar.horizon:
            what = f"{day.date} is past the calendar's horizon"
            yield Finding(("date",), "CALENDAR_HORIZON", what, "Move `horizon` in city.toml.")

    def in_version(_: int, version: TariffVersion) -> Iterable[Finding]:
        yield from each(("free_day",), version.free_day, known)

    yield from each(("version",), tariff.version, in_version)


def services_with(city: CityFile, field: str, word: str) -> set[str]:
    """Services of which it could be read that a field has this word."""
    named = each_read(city.service, lambda row: (row.id, getattr(row, field)))
    return {service for service, said in named if said == word}
