"""Contracts: what operators are paid for service, from the pool or by a payer who funds the gap."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from clearing.entry import Entry
from clearing.postings import Basis, Chart, Total, build
from clearing.remuneration.counts import EARNED, made, money, quantities
from clearing.remuneration.scales import WHOLE_BP, indexed, pay_bp, quality_bp, scales_by_id

if TYPE_CHECKING:
    from afc.pack.schema_contracts import ContractsFile
    from afc.pack.schema_pay import Contract

HOUR_S = 3_600
METRES = 1_000
_COUNTED = {
    "gross_km": "metres", "gross_vehicle": "vehicle_day", "gross_hour": "service_s", "gross_passenger": "boarding",
    "availability": "vehicle_day",
}  # fmt: skip


def contracts(totals: Sequence[Total], agreed: ContractsFile, chart: Chart, basis: Basis) -> list[Entry]:
    """Full pay of each contract, and beside it what poor or good service takes or adds."""
    scales = scales_by_id(agreed.performance)
    entries: list[Entry | None] = []
    for i, row in enumerate(agreed.contract):
        if not row.counts_on(basis.about):
            continue
        factor = indexed(row, agreed.index, basis.about)
        quantity, exact = _work(row, totals, chart)
        full = int(exact * factor)  # a part of a minor unit is not paid
        cause, rule = f"{i:04d}/{row.party}", f"contract {row.kind}"
        if factor != 1:
            rule += f" indexed {factor.numerator}/{factor.denominator}"
        entries.append(build(basis, "contract", cause, _pay(row, full), rule=rule, quantity=quantity))
        if row.performance is not None and full:
            quality = quality_bp(scales[row.performance], totals, row.party, chart)
            part = pay_bp(scales[row.performance], quality)
            rule = f"performance {row.performance}: {quality} bp operated, {part} bp paid"
            sums = _pay(row, full * part // WHOLE_BP - full)
            entries.append(build(basis, "performance", cause, sums, rule=rule, quantity=quality))
    return made(entries)


def _work(row: Contract, totals: Sequence[Total], chart: Chart) -> tuple[int, Fraction]:
    """What a contract counts, and what that is worth before any index, in minor units."""
    if row.kind == "net_cost":
        return 1, Fraction(row.per_day or 0)
    if row.kind == "guarantee":
        fares = money(totals, EARNED, chart).get(row.party, 0)
        return fares, Fraction(max((row.per_day or 0) - fares, 0))
    if row.kind == "revenue_share":
        fares = _fares_of(row.payer, totals, chart)
        return fares, Fraction(fares * (row.share_bp or 0), WHOLE_BP)
    quantity = quantities(totals, _COUNTED[row.kind], chart)[row.party]
    if row.kind == "gross_km":
        return quantity, Fraction(quantity * (row.per_km or 0), METRES)
    if row.kind == "gross_hour":
        return quantity, Fraction(quantity * (row.per_hour or 0), HOUR_S)
    if row.kind == "availability":
        quantity = min(quantity, row.vehicles or 0)
    return quantity, Fraction(quantity * (row.per_vehicle_day or row.per_boarding or 0))


def _fares_of(payer: str, totals: Sequence[Total], chart: Chart) -> int:
    """The fares that a payer earned: its own, or those that came into the pool."""
    earned = money(totals, EARNED, chart)
    return sum(
        minor for operator, minor in earned.items() if (chart.earns(operator) if payer == "pool" else operator) == payer
    )


def _pay(row: Contract, minor: int) -> dict[str, int]:
    purpose = "share" if row.kind == "revenue_share" else "gap"
    return {
        "pool" if row.payer == "pool" else f"receivable:{row.payer}:{purpose}": minor,
        f"payable:{row.party}": -minor,
    }
