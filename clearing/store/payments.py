"""Payments: each payment file and its lines, noted once; what parties are called to pay in stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from afc.refusal import Refused
from clearing.store import tables
from clearing.store.ground import Ground
from clearing.store.journal import plain


class Settlement(NamedTuple):
    """A payment file for the clearing dates from first to last; `file` is empty where nobody is paid."""

    cycle: str
    first_date: date
    last_date: date
    currency: str
    file: str
    digest: bytes
    message: str
    execution: date
    netting: str
    keeper: str


class Payment(NamedTuple):
    """A line of a payment file (`pay`), or what a party has to pay in (`call`); `replaces` is a dead one that it repeats."""

    end_to_end: str
    cycle: str
    party: str
    minor: int
    kind: str = "pay"
    counterparty: str = ""
    replaces: str | None = None


class Payments(Ground):
    """Questions about money that is told to move."""

    def settle(self, settlement: Settlement, payments: Sequence[Payment]) -> None:
        """Note a payment file and its lines; a cycle is settled once."""
        if self.settlement(settlement.cycle):
            raise Refused("CYCLE_SETTLED", f"the cycle {settlement.cycle} has its payment file already")
        self._insert(tables.settlement, [plain(settlement)])
        self._insert(tables.payment, payments)

    def settlements(self) -> list[Settlement]:
        """Every payment file, in the order of cycles."""
        return [_settlement(row) for row in self._rows(select(tables.settlement).order_by(tables.settlement.c.cycle))]

    def settlement(self, cycle: str) -> Settlement | None:
        """A cycle's payment file, if it has one."""
        row = self._row(select(tables.settlement).where(tables.settlement.c.cycle == cycle))
        return _settlement(row) if row else None

    def payments(self, cycle: str | None = None) -> list[Payment]:
        """The lines of one cycle's payment file and its calls, by party; or those of all."""
        column = tables.payment.c
        question = select(tables.payment).order_by(column.cycle, column.party, column.counterparty)
        rows = self._rows(question if cycle is None else question.where(column.cycle == cycle))
        return [Payment(*row) for row in rows]


def _settlement(row: Sequence[Any]) -> Settlement:
    cycle, first, last, currency, file, digest, message, execution, *rest = row
    dates = date.fromisoformat(first), date.fromisoformat(last)
    return Settlement(cycle, *dates, currency, file, digest, message, date.fromisoformat(execution), *rest)
