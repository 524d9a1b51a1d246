"""Rulings: what two people decided about facts or money. None is ever changed; the next close acts on it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from clearing.store import tables
from clearing.store.ground import Ground


class Ruling(NamedTuple):
    """One decision: what it is about, what was decided, by whom, when and why. `after_date` is the newest date that had
    begun to close, so that a replay gives it its turn."""

    number: int
    kind: str
    subject: str
    facts: str
    first: str
    second: str
    because: str
    at_us: int
    after_date: str

    @property
    def name(self) -> str:
        """What people call it."""
        return f"R-{self.number}"

    @property
    def decided(self) -> dict[str, Any]:
        """The facts as values."""
        facts: dict[str, Any] = json.loads(self.facts)
        return facts


class Rulings(Ground):
    """Questions about rulings."""

    def rule(self, ruling: Ruling) -> None:
        """Note a ruling."""
        self._insert(tables.ruling, [ruling])

    def name_request(self, ref: str, ruling: Ruling) -> None:
        """Note what who asked for a ruling called the request."""
        self._insert(tables.ruling_ref, [(ref, ruling.number)])

    def requests(self) -> dict[str, int]:
        """The rulings' numbers by what who asked for them called the request."""
        return {str(ref): int(number) for ref, number in self._rows(select(tables.ruling_ref))}

    def rulings(self) -> list[Ruling]:
        """Every ruling, oldest first."""
        return [Ruling(*row) for row in self._rows(select(tables.ruling).order_by(tables.ruling.c.ruling))]

    def last_begun(self, before: date | None = None) -> str:
        """The newest date that has begun to close, before a date if one is given; "" where there is none."""
        newest = select(func.max(tables.day.c.clearing_date)).where(tables.day.c.state != "open")
        if before is not None:
            newest = newest.where(tables.day.c.clearing_date < before.isoformat())
        row = self._row(newest)
        return str(row[0] or "")
