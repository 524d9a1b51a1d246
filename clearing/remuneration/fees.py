"""Fees: what those who serve the system keep of fares earned, of value loaded and of passes sold, or for each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from afc.money import allocate
from clearing.entry import Entry
from clearing.postings import Basis, Chart, Total, build
from clearing.remuneration.counts import EARNED, Names, made, money, numbers, quantities
from clearing.remuneration.scales import WHOLE_BP

if TYPE_CHECKING:
    from afc.pack.schema_fees import Fee

_MONEY = {"fares": EARNED, "top_ups": ("load",), "sales": ("sale",)}
_COUNT = {"fares": "boarding", "top_ups": "load", "sales": "sale"}


def fees(totals: Sequence[Total], rows: Iterable[Fee], names: Names, chart: Chart, basis: Basis) -> list[Entry]:
    """One entry for each fee and account that bears it."""
    fares = money(totals, EARNED, chart)
    entries = []
    for i, row in enumerate(rows):
        if not row.counts_on(basis.about):
            continue
        media, services = numbers(names.media, row.media), numbers(chart.services, row.services)
        about = [t for t in totals if t.medium in media and (row.services is None or t.service in services)]
        of = f"{row.bp} bp of {row.of}" if row.bp is not None else f"{row.each} for each of {row.of}"
        for account, minor in _borne(row, about, fares, chart).items():
            sums = {account: minor, f"fees:{row.party}": -minor}
            entries.append(build(basis, "fee", f"{i:04d}/{account}", sums, rule=f"fee {of}"))
    return made(entries)


def _borne(row: Fee, about: Sequence[Total], fares: Mapping[str, int], chart: Chart) -> dict[str, int]:
    """What each account bears of a fee. Each operator pays on its own fares, rounded down; on what retailers took, which is
    no operator's, they pay in proportion to their fares. Where an operator's fares go to the pool, so does its fee."""
    counted = money(about, _MONEY[row.of], chart) if row.bp is not None else quantities(about, _COUNT[row.of], chart)
    total = _part(row, sum(counted.values()))
    if row.payer != "operators":
        return {"pool" if row.payer == "pool" else f"receivable:{row.payer}:fees": total}
    if row.of == "fares":
        parts = {operator: _part(row, counted[operator]) for operator in sorted(counted)}
    elif sum(fares.values()) <= 0 or min(fares.values()) < 0:
        return {"suspense:fees": total}
    else:
        parts = dict(zip(fares, allocate(total, list(fares.values())), strict=True))
    borne: defaultdict[str, int] = defaultdict(int)
    for operator, minor in parts.items():
        borne[chart.earns(operator)] += minor
    return dict(borne)


def _part(row: Fee, counted: int) -> int:
    return counted * row.bp // WHOLE_BP if row.bp is not None else counted * (row.each or 0)
