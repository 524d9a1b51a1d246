"""Books on a server: PostgreSQL, every commit on its disk before a receipt leaves the house.

One writer at a time: whoever writes takes a lock of the whole database first, as `BEGIN IMMEDIATE` does in a file, and only
then looks at what stands. So no isolation level is relied on for money, and a deadlock takes another program's hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, LargeBinary, Table, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from afc.answers import Reason
from afc.refusal import Refused
from clearing.store.passing import Unavailable, refuse_two_closers
from clearing.store.places import shown_url

WRITE, READ = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_WRITER, _CLOSER = 0x6166_6320_7772_6974, 0x6166_6320_636C_6F73  # "afc writ", "afc clos": one number a lock, for ever
_VERSION_MIN = 140_000
_WANTED = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
    "server_encoding": ("UTF8",),
    "standard_conforming_strings": ("on",),
    "session_replication_role": ("origin",),  # anything else puts the laws of the tables to sleep
    "in_hot_standby": ("off",),  # a replica may lag behind, and nothing is decided from it
}
_CURES = {
    "server_encoding": "Make the database anew: createdb --encoding UTF8 --template template0 NAME.",
    "in_hot_standby": "Name the primary server.",
}
_PASSING = {
    "40001": ("another transaction came between", Reason.DATABASE_BUSY),
    "40P01": ("another transaction stood in the way", Reason.DATABASE_BUSY),
    "55P03": ("another writer holds the database", Reason.DATABASE_BUSY),
    "25006": ("the database may not be written to", Reason.STORE_READ_ONLY),
    "53100": ("there is no room left on the disk", Reason.STORE_FULL),
    "53200": ("the server has no memory left", Reason.STORE_UNREACHABLE),
    "53300": ("the server has no connection left", Reason.STORE_UNREACHABLE),
    "57014": ("the server stopped the statement", Reason.STORE_UNREACHABLE),
    "58030": ("the disk does not answer", Reason.STORE_SILENT),
}
_TYPES = {BigInteger: "int8", LargeBinary: "bytea"}
_LOST = "the connection to the server is lost"


def is_there(_url: URL) -> bool:
    """Only the server knows, and asking it leaves nothing behind."""
    return True


def connect(url: URL, busy_s: float) -> Connection:
    """A connection that keeps what it is told; who waits for longer than `busy_s` for another writer is told."""
    _driver(url)
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
        use_native_hstore=False,
        connect_args={"client_encoding": "utf8", "cursor_factory": _binary_cursor(), "application_name": "afc"},
    )
    _hold_cursors(engine)
    event.listen(engine, "connect", lambda raw, _: _set(raw, busy_s))
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise _unreachable(str(error.orig), url) from None
    try:
        _refuse_weak(connection, url)
    except BaseException:
        connection.close()
        raise
    return connection


def make_database(url: URL) -> bool:
    """Make the database if it is missing, from the server's `postgres` database; was it?"""
    with connect(url.set(database="postgres"), 5.0) as connection:
        known = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": url.database})
        if known is None:
            name = connection.dialect.identifier_preparer.quote_identifier(str(url.database))
            connection.exec_driver_sql(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    connection.engine.dispose()
    return known is None


def begin(connection: Connection, words: str) -> None:
    """Begin; who writes waits for its turn, and sees everything that was kept before."""
    connection.exec_driver_sql(words)
    if words != WRITE:
        return
    try:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
    except DBAPIError:
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK")
        raise


def commit(connection: Connection) -> None:
    """All of it, durably. A transaction in which a statement failed ends in ROLLBACK here, without an error of the server."""
    raw: Any = connection.connection.driver_connection
    assert raw.info.transaction_status.name != "INERROR", "a statement failed and its transaction went on"
    connection.exec_driver_sql("COMMIT")


def passing(error: DBAPIError) -> Unavailable | None:
    """The error, if only the moment is wrong. A lost connection leaves unknown what became of its last words."""
    code = getattr(error.orig, "sqlstate", None) or ""
    if code in _PASSING:
        return Unavailable(*_PASSING[code])
    lost = error.connection_invalidated or code.startswith(("08", "57P"))
    return Unavailable(_LOST, Reason.STORE_UNREACHABLE) if lost or _is_dead(error) else None


def add(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows with a binary COPY, ten times as fast as statements.

    What a law forbids is undone here, so that whoever knows what to do about it may go on, as in a file.
    """
    raw: Any = connection.connection.driver_connection
    words, types = _copying(table)
    connection.exec_driver_sql("SAVEPOINT rows")
    try:
        with raw.cursor() as cursor, cursor.copy(words) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
    except _driver(connection.engine.url).Error as error:
        if raw.closed:
            connection.invalidate(error)
        else:
            connection.exec_driver_sql("ROLLBACK TO rows")
        raise _as_told_by_library(error, words, connection) from error
    connection.exec_driver_sql("RELEASE rows")


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Be the only one that closes days of these books, on any machine; the server lets go when the connection ends."""
    with engine.connect() as apart:
        if not apart.exec_driver_sql(f"SELECT pg_try_advisory_lock({_CLOSER})").scalar():
            refuse_two_closers()
        yield


def settings(connection: Connection) -> dict[str, str]:
    """What durability stands on, as the server says it."""
    names = ("server_version", *_WANTED)
    return {name: str(connection.scalar(text("SELECT current_setting(:name)"), {"name": name})) for name in names}


def _set(raw: Any, busy_s: float) -> None:
    """How long to wait for another writer; and joins go along an index, row by row.

    A call asks about some hundred batches among millions. Once the server has counted those millions it would rather read
    them all than look so many up: a second a call at 300,000 batches, where looking up takes a twentieth.
    """
    for setting in (f"lock_timeout = {max(1, int(1_000 * busy_s))}", "enable_hashjoin = off", "enable_mergejoin = off"):
        raw.execute(f"SET {setting}")


def _refuse_weak(connection: Connection, url: URL) -> None:
    """Refuse a server on which a receipt would be worth less than it says, and hold it to what it said."""
    where = shown_url(url)
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if version < _VERSION_MIN:
        what = f"the server is PostgreSQL {version // 10_000}, and has to be {_VERSION_MIN // 10_000} or later"
        raise Refused("DATABASE_WEAK", what, where=where, cure="Name a newer server.")
    found = settings(connection)
    for name, wanted in _WANTED.items():
        if found[name] not in wanted:
            what = f"{name} is {found[name]} and has to be {' or '.join(wanted)}: receipts could be worth nothing"
            cure = _CURES.get(name) or f"Set {name} = {wanted[0]} for the server, the database and the role."
            raise Refused("DATABASE_WEAK", what, where=where, cure=cure)
    connection.exec_driver_sql(f"SET synchronous_commit = {found['synchronous_commit']}")


def _unreachable(told: str, url: URL) -> Exception:
    """A server that is not there, or is not ready, may be tomorrow; one that says no will say so again."""
    what, where = " ".join(told.split()), shown_url(url)
    waits = ("starting up", "shutting down", "recovery", "too many", "remaining connection slots")
    if "FATAL" not in told or any(word in told for word in waits):
        return Unavailable(f"the server of {where} does not answer: {what}", Reason.STORE_UNREACHABLE)
    cure = "Are user and database spelt right, and do they exist? `afc db init` makes the database."
    return Refused("DATABASE_UNREACHABLE", what, where=where, cure=cure)


def _as_told_by_library(error: Exception, words: str, connection: Connection) -> DBAPIError:
    """An error of the driver in the class that every other statement's error has."""
    base = _driver(connection.engine.url).Error
    made = DBAPIError.instance(words, None, error, base, dialect=connection.dialect)
    assert isinstance(made, DBAPIError)
    return made


def _is_dead(error: DBAPIError) -> bool:
    told = str(error.orig)
    return "connection is closed" in told or "server closed the connection" in told or "connection is lost" in told


def _driver(url: URL) -> Any:
    try:
        import psycopg
    except ImportError:
        cure = "Install the postgres extra: pip install 'afc[postgres]'."
        where = shown_url(url)
        raise Refused("EXTRA_MISSING", "psycopg is not installed", where=where, cure=cure) from None
    return psycopg


@cache
def _binary_cursor() -> type:
    """Cursors that take results as bytes: a sealed batch as text would be twice as long."""
    from psycopg import Cursor
    from psycopg.pq import Format

    class Binary(Cursor[Any]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.format = Format.BINARY

    return Binary


def _hold_cursors(engine: Engine) -> None:
    """Rows that are asked for bit by bit come over a cursor that needs no transaction around it."""
    plain: Any = engine.dialect.execution_ctx_cls
    numbers = count(1)  # a name of its own, also where rows that nobody read to their end are still held

    class Held(plain):  # type: ignore[misc]
        def create_server_side_cursor(self) -> Any:
            return self._dbapi_connection.cursor(f"each_{next(numbers)}", withhold=True, binary=True)

    engine.dialect.execution_ctx_cls = Held


@cache
def _copying(table: Table) -> tuple[str, list[str]]:
    """The words of a COPY into a table, and the types of its columns."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    types = [next((word for kind, word in _TYPES.items() if isinstance(c.type, kind)), "text") for c in table.columns]
    return f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)', types
