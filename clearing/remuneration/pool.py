"""The pool is brought back to zero: somebody makes good what it lacks, somebody receives what it has left.

Where funding has a limit, the payments that come last by the contracts' priority are cut, and what was cut is owed. It is
paid first when the pool has more than it needs. What is owed stands in accounts of its own that no settlement touches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from afc.money import allocate
from clearing.entry import Entry
from clearing.postings import Basis, build
from clearing.remuneration.counts import made

if TYPE_CHECKING:
    from afc.pack.schema_contracts import Pool
    from afc.pack.schema_pay import Contract


def level_pool(
    entries: Sequence[Entry],
    pool: Pool,
    basis: Basis,
    contracts: Sequence[Contract] = (),
    owed: Mapping[str, int] | None = None,
) -> list[Entry]:
    """The entries after which the pool is empty.

    `contracts` are those that may be cut; `owed` is what the pool still owes from days before, by party. Without them, as
    for a change of an earlier date, everything is funded.
    """
    left = -sum(posting.minor for entry in entries for posting in entry.postings if posting.account == "pool")
    if left < 0:
        return _fill(-left, entries, pool, contracts, basis)
    owed = owed or {}
    repaid = min(left, sum(owed.values()))
    parts = dict(zip(owed, allocate(repaid, list(owed.values())), strict=True)) if repaid else {}
    rest = left - repaid
    surplus = build(basis, "surplus", pool.surplus, {"pool": rest, f"payable:{pool.surplus}": -rest}, rule="pool")
    return made([*(_repay(party, minor, basis) for party, minor in parts.items()), surplus])


def _fill(lack: int, entries: Iterable[Entry], pool: Pool, contracts: Sequence[Contract], basis: Basis) -> list[Entry]:
    """Only contracts are cut: whatever else the pool paid is made good in any case."""
    limit = lack if pool.funding_per_day is None else min(lack, pool.funding_per_day)
    cut = _cut(lack - limit, _paid(entries, contracts)) if contracts else {}
    funded = lack - sum(cut.values())
    sums = {f"receivable:{pool.shortfall}:shortfall": funded, "pool": -funded}
    shortfall = build(basis, "shortfall", pool.shortfall, sums, rule="pool")
    return made([shortfall, *(_owe(party, minor, basis) for party, minor in cut.items())])


def _paid(entries: Iterable[Entry], contracts: Sequence[Contract]) -> dict[int, dict[str, int]]:
    """What contracts were paid from the pool, by priority and party, the last priority first."""
    paid: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        if entry.kind not in ("contract", "performance"):
            continue
        number, _, party = entry.cause.partition("/")
        minor = sum(posting.minor for posting in entry.postings if posting.account == "pool")
        paid[contracts[int(number)].priority][party] += minor
    return {priority: dict(sorted(paid[priority].items())) for priority in sorted(paid, reverse=True)}


def _cut(minor: int, paid: Mapping[int, Mapping[str, int]]) -> dict[str, int]:
    """Who is paid so much less: the last priority first, and within one in proportion."""
    cuts: list[tuple[str, int]] = []
    for parties in paid.values():
        able = {party: amount for party, amount in parties.items() if amount > 0}
        here = min(minor, sum(able.values()))
        if here > 0:
            cuts += zip(able, allocate(here, list(able.values())), strict=True)
            minor -= here
    return {party: sum(part for _, part in rows) for party, rows in groupby(sorted(cuts), key=lambda cut: cut[0])}


def _owe(party: str, minor: int, basis: Basis) -> Entry | None:
    sums = {f"payable:{party}": minor, "pool": -minor, "owed:(pool)": minor, f"owed:{party}": -minor}
    return build(basis, "owed", party, sums, rule="pool: priority of payments")


def _repay(party: str, minor: int, basis: Basis) -> Entry | None:
    sums = {"pool": minor, f"payable:{party}": -minor, f"owed:{party}": minor, "owed:(pool)": -minor}
    return build(basis, "owed_paid", party, sums, rule="pool: priority of payments")
