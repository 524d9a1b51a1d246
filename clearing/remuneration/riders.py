"""Concessions: rides that riders do not pay, or do not pay in full, made good by whoever wants them so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from clearing.entry import Entry
from clearing.postings import Basis, Chart, Total, build
from clearing.remuneration.counts import EARNED, Names, made, money, numbers, quantities

if TYPE_CHECKING:
    from afc.pack.schema_fees import Concession


def concessions(
    totals: Sequence[Total], rows: Iterable[Concession], names: Names, chart: Chart, basis: Basis
) -> list[Entry]:
    """What they bring the operator that carried the riders (or the pool), or whoever is paid for what was loaded."""
    entries = []
    for i, row in enumerate(rows):
        if not row.counts_on(basis.about):
            continue
        rule = f"concession {row.product}" if row.of == "loaded" else f"concession {'+'.join(row.categories or ())}"
        if row.of == "notional":
            rule += " to the notional fare"
        for party, account, quantity, minor in _due(row, totals, names, chart):
            sums = {f"receivable:{row.payer}:concession": minor, account: -minor}
            entries.append(build(basis, "concession", f"{i:04d}/{party}", sums, rule=rule, quantity=quantity))
    return made(entries)


def _due(row: Concession, totals: Sequence[Total], names: Names, chart: Chart) -> Iterator[tuple[str, str, int, int]]:
    """Party, its account, how many rides or products, and what is due for them."""
    if row.of == "loaded":
        number = chart.products.index(row.product) + 1 if row.product in chart.products else -1
        loaded = sum(total.quantity for total in totals if total.kind == "sale" and total.product == number)
        yield str(row.to), f"payable:{row.to}", loaded, loaded * (row.per_loaded or 0)
        return
    ridden = list(_ridden(row, totals, names, chart))
    rides = quantities(ridden, "free" if row.of == "free_rides" else "boarding", chart)
    paid = money(ridden, EARNED, chart) if row.of == "notional" else {}
    for operator in sorted(rides):
        minor = max(rides[operator] * (row.per_boarding or 0) - paid.get(operator, 0), 0)
        yield operator, chart.earns(operator), rides[operator], minor


def _ridden(row: Concession, totals: Iterable[Total], names: Names, chart: Chart) -> Iterator[Total]:
    """The totals of the riders, and of the services, that a concession is about."""
    wanted, services = numbers(names.categories, row.categories), numbers(chart.services, row.services)
    return (t for t in totals if t.category in wanted and (row.services is None or t.service in services))
