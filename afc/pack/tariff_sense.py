"""Sense of a tariff version: every service is priced one way, and rules that need a fare table have one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from afc.pack.checks import duplicates, each, each_read
from afc.pack.form import Finding

if TYPE_CHECKING:
    from afc.pack.schema_fare import Ceiling, Fare
    from afc.pack.schema_product import Quota
    from afc.pack.schema_tariff import TariffVersion

_IDENTIFIED = ("quota", "product", "rebate", "modifier", "cap")
_WITHOUT_TAP_OUT = (("hold",), ("overstay",), ("missing_tap_out", "fare"))  # tables of what is taken without a tap-out


def price_checks(version: TariffVersion) -> Iterable[Iterable[Finding]]:
    """Rows differ, dates run forward, and every service is priced one way."""
    twins = (_twins(version, table) for table in _IDENTIFIED)
    return *twins, _forward(version), _priced(version), _distance_once(version), _counted_once(version)


def table_checks(version: TariffVersion) -> Iterable[Iterable[Finding]]:
    """Rules that look into a fare table have one, and one only."""
    for at in _WITHOUT_TAP_OUT:
        yield _with_table(version, at)
        yield _one_way(version, at)
    yield _ceilings(version)
    yield _quotas(version)


def counted(version: TariffVersion) -> set[str]:
    """Services with a fare table or with prices between stops."""
    return {s for rows in (version.fare, version.pair) for row in rows for s in row.services}


def surely_counted(version: TariffVersion) -> set[str]:
    """The same, as far as the rows could be read: a service that is not among them may still have a table."""
    rows = (*each_read(version.fare, lambda row: row.services), *each_read(version.pair, lambda row: row.services))
    return {service for services in rows for service in each_read(services, str)}


def table_at(version: TariffVersion, at: tuple[str, ...]) -> Mapping[str, Any]:
    """A table of free keys in a version, by its place."""
    table: Any = version
    for key in at:
        table = getattr(table, key)
    return table  # type: ignore[no-any-return]


def _twins(version: TariffVersion, table: str) -> Iterable[Finding]:
    yield from duplicates((table,), getattr(version, table), table)


def _forward(version: TariffVersion) -> Iterable[Finding]:
    if version.until is not None and version.until < version.from_:
        yield Finding(("until",), "DATES_REVERSED", f"{version.until} is before {version.from_}", "Turn them round.")


def _priced(version: TariffVersion) -> Iterable[Finding]:
    if not version.base and not version.fare and not version.pair:
        yield Finding((), "KEY_MISSING", "nothing has a price", "Write [version.base.SERVICE] or [[version.fare]].")


def _distance_once(version: TariffVersion) -> Iterable[Finding]:
    for service in sorted(surely_counted(version) & set(version.distance)):
        what = f"{service} has both a fare table and `distance`"
        yield Finding(("distance", service), "FARE_UNCLEAR", what, "Write its distance into the fare table.")


def _counted_once(version: TariffVersion) -> Iterable[Finding]:
    counts: dict[str, str] = {}

    def counts_one_thing(_: int, row: Fare) -> Iterable[Finding]:
        for k, service in enumerate(row.services):
            if counts.setdefault(service, row.by) != row.by:
                what = f"{service} is counted by {counts[service]} and by {row.by}"
                yield Finding(("services", k), "FARE_UNCLEAR", what, "One service counts one thing.")

    yield from each(("fare",), version.fare, counts_one_thing)


def _with_table(version: TariffVersion, at: tuple[str, ...]) -> Iterable[Finding]:
    known = counted(version)
    for service in table_at(version, at):
        if service not in known:
            what = f"{service} has no fare table, so its fare is taken at the tap-in"
            cure = "Write a [[version.fare]] for it, or leave this out."
            yield Finding((*at, service), "FARE_TABLE_MISSING", what, cure)


def _one_way(version: TariffVersion, at: tuple[str, ...]) -> Iterable[Finding]:
    rows = each_read(version.fare, lambda row: row.services if row.within or row.uses else ())
    several = {service for services in rows for service in each_read(services, str)}

    def to_the_end(service: str, value: Any) -> Iterable[Finding]:
        if value in ("end_of_route", "farthest_terminal") and service in several:
            what = f"{service} has a table for each section, and the way to the end is counted once"
            yield Finding((), "FARE_UNCLEAR", what, 'Write "maximum" or an amount.')

    yield from each(at, table_at(version, at), to_the_end)


def _ceilings(version: TariffVersion) -> Iterable[Finding]:
    known = counted(version)

    def bounds_a_table(_: int, ceiling: Ceiling) -> Iterable[Finding]:
        for service in ceiling.services:
            if service not in known:
                what = f"{service} has no fare table"
                yield Finding((), "FARE_TABLE_MISSING", what, "A ceiling bounds the fare of a table.")

    yield from each(("ceiling",), version.ceiling, bounds_a_table)


def _quotas(version: TariffVersion) -> Iterable[Finding]:
    tabled = surely_counted(version) - set(version.base)

    def at_the_tap_in(_: int, quota: Quota) -> Iterable[Finding]:
        for service in sorted(set(quota.price) & tabled):
            what = f"{service} is priced at the tap-out, and a quota is used at the tap-in"
            yield Finding(("price", service), "QUOTA_UNCLEAR", what, "Quotas are for services with a base.")

    yield from each(("quota",), version.quota, at_the_tap_in)
