"""Steps from each released schema to the next, kept for ever: books that are years old open in the newest version.

A revision is a file of `versions`, named by the schema that it leads to, and written by hand. It says what to change in
words of its own, because `tables` goes on changing after it.
"""

from __future__ import annotations

from typing import Any

from clearing.store.triggers import for_postgres, text_law


def add_table(op: Any, name: str, *parts: Any, by_key: bool = False) -> None:
    """A table as `tables` makes them: STRICT in SQLite, and with no NUL in a text."""
    made = op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=not by_key)
    if op.get_bind().dialect.name == "sqlite":
        for law in text_law(made):
            op.execute(law)


def add_law(op: Any, *laws: str) -> None:
    """Triggers, in the words of `triggers`."""
    for law in laws:
        on_sqlite = op.get_bind().dialect.name == "sqlite"
        for words in [law] if on_sqlite else for_postgres(law):
            op.execute(words)
