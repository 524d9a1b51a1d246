"""Sense of a tariff version's journey: transfers belong to matrix pricing, and each leg is priced once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from afc.pack.checks import each
from afc.pack.form import Finding
from afc.pack.tariff_sense import surely_counted

if TYPE_CHECKING:
    from afc.pack.schema_journey import Transfer
    from afc.pack.schema_modifier import Modifier
    from afc.pack.schema_tariff import TariffVersion


def journey_checks(version: TariffVersion) -> Iterable[Iterable[Finding]]:
    """What joins legs agrees with what prices them."""
    transfers = _matrix_of_transfers(version), _matrix_empty(version), _pairs_once(version)
    return *transfers, _through(version), _off_twice(version), _integrated(version), _unmodified(version)


def _matrix_of_transfers(version: TariffVersion) -> Iterable[Finding]:
    if version.transfer and (version.journey is None or version.journey.pricing == "integrated"):
        cure = 'Write `pricing = "matrix"` in `journey`, or leave `transfer` out.'
        what = "`transfer` prices belong to matrix pricing"
        yield Finding(("transfer", 0), "TRANSFER_WITHOUT_MATRIX", what, cure)


def _matrix_empty(version: TariffVersion) -> Iterable[Finding]:
    if version.journey is not None and version.journey.pricing == "matrix" and not version.transfer:
        cure = "Write a [[version.transfer]] for each pair that transfers."
        yield Finding(("journey", "pricing"), "MATRIX_EMPTY", "matrix pricing has no `transfer`", cure)


def _pairs_once(version: TariffVersion) -> Iterable[Finding]:
    seen: set[tuple[str, str]] = set()

    def once(_: int, transfer: Transfer) -> Iterable[Finding]:
        pairs = {(a, b) for a in transfer.from_ for b in transfer.to}
        for a, b in sorted(pairs & seen):
            yield Finding((), "NAMED_TWICE", f"the transfer from {a} to {b} is priced twice", "Name it once.")
        seen.update(pairs)

    yield from each(("transfer",), version.transfer, once)


def _through(version: TariffVersion) -> Iterable[Finding]:
    if version.journey is None or version.journey.pricing != "through":
        return
    by = {service: row.by for row in version.fare for service in row.services}

    def measured(_: int, service: str) -> Iterable[Finding]:
        if by.get(service) not in ("zones", "metres"):
            what = f"{service} has no fare table of zones or metres"
            yield Finding((), "FARE_TABLE_MISSING", what, "Through fares count the zones or metres of the journey.")

    yield from each(("journey", "services"), version.journey.services, measured)


def _off_twice(version: TariffVersion) -> Iterable[Finding]:
    tabled = surely_counted(version)

    def twice(_: int, service: str) -> Iterable[Finding]:
        if service in version.base and service in tabled:
            what = f"{service} has both a base and a fare table, so a change of service would take off twice"
            cure = "Write the whole fare into the table, or leave it out of the journey."
            yield Finding((), "FARE_UNCLEAR", what, cure)

    if version.journey is not None:
        yield from each(("journey", "services"), version.journey.services, twice)


def _integrated(version: TariffVersion) -> Iterable[Finding]:
    tabled = surely_counted(version)

    def in_bases(_: int, service: str) -> Iterable[Finding]:
        if service in tabled:
            what = f"{service} has a fare table, and integrated pricing adds up bases and distances"
            yield Finding((), "FARE_UNCLEAR", what, "Write `base` and `distance` for it.")

    if version.journey is not None and version.journey.pricing == "integrated":
        yield from each(("journey", "services"), version.journey.services, in_bases)


def _unmodified(version: TariffVersion) -> Iterable[Finding]:
    journey = version.journey
    if journey is None or journey.pricing != "integrated":
        return

    def outside(_: int, row: Modifier) -> Iterable[Finding]:
        if row.services is None or set(row.services) & set(journey.services):
            cure = "Name other services, or write the prices by category."
            what = "modifiers have no meaning inside an integrated journey"
            yield Finding((), "MODIFIER_UNCLEAR", what, cure)

    yield from each(("modifier",), version.modifier, outside)
