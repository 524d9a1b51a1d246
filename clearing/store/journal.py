"""The journal: entries as they were posted, never changed, always in balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select

from afc.refusal import Refused
from clearing.entry import Entry, Posting, identity, written
from clearing.store import tables
from clearing.store.ground import Ground


class Journal(Ground):
    """Questions about entries."""

    def post(self, entries: Sequence[Entry]) -> int:
        """Add entries to the books and say how many were new.

        An entry that is there already is there once; another content under the same name is refused.
        """
        dates = sorted({entry.clearing_date for entry in entries})
        for clearing_date in dates:
            self._refuse_closed(clearing_date)
        names = {_name(entry): identity(entry) for day in dates for entry in self.entries(day)}
        fresh: list[tuple[bytes, Entry]] = []
        for entry in entries:
            found = names.setdefault(_name(entry), new := identity(entry))
            if found is new:
                fresh.append((new, entry))
            elif found != new:
                raise Refused(
                    "ENTRY_DIFFERS", f"{entry.kind} {entry.cause} of {entry.clearing_date} is posted otherwise"
                )
        number = self._number(select(func.max(tables.entry.c.entry)))
        self._insert(tables.entry, [_entry_row(number + i, *made) for i, made in enumerate(fresh, start=1)])
        self._insert(tables.posting, [
            (number + i, line, *posting)
            for i, (_, entry) in enumerate(fresh, start=1)
            for line, posting in enumerate(entry.postings, start=1)
        ])  # fmt: skip
        return len(fresh)

    def entries(self, first: date | None = None, last: date | None = None) -> Iterator[Entry]:
        """The entries of one clearing date, of several, or of all, in the order in which they were posted.

        Reading proves again that each is in balance.
        """
        return (_entry(lines) for lines in self._entry_lines(first, last))

    def written(self, first: date | None = None, last: date | None = None) -> Iterator[tuple[int, bytes, bytes]]:
        """Number, identity and canonical bytes of entries as they stand on disk, proven or not."""
        for lines in self._entry_lines(first, last):
            row, postings = lines[0], [(line.account, line.minor) for line in lines]
            dates, names = (
                (row.clearing_date, row.service_date),
                (row.kind, row.cause, row.rule, row.service, row.product),
            )
            yield (
                row.entry,
                row.identity,
                written(dates, names, row.quantity, row.digest, row.reverses or b"", postings),
            )

    def _entry_lines(self, first: date | None, last: date | None) -> Iterator[list[Any]]:
        """The rows of each entry, one a posting."""
        kept, line = tables.entry.c, tables.posting.c
        question = select(tables.entry, line.account, line.minor).join(tables.posting, kept.entry == line.entry)
        rows = self._each(_between(question, first, last).order_by(kept.entry, line.line))
        return (list(lines) for _, lines in groupby(rows, key=lambda row: row.entry))

    def balances(self, first: date | None = None, last: date | None = None) -> dict[str, int]:
        """What each account holds from these clearing dates, debit above zero."""
        account, kept = tables.posting.c.account, tables.entry.c
        sums = select(account, func.sum(tables.posting.c.minor)).join(
            tables.entry, kept.entry == tables.posting.c.entry
        )
        return {
            row[0]: int(row[1]) for row in self._rows(_between(sums, first, last).group_by(account).order_by(account))
        }

    def _refuse_closed(self, clearing_date: date) -> None:
        state = select(tables.day.c.state).where(tables.day.c.clearing_date == clearing_date.isoformat())
        row = self._row(state)
        if row is None:
            raise Refused("DAY_UNKNOWN", f"the clearing date {clearing_date} was never opened")
        if row.state == "closed":
            cure = "What is learnt later is posted in the open day."
            raise Refused("DAY_CLOSED", f"the clearing date {clearing_date} is closed", cure=cure)

    def raw_entries(self) -> Iterator[tuple[int, str, str, int, int]]:
        """Number, kind, cause, count of postings and their sum, of every entry as it stands on disk, proven or not.

        Postings whose entry is missing come last, under the number that they name.
        """
        kept, line = tables.entry.c, tables.posting.c
        sums = func.count(line.line), func.coalesce(func.sum(line.minor), 0).cast(tables.INT)
        whole = select(kept.entry, kept.kind, kept.cause, *sums).outerjoin(tables.posting, kept.entry == line.entry)
        orphans = (
            select(line.entry, *sums).outerjoin(tables.entry, kept.entry == line.entry).where(kept.entry.is_(None))
        )
        yield from (
            tuple(row) for row in self._each(whole.group_by(kept.entry, kept.kind, kept.cause).order_by(kept.entry))
        )
        yield from ((row[0], "", "", row[1], int(row[2])) for row in self._each(orphans.group_by(line.entry)))

    def moved_by_date(self, account_kind: str, before: date) -> list[tuple[str, str, date, int]]:
        """Account, kind of entry, clearing date, sum: what moved the accounts of one kind on earlier dates."""
        account, kept = tables.posting.c.account, tables.entry.c
        by = account, kept.kind, kept.clearing_date
        question = (
            select(*by, func.sum(tables.posting.c.minor))
            .join(tables.entry, kept.entry == tables.posting.c.entry)
            .where(account.startswith(account_kind + ":", autoescape=True), kept.clearing_date < before.isoformat())
        )
        rows = self._rows(question.group_by(*by).order_by(*by))
        return [(row[0], row[1], date.fromisoformat(row[2]), int(row[3])) for row in rows]

    def moved(self, account_kind: str) -> list[tuple[str, str, int]]:
        """Account, kind of entry, sum: what moved the accounts of one kind."""
        account, kind = tables.posting.c.account, tables.entry.c.kind
        rows = self._rows(
            select(account, kind, func.sum(tables.posting.c.minor))
            .join(tables.entry, tables.entry.c.entry == tables.posting.c.entry)
            .where(account.startswith(account_kind + ":", autoescape=True))
            .group_by(account, kind)
            .order_by(account, kind)
        )
        return [(row[0], row[1], int(row[2])) for row in rows]


def _name(entry: Entry) -> tuple[date, date, str, str]:
    return entry.clearing_date, entry.about, entry.kind, entry.cause


def _entry_row(number: int, name: bytes, entry: Entry) -> tuple[Any, ...]:
    return (
        number, name, entry.clearing_date.isoformat(), entry.about.isoformat(), entry.kind, entry.cause, entry.rule,
        entry.service, entry.product, entry.quantity, entry.digest, entry.reverses or None,
    )  # fmt: skip


def _entry(lines: Sequence[Any]) -> Entry:
    row = lines[0]
    clearing_date, about = date.fromisoformat(row.clearing_date), date.fromisoformat(row.service_date)
    entry = Entry(
        clearing_date, row.kind, row.cause, row.rule, row.digest,
        tuple(Posting(line.account, line.minor) for line in lines), row.quantity, row.service, row.product,
        None if about == clearing_date else about, row.reverses or b"",
    )  # fmt: skip
    assert identity(entry) == row.identity, f"{entry.kind} {entry.cause} is not what was posted"
    return entry


def _between(question: Select[Any], first: date | None, last: date | None) -> Select[Any]:
    column = tables.entry.c.clearing_date
    if first is None:
        return question if last is None else question.where(column <= last.isoformat())
    return question.where(column >= first.isoformat(), column <= (last or first).isoformat())


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as it is written down: dates as ISO text, bytes as they are."""
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)
