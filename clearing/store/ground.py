"""One connection to the books, and what it means to write into them.

A store is one connection and belongs to one thread; another thread or process opens its own. What is written inside
`begin()` is kept together or not at all; whoever comes second waits, and is told so rather than overwriting the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.exc import DBAPIError, IntegrityError

from afc.refusal import Refused
from clearing.store import opening
from clearing.store.passing import Patience, Unavailable, at_once
from clearing.store.places import folder_of, shown_url, url_of

T = TypeVar("T")


class Ground:
    """The connection under every question."""

    def __init__(self, where: str, busy_s: float, patience: Patience) -> None:
        url = self._url = url_of(where)
        self._where, self._busy_s, self._patience = where, busy_s, patience
        self._kind = opening.kind_of(url)
        self._connection: Connection = self._kind.connect(url, busy_s)
        self._writing = self._inside = self._begun = False
        self._alone: ExitStack | None = None

    @classmethod
    def open(
        cls, where: str, *, environment: str = "", city: str = "", busy_s: float = 5.0, patience: Patience = at_once
    ) -> Self:
        """The books at `where`; new ones are begun for `environment` and the city pack with digest `city`.

        `patience` decides how often a whole `write` is tried again that only the moment forbade.
        """
        url = url_of(where)
        missing = Refused(
            "BOOKS_MISSING", "there are no books here", where=shown_url(url), cure="Are file and folder spelt right?"
        )
        if not environment and not opening.kind_of(url).is_there(url):
            raise missing
        store = cls(where, busy_s, patience)
        try:
            if opening.is_new(store._connection):
                if not environment:
                    raise missing
                with store.begin():
                    if opening.is_new(store._connection):  # nobody was faster
                        opening.create(store._connection, environment, city)
            opening.refuse_foreign(store._connection, url, environment)
            opening.prepare(store._connection)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def folder(self) -> Path:
        """Where the books lie, or the folder named for their environment; files are noted by their path from here."""
        return folder_of(self._where, opening.standing(self._connection, self._url)[1])

    def close(self) -> None:
        """Let go of the database; the engine goes with its only connection."""
        self._connection.close()
        self._connection.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Write: all of it durably, or nothing. Raises `Unavailable` where only the moment is wrong.

        A connection that is lost at the end leaves unknown whether it was kept: look it up by its name, or use `write`.
        """
        self._writing = True
        try:
            with self._transaction(self._kind.WRITE):
                yield
        finally:
            self._writing = False

    def write(self, work: Callable[[], T], kept: Callable[[], T | None] = lambda: None) -> T:
        """Do all of `work` inside `begin()`, and from its start again where only the moment was wrong, within patience.

        A commit over which the connection was lost may have been kept after all. So `work` finds what it wrote by its
        name, or `kept` is asked before the next try and gives the answer if there is one.
        """
        for failed in count(1):
            try:
                with self.begin():
                    done = kept() if failed > 1 else None
                    return work() if done is None else done
            except Unavailable as passing:
                if passing.lasts or not self._patience(failed):
                    raise
        raise AssertionError("counting does not end")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read several things as they stood at one moment."""
        with self._transaction(self._kind.READ):
            yield

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Close dates of these books, as the only program that does; within itself it is one closing."""
        if self._alone is not None:
            yield
            return
        with ExitStack() as stack:
            stack.enter_context(self._kind.alone(self._connection.engine))
            self._alone = stack
            try:
                yield
            finally:
                self._alone = None

    @contextmanager
    def _transaction(self, words: str) -> Iterator[None]:
        assert not self._inside, "one transaction at a time"
        self._inside = True
        try:
            with self._told():
                self._take_back()
                self._begun = True
                try:
                    self._begin(words)
                    yield
                    self._kind.commit(self._connection)
                    self._begun = False
                except BaseException:
                    self._take_back()
                    raise
        finally:
            self._inside = False

    def _begin(self, words: str) -> None:
        """Begin. A connection that was lost while nothing was asked of it loses nothing, and another takes its place."""
        self._connect_again()
        try:
            self._kind.begin(self._connection, words)
        except DBAPIError:
            if not self._is_lost():
                raise
            self._connect_again()
            self._kind.begin(self._connection, words)

    def _take_back(self) -> None:
        """Undo what was begun and neither kept nor undone. A disk that fails may refuse even that; then the next
        transaction tries again before it begins."""
        if self._begun and not self._is_lost():
            with suppress(DBAPIError):  # the database may have rolled back by itself, a full disk does that
                self._connection.exec_driver_sql("ROLLBACK")
                self._begun = False

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the database says of the moment, in our words."""
        try:
            yield
        except DBAPIError as error:
            if (passing := self._kind.passing(error)) is None:
                raise
            raise passing from error

    def _is_lost(self) -> bool:
        return self._connection.invalidated or self._connection.closed

    def _connect_again(self) -> None:
        """After a lost connection, another: as strict as the first, and never in the middle of something."""
        if not self._is_lost():
            return
        self._connection.close()
        self._connection, self._begun = self._kind.connect(self._url, self._busy_s), False
        opening.refuse_foreign(self._connection, self._url, "")
        opening.prepare(self._connection)
        if self._alone is not None:
            self._alone.enter_context(self._kind.alone(self._connection.engine))

    # -- for the questions below this class ----------------------------------------------------------------------------

    def _rows(self, question: Executable) -> Sequence[Any]:
        rows: Sequence[Any] = self._ask(question).all()
        return rows

    def _each(self, question: Executable) -> Iterator[Any]:
        """Rows as they are asked for, so that a large table never stands in memory as a whole."""
        return self._bit_by_bit(self._ask(question, yield_per=10_000))

    def _row(self, question: Executable) -> Any:
        return self._ask(question).one_or_none()

    def _number(self, question: Executable) -> int:
        """A count, a sum or a maximum: a whole number, 0 where there is nothing."""
        return int(self._ask(question).scalar() or 0)

    def _do(self, change: Executable) -> int:
        assert self._writing, "changes are made inside begin()"
        return int(self._ask(change).rowcount)

    def _ask(self, question: Executable, **options: Any) -> Any:
        with self._told():
            if self._inside:
                return self._connection.execute(question, execution_options=options)
            self._connect_again()
            try:
                return self._connection.execute(question, execution_options=options)
            except DBAPIError:
                if not self._is_lost():
                    raise
                self._connect_again()
                return self._connection.execute(question, execution_options=options)

    def _bit_by_bit(self, rows: Any) -> Iterator[Any]:
        with self._told(), rows:  # closed, whether or not they are read to their end
            yield from rows

    def _insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows given in the order of the table's columns; `IntegrityError` where a law forbids it."""
        assert self._writing, "changes are made inside begin()"
        if rows:
            self._kind.add(self._connection, table, rows)


__all__ = ["Ground", "IntegrityError", "Unavailable"]
