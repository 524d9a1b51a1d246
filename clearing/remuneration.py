"""Remuneration: what parties are paid beside or instead of fares, and what they give up for being served.

Work is paid by what vehicles did, whatever the riders brought: kilometres, vehicle-days, boardings. Boardings that cost
the rider nothing are made good by whoever wants them free. Fees are basis points. A pool pays what is written and is
brought back to zero each day by those who fill and empty it. Everything is counted once for the whole day and rounded
once, in favour of the payer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from afc.money import allocate
from clearing.entry import Entry
from clearing.postings import Basis, Chart, Total, build

if TYPE_CHECKING:
    from afc.pack.schema_contracts import Concession, Contract, Fee, Pool

_COUNTED = {"gross_km": "metres", "gross_vehicle": "vehicle_day", "gross_passenger": "boarding"}
_EARNED = ("share", "collected")


def contracts(totals: Iterable[Total], rows: Iterable[Contract], chart: Chart, basis: Basis) -> list[Entry]:
    """What operators are paid for service rendered: from the pool, or by a payer who funds the gap."""
    done = _quantities(totals, chart)
    entries = []
    for i, row in enumerate(rows):
        quantity = done[_COUNTED[row.kind], row.party]
        debit = "pool" if row.payer == "pool" else f"receivable:{row.payer}:gap"
        sums = {debit: (minor := _pay(row, quantity)), f"payable:{row.party}": -minor}
        entries.append(
            build(basis, "contract", f"{i:04d}/{row.party}", sums, rule=f"contract {row.kind}", quantity=quantity)
        )
    return _made(entries)


def concessions(
    totals: Sequence[Total], rows: Iterable[Concession], categories: Sequence[str], chart: Chart, basis: Basis
) -> list[Entry]:
    """What free boardings bring the operator that carried them (or the pool)."""
    entries = []
    for i, row in enumerate(rows):
        wanted = {number for number, name in enumerate(categories) if name in row.categories}
        free = _quantities((total for total in totals if total.category in wanted), chart)
        for kind, operator in sorted(key for key in free if key[0] == "free"):
            quantity = free[kind, operator]
            minor = quantity * row.per_boarding
            sums = {f"receivable:{row.payer}:concession": minor, chart.earns(operator): -minor}
            cause, rule = f"{i:04d}/{operator}", f"concession {'+'.join(row.categories)}"
            entries.append(build(basis, "concession", cause, sums, rule=rule, quantity=quantity))
    return _made(entries)


def fees(totals: Sequence[Total], rows: Iterable[Fee], chart: Chart, basis: Basis) -> list[Entry]:
    """What those who serve the system keep of fares earned or of value loaded."""
    fares, loads = _money(totals, _EARNED, chart), _money(totals, ("load",), chart)
    entries = []
    for i, row in enumerate(rows):
        base = fares if row.of == "fares" else loads
        for payer, minor in _paid_by(row, base, fares, chart).items():
            sums = {payer: minor, f"fees:{row.party}": -minor}
            entries.append(build(basis, "fee", f"{i:04d}/{payer}", sums, rule=f"fee {row.bp} bp of {row.of}"))
    return _made(entries)


def level_pool(entries: Iterable[Entry], pool: Pool, basis: Basis) -> list[Entry]:
    """Bring the pool back to zero: somebody makes good what it lacks, somebody receives what it has left."""
    left = -sum(posting.minor for entry in entries for posting in entry.postings if posting.account == "pool")
    if left < 0:
        sums = {f"receivable:{pool.shortfall}:shortfall": -left, "pool": left}
        return _made([build(basis, "shortfall", pool.shortfall, sums, rule="pool")])
    return _made([build(basis, "surplus", pool.surplus, {"pool": left, f"payable:{pool.surplus}": -left}, rule="pool")])


def _pay(row: Contract, quantity: int) -> int:
    """Rounded down: a metre that is not a whole kilometre's worth of a minor unit is not paid."""
    if row.kind == "gross_km":
        return quantity * (row.per_km or 0) // 1000
    return quantity * ((row.per_vehicle_day if row.kind == "gross_vehicle" else row.per_boarding) or 0)


def _paid_by(row: Fee, base: Mapping[str, int], fares: Mapping[str, int], chart: Chart) -> dict[str, int]:
    """What each account bears of a fee. Each operator pays on its own fares, rounded down; on loads, which are nobody's,
    operators pay in proportion to their fares. Where an operator's fares go to the pool, so does its fee."""
    if row.payer != "operators":
        account = "pool" if row.payer == "pool" else f"receivable:{row.payer}:fees"
        return {account: sum(base.values()) * row.bp // 10_000}
    total = sum(base.values()) * row.bp // 10_000
    if row.of == "fares":
        parts = {operator: minor * row.bp // 10_000 for operator, minor in base.items()}
    elif sum(fares.values()) <= 0 or min(fares.values()) < 0:
        return {"suspense:fees": total}
    else:
        parts = dict(zip(fares, allocate(total, list(fares.values())), strict=True))
    borne: defaultdict[str, int] = defaultdict(int)
    for operator, minor in parts.items():
        borne[chart.earns(operator)] += minor
    return dict(borne)


def _quantities(totals: Iterable[Total], chart: Chart) -> Mapping[tuple[str, str], int]:
    return _sum(totals, lambda total: (total.kind, chart.operator(total)), lambda total: total.quantity)


def _money(totals: Iterable[Total], kinds: tuple[str, ...], chart: Chart) -> dict[str, int]:
    """Money by operator, in the order of their ids: what is divided must not depend on the order of arrival."""
    sums = _sum((t for t in totals if t.kind in kinds), lambda t: ("", chart.operator(t)), lambda t: t.minor)
    return {operator: sums["", operator] for _, operator in sorted(sums)}


def _sum(
    totals: Iterable[Total], key: Callable[[Total], tuple[str, str]], value: Callable[[Total], int]
) -> defaultdict[tuple[str, str], int]:
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for total in totals:
        sums[key(total)] += value(total)
    return sums


def _made(entries: Iterable[Entry | None]) -> list[Entry]:
    return [entry for entry in entries if entry is not None]
