"""One connection to the books, and what it means to write into them.

A store is one connection and belongs to one thread; another thread or process opens its own. What is written inside
`begin()` is kept together or not at all; whoever comes second waits, and is told so rather than overwriting the first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Executable, Table, insert
from sqlalchemy.exc import IntegrityError, OperationalError

from afc.refusal import Refused
from clearing.store import opening
from clearing.store.alone import alone

_PASSING = {
    sqlite3.SQLITE_BUSY: "another writer holds the database",
    sqlite3.SQLITE_LOCKED: "another writer holds the database",
    sqlite3.SQLITE_FULL: "there is no room left on the disk",
    sqlite3.SQLITE_IOERR: "the disk does not answer",
    sqlite3.SQLITE_READONLY: "the database may not be written to",
}


class Unavailable(Exception):
    """The database cannot take this now. Nothing was changed; the same may be asked again."""

    def __init__(self, why: str, *, full: bool) -> None:
        self.full = full
        super().__init__(why)


class Ground:
    """The connection under every question."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._writing = self._inside = self._begun = self._alone = False
        self._insert_text: dict[str, str] = {}

    @classmethod
    def open(cls, where: str, *, environment: str = "", city: str = "", busy_s: float = 5.0) -> Self:
        """The books at `where`; new ones are begun for `environment` and the city pack with digest `city`."""
        missing = Refused(
            "BOOKS_MISSING", "there are no books here", where=where, cure="Are file and folder spelt right?"
        )
        if not environment and not opening.is_there(where):
            raise missing  # connecting would leave an empty file behind
        connection = opening.connect(where, busy_s)
        store = cls(connection)
        try:
            if opening.is_new(connection):
                if not environment:
                    raise missing
                with store.begin():
                    if opening.is_new(connection):  # nobody was faster
                        opening.create(connection, environment, city)
            opening.refuse_foreign(connection, where, environment)
            opening.prepare(connection)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def folder(self) -> Path:
        """Where the books lie; files are noted by their path from here."""
        return Path(self._connection.engine.url.database or "").parent

    def close(self) -> None:
        """Let go of the file; the engine goes with its only connection."""
        self._connection.close()
        self._connection.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Write: all of it durably, or nothing. Raises `Unavailable` where only the moment is wrong."""
        self._writing = True
        try:
            with self._transaction("BEGIN IMMEDIATE"):
                yield
        finally:
            self._writing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read several things as they stood at one moment."""
        with self._transaction("BEGIN"):
            yield

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Close dates of these books, as the only program that does; within itself it is one closing."""
        if self._alone:
            yield
            return
        with alone(str(self._connection.engine.url.database)):
            self._alone = True
            try:
                yield
            finally:
                self._alone = False

    @contextmanager
    def _transaction(self, opening_words: str) -> Iterator[None]:
        assert not self._inside, "one transaction at a time"
        self._inside = True
        try:
            self._take_back()
            self._connection.exec_driver_sql(opening_words)
            self._begun = True
            try:
                yield
                self._connection.exec_driver_sql("COMMIT")
                self._begun = False
            except BaseException:
                self._take_back()
                raise
        except OperationalError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # without the refinement in the high bits
            if code not in _PASSING:
                raise
            raise Unavailable(_PASSING[code], full=code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)) from error
        finally:
            self._inside = False

    def _take_back(self) -> None:
        """Undo what was begun and neither kept nor undone. A disk that fails may refuse even that; then the next
        transaction tries again before it begins."""
        if self._begun:
            with suppress(OperationalError):  # the database may have rolled back by itself, a full disk does that
                self._connection.exec_driver_sql("ROLLBACK")
                self._begun = False

    # -- for the questions below this class ----------------------------------------------------------------------------

    def _rows(self, question: Executable) -> Sequence[Any]:
        return self._connection.execute(question).all()

    def _each(self, question: Executable) -> Iterator[Any]:
        """Rows as they are asked for, so that a large table never stands in memory as a whole."""
        return iter(self._connection.execute(question, execution_options={"yield_per": 10_000}))

    def _row(self, question: Executable) -> Any:
        return self._connection.execute(question).one_or_none()

    def _number(self, question: Executable) -> int:
        """A count, a sum or a maximum: a whole number, 0 where there is nothing."""
        return int(self._connection.execute(question).scalar() or 0)

    def _do(self, change: Executable) -> int:
        assert self._writing, "changes are made inside begin()"
        return self._connection.execute(change).rowcount

    def _insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows given in the order of the table's columns.

        The statement is compiled once and the rows go straight to the driver: three times as fast as a dictionary a row.
        """
        assert self._writing, "changes are made inside begin()"
        if table.name not in self._insert_text:
            self._insert_text[table.name] = str(insert(table).compile(dialect=self._connection.dialect))
        if rows:
            self._connection.exec_driver_sql(self._insert_text[table.name], [tuple(row) for row in rows])


__all__ = ["Ground", "IntegrityError", "Unavailable"]
