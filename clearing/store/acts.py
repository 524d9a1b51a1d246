"""Acts: what two people decided about something that was kept aside. Nothing leaves quarantine without one."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from clearing.store import tables
from clearing.store.evidence import Evidence, Kept


class Act(NamedTuple):
    """Who let a batch into the log, when, and why; `waived` are the doubts that they answer for."""

    number: int
    kind: str
    digest: bytes
    waived: str
    first: str
    second: str
    because: str
    at_us: int
    delivery: int  # the last one before the act
    position: int


class Acts(Evidence):
    """Questions about acts."""

    def act(self, act: Act, kept: Kept, sealed: bytes, receipt: bytes) -> None:
        """Note an act, and keep the batch that it lets in."""
        self.keep([(kept, sealed, receipt)])
        self._insert(tables.act, [act])

    def acts(self) -> list[Act]:
        """Every act, oldest first."""
        return [Act(*row) for row in self._rows(select(tables.act).order_by(tables.act.c.act))]

    def last_delivery(self) -> int:
        """The number of the newest call."""
        return self._number(select(func.max(tables.delivery.c.delivery)))
