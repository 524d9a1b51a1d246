"""Steps from each released schema to the next, kept for ever: books that are years old open in the newest version.

A revision is a file of `versions`, named by the schema that it leads to, and written by hand. It says what to change in
words of its own, because `tables` goes on changing after it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, Table, Text

from clearing.store.triggers import for_postgres, text_law


def integer(name: str, check: str = "", *more: Any, **options: Any) -> Column[Any]:
    """A whole number of 64 bits."""
    return _column(name, BigInteger().with_variant(Integer, "sqlite"), check, *more, **options)


def words(name: str, check: str = "", *more: Any, **options: Any) -> Column[Any]:
    """A text, compared and sorted by its bytes."""
    return _column(name, Text().with_variant(Text(collation="C"), "postgresql"), check, *more, **options)


def blob(name: str, check: str = "", *more: Any, **options: Any) -> Column[Any]:
    """Bytes."""
    return _column(name, LargeBinary(), check, *more, **options)


def add_table(op: Any, name: str, *parts: Any, by_key: bool = False) -> Table:
    """A table as `tables` makes them, and since schema 5 with no NUL in its texts: `add_text_laws`."""
    made: Table = op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=not by_key)
    return made


def add_text_laws(op: Any, made: Table) -> None:
    """In a file, too, no text of this table holds the sign NUL."""
    if on_sqlite(op):
        for law in text_law(made):
            op.execute(law)


def add_laws(op: Any, *laws: str) -> None:
    """Triggers, in the words of `triggers`."""
    for law in laws:
        for statement in [law] if on_sqlite(op) else for_postgres(law):
            op.execute(statement)


def append_only(table: str) -> list[str]:
    """The two laws of a table that is only ever added to."""
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def on_sqlite(op: Any) -> bool:
    """Are these books in a file?"""
    return bool(op.get_bind().dialect.name == "sqlite")


def _column(name: str, kind: Any, check: str, *more: Any, **options: Any) -> Column[Any]:
    checks = [CheckConstraint(check)] if check else []
    return Column(name, kind, *more, *checks, nullable=False, **({"autoincrement": False} | options))
