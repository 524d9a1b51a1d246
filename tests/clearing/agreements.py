"""A contracts.toml in one line, and a day's totals, for worked examples of what is paid beside fares."""

from __future__ import annotations

from typing import Any

from office import CHART, WEDNESDAY

from afc.pack.schema_contracts import ContractsFile
from clearing.entry import Entry
from clearing.netting import balances
from clearing.postings import Basis, Chart, Total
from clearing.remuneration import Names, Past, agreements, level_pool, passes

BUS, METRO, HOUSE, ISSUER, AGENT, CITY = range(6)
BASIS = Basis(WEDNESDAY, "tariff", {0: bytes(32), 1: bytes(32)})
POOLED = CHART._replace(pooled=True)
NAMES = Names(("adult", "senior", "disabled"), ("card", "phone"))
NOTHING_YET = Past()
_SETTLEMENT = {"cycle": "T+1", "bank": "house", "pain": "pain.001.001.09"}


def agreed(**tables: Any) -> ContractsFile:
    """A contracts.toml of these tables; lists as in the file, and every `source` filled in."""
    rows = {
        name: tuple({"source": "contract of 2025", **row} if name != "pool" else row for row in table)
        if isinstance(table, list)
        else table
        for name, table in tables.items()
    }
    return ContractsFile.model_validate({**rows, "settlement": _SETTLEMENT})


def total(
    kind: str,
    operator: int = BUS,
    minor: int = 0,
    quantity: int = 1,
    category: int = 0,
    shard: int = 0,
    medium: int = 0,
    product: int = 0,
    service: int = 0,
) -> Total:
    return Total(shard, kind, operator, medium, category, product, quantity, minor, service)


def paid(
    day: list[Total],
    fares: list[Entry] | None = None,
    chart: Chart = CHART,
    past: Past = NOTHING_YET,
    **tables: Any,
) -> list[Entry]:
    """The entries that these agreements make of a day."""
    file = agreed(**tables)
    made = passes(day, file.pass_use, past, chart, BASIS) + agreements(day, file, NAMES, chart, BASIS)
    if file.pool:
        made += level_pool([*(fares or []), *made], file.pool, BASIS, file.contract, past.owed)
    return made


def sums(day: list[Total], **more: Any) -> dict[str, int]:
    """The same as balances."""
    return balances(paid(day, **more))
