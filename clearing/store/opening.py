"""Opening the books: durable, or not at all.

A receipt tells a reader that it may forget its taps, so a database that can lose a commit in a power cut loses fares for
good. The settings that prevent it are set, read back and, where they did not take, refused.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import NullPool

from afc.keys import FIRST_VERSION, PURPOSES
from afc.refusal import Refused
from clearing.store import triggers
from clearing.store.tables import FOREVER_US, GRACE_US, SCHEMA_VERSION, asked, meta, metadata, scheme_key

_PAGE_BYTES = 16_384  # a sealed batch of 200 taps fills one page; measured a third faster than the usual 4,096
_SETTINGS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "fullfsync = ON")
_READ_BACK: dict[str, Any] = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def connect(where: str, busy_s: float) -> Connection:
    """A connection that keeps what it is told, to a file (`books.db`, `sqlite:///books.db`)."""
    url = _url(where)
    # The driver stays out of transactions: `ground` says BEGIN and COMMIT itself.
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
        connect_args={"timeout": busy_s, "cached_statements": 256},
    )
    event.listen(engine, "connect", _set)
    try:
        connection = engine.connect()
    except DatabaseError as error:
        raise Refused(
            "DATABASE_UNREADABLE", f"the database does not open: {error.orig}", where=where, cure="Is it one of ours?"
        ) from None
    try:
        _refuse_weak(connection, where)
    except Refused:
        connection.close()
        raise
    return connection


def folder_of(where: str) -> Path:
    """The folder in which the books at `where` lie, or will lie."""
    return Path(_url(where).database or "").parent


def is_there(where: str) -> bool:
    """Is there a file at all?"""
    return Path(_url(where).database or "").is_file()


def is_new(connection: Connection) -> bool:
    """Is there nothing in this database yet?"""
    return not inspect(connection).get_table_names()


def create(connection: Connection, environment: str, city: str) -> None:
    """The tables, their laws, and the row that says whose books these are."""
    assert triggers.APPEND_ONLY, "importing the triggers is what attaches them to the tables"
    metadata.create_all(connection)
    row = {"id": 1, "schema_version": SCHEMA_VERSION, "environment": environment, "city": city, "registers": 0}
    connection.execute(meta.insert(), row)
    first = {"version": FIRST_VERSION, "from_us": 0, "to_us": FOREVER_US, "grace_us": GRACE_US}
    connection.execute(scheme_key.insert(), [{"purpose": purpose} | first for purpose in PURPOSES])


def refuse_foreign(connection: Connection, where: str, environment: str) -> None:
    """Books of another schema or of another environment are not written to."""
    if not inspect(connection).has_table("meta"):
        raise Refused("DATABASE_FOREIGN", "this database holds something else", where=where, cure="Name another file.")
    version, found = connection.exec_driver_sql("SELECT schema_version, environment FROM meta").one()
    if version != SCHEMA_VERSION:
        raise Refused(
            "SCHEMA_DIFFERS",
            f"the books have schema {version}, this program writes schema {SCHEMA_VERSION}",
            where=where,
            cure="Open them with the version that wrote them.",
        )
    if environment and found != environment:
        raise Refused(
            "ENVIRONMENT_DIFFERS",
            f'the books belong to the environment "{found}", not "{environment}"',
            where=where,
            cure="Test taps and real taps never meet: name another file.",
        )


def prepare(connection: Connection) -> None:
    """What a connection needs for itself and nobody else sees."""
    asked.create(connection)


def _url(where: str) -> URL:
    try:
        url = make_url(where) if "://" in where else URL.create("sqlite", database=where)
    except ArgumentError:
        raise Refused("DATABASE_UNKNOWN", f'"{where}" is not a database', cure="Write sqlite:///books.db.") from None
    if url.get_backend_name() != "sqlite":
        cure = "Write sqlite:///books.db."
        raise Refused("DATABASE_UNKNOWN", f"{url.get_backend_name()} is not supported", where=where, cure=cure)
    if url.database in (None, "", ":memory:"):
        cure = "Books in memory die with the program: name a file."
        raise Refused("DATABASE_WEAK", "there is no file", where=where, cure=cure)
    return url


def _set(connection: sqlite3.Connection, _record: object) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        for setting in _SETTINGS:
            cursor.execute(f"PRAGMA {setting}")


def _refuse_weak(connection: Connection, where: str) -> None:
    for name, wanted in _READ_BACK.items():
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        if found != wanted:
            raise Refused(
                "DATABASE_WEAK",
                f"{name} is {found} and has to be {wanted}: a power cut could lose taps that readers have forgotten",
                where=where,
                cure="Put the file on a local disk.",
            )
