"""Fines: what operators lose for trips and kilometres of the timetable that they did not operate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clearing.entry import Entry
from clearing.postings import Basis, Chart, Total, build
from clearing.remuneration.counts import made, quantities
from clearing.remuneration.scales import WHOLE_BP

if TYPE_CHECKING:
    from afc.pack.schema_pay import Fine

_MISSED = {"missed_trip": ("scheduled_trip", "trip", 1), "missed_km": ("scheduled_metres", "metres", 1_000)}


def fines(totals: Sequence[Total], rows: Iterable[Fine], chart: Chart, basis: Basis) -> list[Entry]:
    """One entry for each operator that missed more than it may."""
    entries = []
    for i, row in enumerate(rows):
        if not row.counts_on(basis.about):
            continue
        promised_kind, operated_kind, unit = _MISSED[row.of]
        promised, operated = quantities(totals, promised_kind, chart), quantities(totals, operated_kind, chart)
        for party in row.parties:
            free = promised[party] * row.free_bp // WHOLE_BP
            missed = max(promised[party] - operated[party] - free, 0) // unit
            minor = missed * row.each
            sums = {f"receivable:{party}:fines": minor, "pool" if row.to == "pool" else f"payable:{row.to}": -minor}
            entries.append(build(basis, "fine", f"{i:04d}/{party}", sums, rule=f"fine {row.of}", quantity=missed))
    return made(entries)
