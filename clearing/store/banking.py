"""Banking: what the bank said, what was made of it, what does not fit, and what people decided about that.

Each turn is noted with the clearing date that had been closed last, so that a replay knows when it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from clearing.store import tables
from clearing.store.ground import Ground
from clearing.store.journal import plain


class Turn(NamedTuple):
    """Something done about the bank: `subject` is a cycle, a file's digest, a break or a party."""

    turn: int
    kind: str
    subject: str
    after_date: str
    at_us: int


class BankFile(NamedTuple):
    """A file of the bank; of a statement also what the account holds at its end, and when that is."""

    turn: int
    form: str
    name: str
    closing: int | None
    closing_date: str
    digest: bytes
    content: bytes


class Answer(NamedTuple):
    """One thing that the bank said: `minor` above zero came in, below zero went out."""

    turn: int
    line: int
    end_to_end: str
    status: str
    minor: int
    on_date: date
    reference: str
    account: str
    outcome: str
    state: str
    entry: bytes | None


class BankBreak(NamedTuple):
    """Where books and bank part: `minor` stands in suspense for it, debit above zero."""

    number: int
    kind: str
    turn: int
    line: int
    end_to_end: str
    party: str
    minor: int
    since: date


class Resolution(NamedTuple):
    """How two people ended a break."""

    number: int
    turn: int
    way: str
    party: str
    first: str
    second: str
    because: str
    entry: bytes | None


class Default(NamedTuple):
    """A party that can no longer pay, and from when cycles are settled without it."""

    party: str
    turn: int
    from_date: date
    first: str
    second: str
    because: str


class Banking(Ground):
    """Questions about the bank."""

    def take_turn(self, kind: str, subject: str, after: date, at_us: int) -> int:
        """Note that something is done now; its number."""
        turn = self._number(select(func.max(tables.bank_turn.c.turn))) + 1
        self._insert(tables.bank_turn, [(turn, kind, subject, after.isoformat(), at_us)])
        return turn

    def turns(self) -> list[Turn]:
        """Everything that was done about the bank, in order."""
        return [Turn(*row) for row in self._rows(select(tables.bank_turn).order_by(tables.bank_turn.c.turn))]

    def add_bank_file(self, file: BankFile, answers: Sequence[Answer], breaks: Sequence[BankBreak]) -> None:
        """Keep a file of the bank, with all that was made of it."""
        self._insert(tables.bank_file, [file])
        self._insert(tables.answer, [plain(answer) for answer in answers])
        self.add_breaks(breaks)

    def add_breaks(self, breaks: Sequence[BankBreak]) -> None:
        """Note where books and bank part."""
        self._insert(tables.bank_break, [plain(found) for found in breaks])

    def bank_files(self) -> list[BankFile]:
        """Every file of the bank with its bytes, in the order in which they were taken."""
        return [BankFile(*row) for row in self._rows(select(tables.bank_file).order_by(tables.bank_file.c.turn))]

    def has_bank_file(self, digest: bytes) -> bool:
        """Was this very file taken before?"""
        return self._row(select(tables.bank_file.c.turn).where(tables.bank_file.c.digest == digest)) is not None

    def last_statement(self) -> tuple[str, int, str] | None:
        """Name, closing balance and date of the newest statement of the account."""
        column = tables.bank_file.c
        newest = select(column.name, column.closing, column.closing_date).where(column.closing.is_not(None))
        row = self._row(newest.order_by(column.turn.desc()).limit(1))
        return tuple(row) if row else None

    def bank_answers(self) -> list[Answer]:
        """Everything that the bank said, in order."""
        column = tables.answer.c
        rows = self._rows(select(tables.answer).order_by(column.turn, column.line))
        return [Answer(*row)._replace(on_date=date.fromisoformat(row.on_date)) for row in rows]

    def states(self) -> dict[str, str]:
        """What became of each payment and call of which the bank said anything that matters."""
        column = tables.answer.c
        said = select(column.end_to_end, column.state).where(column.state != "").order_by(column.turn, column.line)
        return {row[0]: row[1] for row in self._rows(said)}

    def breaks(self) -> list[BankBreak]:
        """Every break, open or not, oldest first."""
        rows = self._rows(select(tables.bank_break).order_by(tables.bank_break.c.number))
        return [BankBreak(*row)._replace(since=date.fromisoformat(row.since)) for row in rows]

    def resolve(self, resolution: Resolution) -> None:
        """Note how a break ended."""
        self._insert(tables.resolution, [resolution])

    def resolutions(self) -> dict[int, Resolution]:
        """How breaks ended, by their number."""
        return {row[0]: Resolution(*row) for row in self._rows(select(tables.resolution))}

    def add_default(self, default: Default) -> None:
        """Note that a party can no longer pay."""
        self._insert(tables.party_default, [plain(default)])

    def defaults(self) -> list[Default]:
        """Parties that can no longer pay, in the order in which that was noted."""
        rows: Sequence[Any] = self._rows(select(tables.party_default).order_by(tables.party_default.c.turn))
        return [Default(*row)._replace(from_date=date.fromisoformat(row.from_date)) for row in rows]
