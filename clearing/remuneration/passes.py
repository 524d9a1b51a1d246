"""Passes: what was paid for them is earned by the operators that carry their holders, ride by ride.

The pass sold first is used first. What is left of a sale when its days are over is earned then, used or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from afc.money import allocate
from clearing.entry import Entry
from clearing.postings import Basis, Chart, Total, build
from clearing.remuneration.counts import Past, made, quantities

if TYPE_CHECKING:
    from afc.pack.schema_fees import PassUse


def passes(totals: Sequence[Total], rows: Iterable[PassUse], past: Past, chart: Chart, basis: Basis) -> list[Entry]:
    """What each pass earned today, by operator, and what was left over of those that ended."""
    entries: list[Entry | None] = []
    for row in rows:
        if not row.counts_on(basis.clearing_date) or row.product not in chart.products:
            continue
        number = chart.products.index(row.product) + 1
        ridden = [total for total in totals if total.product == number]
        rides = quantities(ridden, "boarding", chart)
        moved = [*past.passes.get(row.product, ()), (basis.clearing_date, _sold(ridden), 0)]
        sold, earned = sum(sale for _, sale, _ in moved), sum(used for _, _, used in moved)
        used = min(sum(rides.values()) * row.per_boarding, max(sold - earned, 0))
        ended = basis.clearing_date - timedelta(days=row.after_days)
        rest = max(sum(sale for day, sale, _ in moved if day <= ended) - earned - used, 0)
        account, by_rides = f"deferred:{chart.owner}:{row.product}", {o: rides[o] for o in sorted(rides)}
        for kind, minor, to in (("pass_use", used, by_rides), ("pass_rest", rest, _heirs(row, by_rides))):
            for who, quantity, part in _parts(minor, to):
                payee = f"payable:{who}" if to is not by_rides else chart.earns(who)
                rule = f"{kind} {row.product}"
                sums = {account: part, payee: -part}
                cause = f"{row.product}/{who}"
                entries.append(build(basis, kind, cause, sums, rule=rule, quantity=quantity, product=row.product))
    return made(entries)


def _sold(ridden: Iterable[Total]) -> int:
    return sum(total.minor for total in ridden if total.kind == "sale")


def _heirs(row: PassUse, rides: dict[str, int]) -> dict[str, int]:
    """Who has what is left: a party, or those who carried holders today. If nobody did, it waits for a day with riders."""
    return rides if row.rest == "operators" else {row.rest: 1}


def _parts(minor: int, to: dict[str, int]) -> list[tuple[str, int, int]]:
    """Party, rides and money."""
    if minor <= 0 or not sum(to.values()):
        return []
    return list(zip(to, to.values(), allocate(minor, list(to.values())), strict=True))
