"""Adoptions: two people let the books go on under another edition of the city pack. None is ever changed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from clearing.store import tables
from clearing.store.registers import Registers


class Adoption(NamedTuple):
    """The pack `city` counts from a clearing date on; up to then it was `before`, both by digest.

    `registers` is what became of the registers by it. `delivery`, `position` and `closings` say how far the books were: the
    last delivery, the last batch of the log, and how many dates were closed; one that was only closing is
    closed after the adoption.
    """

    number: int
    city: str
    before: str
    from_date: date
    registers: str
    first: str
    second: str
    because: str
    at_us: int
    delivery: int
    position: int
    closings: int

    @property
    def changes(self) -> dict[str, Any]:
        """The change of the registers as values; see `clearing.adopt`."""
        changes: dict[str, Any] = json.loads(self.registers)
        return changes


class Adoptions(Registers):
    """Questions about editions of the pack."""

    def adopt(self, adoption: Adoption) -> None:
        """Note that the books go on under another pack."""
        row = adoption._replace(from_date=adoption.from_date.isoformat())  # type: ignore[arg-type]
        self._insert(tables.adoption, [row])

    def adoptions(self) -> list[Adoption]:
        """Every adoption, oldest first."""
        rows = self._rows(select(tables.adoption).order_by(tables.adoption.c.adoption))
        return [Adoption(*row)._replace(from_date=date.fromisoformat(row.from_date)) for row in rows]
