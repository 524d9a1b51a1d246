"""Sense of a tariff version: what its tables say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from afc.pack.form import Finding

if TYPE_CHECKING:
    from afc.pack.schema_tariff import TariffVersion


def tariff_findings(version: TariffVersion) -> Iterable[Finding]:
    """Every service is priced one way, and rules that need a fare table have one."""
    yield from _price_findings(version)
    yield from _table_findings(version)
    yield from _journey_findings(version)
    if version.until is not None and version.until < version.from_:
        yield Finding(("until",), "DATES_REVERSED", f"{version.until} is before {version.from_}", "Turn them round.")


def counted(version: TariffVersion) -> set[str]:
    """Services with a fare table or with prices between stops."""
    return {s for fare in version.fare for s in fare.services} | {s for pair in version.pair for s in pair.services}


def _price_findings(version: TariffVersion) -> Iterable[Finding]:
    if not version.base and not version.fare and not version.pair:
        yield Finding((), "KEY_MISSING", "nothing has a price", "Write [version.base.SERVICE] or [[version.fare]].")
    for service in sorted(counted(version) & set(version.distance)):
        what = f"{service} has both a fare table and `distance`"
        yield Finding(("distance", service), "FARE_UNCLEAR", what, "Write its distance into the fare table.")
    counts: dict[str, str] = {}
    for i, row in enumerate(version.fare):
        for k, service in enumerate(row.services):
            if counts.setdefault(service, row.by) != row.by:
                what = f"{service} is counted by {counts[service]} and by {row.by}"
                yield Finding(("fare", i, "services", k), "FARE_UNCLEAR", what, "One service counts one thing.")


def _table_findings(version: TariffVersion) -> Iterable[Finding]:
    known = counted(version)
    tables: list[tuple[str, Mapping[str, Any]]] = [("hold", version.hold), ("overstay", version.overstay)]
    tables += [("missing_tap_out", version.missing_tap_out.fare)]
    for key, table in tables:
        for service in table:
            if service not in known:
                at = (key, "fare", service) if key == "missing_tap_out" else (key, service)
                what = f"{service} has no fare table, so its fare is taken at the tap-in"
                yield Finding(at, "FARE_TABLE_MISSING", what, "Write a [[version.fare]] for it, or leave this out.")
    several = {s for row in version.fare if row.within or row.uses for s in row.services}
    for key, table in tables:
        for service, value in table.items():
            if value in ("end_of_route", "farthest_terminal") and service in several:
                at = (key, "fare", service) if key == "missing_tap_out" else (key, service)
                what = f"{service} has a table for each section, and the way to the end is counted once"
                yield Finding(at, "FARE_UNCLEAR", what, 'Write "maximum" or an amount.')
    for i, ceiling in enumerate(version.ceiling):
        for service in ceiling.services:
            if service not in known:
                what = f"{service} has no fare table"
                yield Finding(("ceiling", i), "FARE_TABLE_MISSING", what, "A ceiling bounds the fare of a table.")
    for q, quota in enumerate(version.quota):
        for service in sorted(set(quota.price) & known - set(version.base)):
            what = f"{service} is priced at the tap-out, and a quota is used at the tap-in"
            yield Finding(("quota", q, "price", service), "QUOTA_UNCLEAR", what, "Quotas are for services with a base.")


def _journey_findings(version: TariffVersion) -> Iterable[Finding]:
    journey = version.journey
    if journey is None:
        return
    by = {service: row.by for row in version.fare for service in row.services}
    for k, service in enumerate(journey.services):
        at = ("journey", "services", k)
        if journey.pricing == "through" and by.get(service) not in ("zones", "metres"):
            what = f"{service} has no fare table of zones or metres"
            yield Finding(at, "FARE_TABLE_MISSING", what, "Through fares count the zones or metres of the journey.")
        if service in version.base and service in counted(version):
            what = f"{service} has both a base and a fare table, so a change of service would take off twice"
            yield Finding(
                at, "FARE_UNCLEAR", what, "Write the whole fare into the table, or leave it out of the journey."
            )
        if journey.pricing == "integrated" and service in counted(version):
            what = f"{service} has a fare table, and integrated pricing adds up bases and distances"
            yield Finding(at, "FARE_UNCLEAR", what, "Write `base` and `distance` for it.")
        if journey.pricing == "integrated" and version.modifier:
            what = "modifiers have no meaning inside an integrated journey"
            named = [i for i, row in enumerate(version.modifier) if row.services is None or service in row.services]
            if named:
                cure = "Name other services, or write the prices by category."
                yield Finding(("modifier", named[0]), "MODIFIER_UNCLEAR", what, cure)
