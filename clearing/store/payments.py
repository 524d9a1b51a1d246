"""Payments: each cycle's payment file and its lines, noted once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from afc.refusal import Refused
from clearing.store import tables
from clearing.store.ground import Ground
from clearing.store.journal import plain


class Settlement(NamedTuple):
    """A payment file for the clearing dates from first to last."""

    cycle: str
    first_date: date
    last_date: date
    currency: str
    file: str
    digest: bytes


class Payment(NamedTuple):
    """One line of a payment file."""

    end_to_end: str
    cycle: str
    party: str
    minor: int


class Payments(Ground):
    """Questions about money that leaves."""

    def settle(self, settlement: Settlement, payments: Sequence[Payment]) -> None:
        """Note a cycle's payment file and its lines; a cycle is settled once."""
        if any(row.cycle == settlement.cycle for row in self.settlements()):
            raise Refused("CYCLE_SETTLED", f"the cycle {settlement.cycle} has its payment file already")
        self._insert(tables.settlement, [plain(settlement)])
        self._insert(tables.payment, payments)

    def settlements(self) -> list[Settlement]:
        """Every payment file, in the order of cycles."""
        rows = self._rows(select(tables.settlement).order_by(tables.settlement.c.cycle))
        return [Settlement(row[0], date.fromisoformat(row[1]), date.fromisoformat(row[2]), *row[3:]) for row in rows]

    def payments(self, cycle: str) -> list[Payment]:
        """The lines of a cycle's payment file, by party."""
        rows = self._rows(
            select(tables.payment).where(tables.payment.c.cycle == cycle).order_by(tables.payment.c.party)
        )
        return [Payment(*row) for row in rows]
