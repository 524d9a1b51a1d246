"""Sense of a tariff version's periods and bases: no hours twice, no category and no period without a price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from afc.pack.checks import below, each
from afc.pack.form import Finding, Known
from afc.pack.prices import OFF_PEAK, period_findings
from afc.pack.words import band_s

if TYPE_CHECKING:
    from afc.pack.schema_journey import Transfer
    from afc.pack.schema_tariff import TariffVersion


def period_checks(version: TariffVersion, known: Known) -> Iterable[Iterable[Finding]]:
    """Bands lie apart, and every base price names each category and each period."""
    bases = _every_category(version, known), _base_periods(version)
    return _off_peak(version), _bands_apart(version), *bases, _transfer_periods(version)


def _off_peak(version: TariffVersion) -> Iterable[Finding]:
    if any(version.periods.get(OFF_PEAK, {}).values()):
        what = f"`{OFF_PEAK}` has no hours of its own: it holds whenever no other period does"
        yield Finding(("periods", OFF_PEAK), "OFF_PEAK_HOURS", what, "Leave it out.")


def _bands_apart(version: TariffVersion) -> Iterable[Finding]:
    taken: dict[str, list[tuple[int, int]]] = {}

    def bands_of(name: str, days: Mapping[str, tuple[str, ...]]) -> Iterable[Finding]:
        return each((), days, lambda day_type, bands: each((), bands, lambda _, band: apart(day_type, band)))

    def apart(day_type: str, band: str) -> Iterable[Finding]:
        begin, end = band_s(band)
        spans = [(begin, end)] if begin < end else [(begin, 86_400), (0, end)]
        others = taken.setdefault(day_type, [])
        if any(a < other[1] and other[0] < b for a, b in spans for other in others):
            yield Finding((), "PERIODS_OVERLAP", f"two periods hold at once on {day_type}", "Part the bands.")
        others.extend(spans)

    yield from each(("periods",), version.periods, bands_of)


def _every_category(version: TariffVersion, known: Known) -> Iterable[Finding]:
    def complete(service: str, prices: Mapping[str, Any]) -> Iterable[Finding]:
        for category in known.get("category") or ():
            if category not in prices:
                what = f'category "{category}" has no base price on {service}'
                yield Finding((), "BASE_MISSING", what, "Write it, with 0 if nothing is asked.")

    yield from each(("base",), version.base, complete)


def _base_periods(version: TariffVersion) -> Iterable[Finding]:
    periods = version.period_ids

    def named(_: str, prices: Mapping[str, Any]) -> Iterable[Finding]:
        return each((), prices, lambda _, price: period_findings(price, periods))

    yield from each(("base",), version.base, named)


def _transfer_periods(version: TariffVersion) -> Iterable[Finding]:
    periods = version.period_ids

    def named(_: int, transfer: Transfer) -> Iterable[Finding]:
        if transfer.price is not None:
            yield from below(("price",), period_findings(transfer.price, periods))

    yield from each(("transfer",), version.transfer, named)
