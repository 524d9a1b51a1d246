"""Clearing dates: which batches a day carries, what was made of them, and the digest under which it is closed.

A clearing date goes from open to closing to closed. Closing freezes which batches belong to it; closed freezes its
entries, shards and statements under one digest, for ever. What is learnt later is an entry in the open day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from afc.refusal import Refused
from clearing.store import tables
from clearing.store.consents import Consents
from clearing.store.ground import IntegrityError
from clearing.store.journal import Journal, plain
from clearing.store.waivers import Waivers


class Day(NamedTuple):
    """A clearing date: which positions of the log it carries, and the digest of all that was made of them."""

    clearing_date: date
    state: str
    from_position: int
    through_position: int
    city: str
    digest: bytes


class Shard(NamedTuple):
    """A file with the detail of one card shard, by content."""

    clearing_date: date
    shard: int
    kind: str
    file: str
    digest: bytes
    rows: int


class StatementFile(NamedTuple):
    """What an operator was told, by content; `minor` is what it is owed (below zero: owes) for the day."""

    clearing_date: date
    party: str
    minor: int
    file: str
    digest: bytes


class Days(Journal, Waivers, Consents):
    """Questions about clearing dates."""

    def open_day(self, clearing_date: date) -> Day:
        """Begin a clearing date, or find it begun."""
        day = self.find_day(clearing_date)
        if day is None:
            day = Day(clearing_date, "open", 1, 0, "", b"")
            self._insert(tables.day, [(clearing_date.isoformat(), *day[1:])])
        return day

    def freeze_day(self, clearing_date: date, city: str) -> Day:
        """Settle which batches a day carries: everything in the log that no earlier freeze has taken.

        A day that is frozen already stays as it is, so that a closing which was interrupted starts over with the same.
        """
        day = self.day(clearing_date)
        if day.state == "closing":
            if day.city != city:
                what = f"the closing of {clearing_date} was begun under another city pack"
                raise Refused("CITY_DIFFERS", what, cure="Finish it with the pack that it was begun with.")
            return day
        self._day_in(clearing_date, "open")
        frozen = self._number(select(func.max(tables.day.c.through_position)))
        through = self._number(select(func.max(tables.batch.c.position)))
        self._set_day(clearing_date, state="closing", from_position=frozen + 1, through_position=through, city=city)
        return self.day(clearing_date)

    def close_day(self, clearing_date: date) -> Day:
        """Close for ever. The digest covers the day's range, entries, shards and statements."""
        self._day_in(clearing_date, "closing")
        self._set_day(clearing_date, state="closed", digest=self.day_digest(clearing_date))
        return self.day(clearing_date)

    def day_digest(self, clearing_date: date) -> bytes:
        """The digest of a day as it stands now: content alone, so neither file names nor the order of posting matter."""
        day = self.day(clearing_date)
        lines = [_line("day", clearing_date.isoformat(), day.from_position, day.through_position, day.city)]
        lines += [_line("shard", s.kind, s.shard, s.rows, s.digest.hex()) for s in self.shards(clearing_date)]
        lines += [_line("lacks", *row[1:]) for row in self.shortfalls(clearing_date)]
        if consent := self.find_consent(clearing_date):
            lines.append(_line("consent", *consent[1:]))
        lines += sorted(entry for _, _, entry in self.written(clearing_date))
        lines += [_line("statement", s.party, s.minor, s.digest.hex()) for s in self.statements(clearing_date)]
        return hashlib.sha256(b"\n".join(lines)).digest()

    def day(self, clearing_date: date) -> Day:
        day = self.find_day(clearing_date)
        if day is None:
            raise Refused("DAY_UNKNOWN", f"the clearing date {clearing_date} was never opened")
        return day

    def find_day(self, clearing_date: date) -> Day | None:
        row = self._row(select(tables.day).where(tables.day.c.clearing_date == clearing_date.isoformat()))
        return Day(clearing_date, *row[1:]) if row else None

    def days(self) -> list[Day]:
        """Every clearing date, oldest first."""
        rows = self._rows(select(tables.day).order_by(tables.day.c.clearing_date))
        return [Day(date.fromisoformat(row[0]), *row[1:]) for row in rows]

    def _day_in(self, clearing_date: date, state: str) -> None:
        found = self.day(clearing_date).state
        if found != state:
            raise Refused("DAY_NOT_" + state.upper(), f"the clearing date {clearing_date} is {found}, not {state}")

    def _set_day(self, clearing_date: date, **values: Any) -> None:
        self._do(update(tables.day).where(tables.day.c.clearing_date == clearing_date.isoformat()).values(**values))

    def add_shards(self, shards: Sequence[Shard]) -> None:
        """Note the detail files of a day that is not closed; noting the same again changes nothing."""
        known = {
            (s.clearing_date, s.kind, s.shard): s for day in {s.clearing_date for s in shards} for s in self.shards(day)
        }
        fresh = [shard for shard in shards if known.get((shard.clearing_date, shard.kind, shard.shard)) != shard]
        try:
            self._insert(tables.shard, [plain(shard) for shard in fresh])
        except IntegrityError:
            what = f"the detail of {fresh[0].clearing_date} is noted with another content"
            raise Refused(
                "SHARD_DIFFERS", what, cure="The same evidence under the same rules gives the same detail."
            ) from None

    def shards(self, clearing_date: date) -> list[Shard]:
        """The detail files of a day, by kind and shard."""
        table = tables.shard.c
        rows = self._rows(select(tables.shard).where(table.clearing_date == clearing_date.isoformat()))
        return sorted((Shard(clearing_date, *row[1:]) for row in rows), key=lambda shard: (shard.kind, shard.shard))

    def add_statements(self, statements: Sequence[StatementFile]) -> None:
        """Note what operators are told about a day that is not closed."""
        self._insert(tables.statement, [plain(statement) for statement in statements])

    def statements(self, clearing_date: date) -> list[StatementFile]:
        """The statements of a day, by party."""
        rows = self._rows(select(tables.statement).where(tables.statement.c.clearing_date == clearing_date.isoformat()))
        return sorted(StatementFile(clearing_date, *row[1:]) for row in rows)


def _line(*facts: object) -> bytes:
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=False).encode()
