"""Rates that follow a published index, and pay that follows what was operated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from clearing.postings import Chart, Total
from clearing.remuneration.counts import quantities

if TYPE_CHECKING:
    from afc.pack.schema_pay import Contract, Index, Performance

OPERATED = {"kilometres": ("metres", "scheduled_metres"), "trips": ("trip", "scheduled_trip")}
WHOLE_BP = 10_000


def indexed(row: Contract, indices: Iterable[Index], day: date) -> Fraction:
    """What a rate of this contract is multiplied by on a date. A part that follows no index stays as it was agreed."""
    stands = {index.id: Fraction(standing(index, day), index.base) for index in indices}
    factor = Fraction(1)
    for weight in row.index:
        factor += Fraction(weight.weight_bp, WHOLE_BP) * (stands[weight.id] - 1)
    return factor


def standing(index: Index, day: date) -> int:
    """The value of an index on a date: the newest that counts by then, and its base before the first."""
    return next((value.value for value in reversed(index.values) if value.from_ <= day), index.base)


def quality_bp(scale: Performance, totals: Sequence[Total], party: str, chart: Chart) -> int:
    """What a party operated of its timetable, in basis points; all of it where nothing was promised."""
    operated, promised = (quantities(totals, kind, chart)[party] for kind in OPERATED[scale.of])
    return operated * WHOLE_BP // promised if promised else WHOLE_BP


def pay_bp(scale: Performance, quality: int) -> int:
    """What this quality is paid, in basis points of the full pay."""
    return [step.pay_bp for step in scale.steps if step.from_bp <= quality][-1]


def scales_by_id(scales: Iterable[Performance]) -> Mapping[str, Performance]:
    """The scales of the pack by their names."""
    return {scale.id: scale for scale in scales}
