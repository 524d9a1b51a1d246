"""Waivers: ranges of a reader's numbers that two people declared lost; and what each date lacked when it was closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from clearing.store import tables
from clearing.store.ground import Ground


class Waiver(NamedTuple):
    """Who declared what lost, when, and why. `delivery`, `position` and `closings` say how far the books were: the last
    delivery, the last batch of the log, and how many dates had begun to close."""

    number: int
    device: int
    epoch: int
    first_seq: int
    last_seq: int
    first: str
    second: str
    because: str
    at_us: int
    delivery: int
    position: int
    closings: int


class Shortfall(NamedTuple):
    """Numbers that had not come when a date was closed; `waiver` 0 where nobody had declared them lost."""

    clearing_date: date
    device: int
    epoch: int
    first_seq: int
    last_seq: int
    waiver: int


class Waivers(Ground):
    """Questions about what is lost."""

    def waive(self, waiver: Waiver) -> None:
        """Note a declaration."""
        self._insert(tables.waiver, [waiver])

    def waivers(self) -> list[Waiver]:
        """Every declaration, oldest first."""
        return [Waiver(*row) for row in self._rows(select(tables.waiver).order_by(tables.waiver.c.waiver))]

    def closings(self) -> int:
        """How many dates have begun to close."""
        return self._number(select(func.count()).where(tables.day.c.state != "open"))

    def note_shortfalls(self, clearing_date: date, rows: Sequence[Shortfall]) -> None:
        """Note what a date lacks that is being closed; noting the same again changes nothing."""
        known = set(self.shortfalls(clearing_date))
        self._insert(tables.shortfall, [(row.clearing_date.isoformat(), *row[1:]) for row in rows if row not in known])

    def shortfalls(self, clearing_date: date) -> list[Shortfall]:
        """What a date lacked when it was closed, by reader and number."""
        column = tables.shortfall.c
        mine = select(tables.shortfall).where(column.clearing_date == clearing_date.isoformat())
        rows = self._rows(mine.order_by(column.device, column.epoch, column.first_seq))
        return [Shortfall(clearing_date, *row[1:]) for row in rows]
