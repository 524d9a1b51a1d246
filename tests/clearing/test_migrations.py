"""Books that were begun years ago open in today's version, and say what they said."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commandline import ask, say
from databases import KINDS, Hand, place, server

from afc.refusal import Refused
from clearing.audit import audit
from clearing.store import SCHEMA_VERSION, Store, migrate, migrating
from clearing.store.migrating import FIRST_RELEASED

STORED = Path(__file__).resolve().parents[1] / "data" / "schemas"
RELEASED = sorted({int(path.stem.partition("-")[0]) for path in STORED.glob("*.sql")})
HOW = (
    "clearing/store/tables.py and the newest revision under clearing/store/migrations/versions do not make the same schema. "
    "Raise SCHEMA_VERSION and write a revision as docs/decisions.md says (A new table gets its revision by hand)."
)


@pytest.fixture(
    params=[(kind, version) for kind in KINDS for version in RELEASED], ids=lambda param: f"{param[0]}-{param[1]}"
)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Books as a released version left them, with a small day in them."""
    kind, version = request.param
    script = STORED / f"{version}-{kind}.sql"
    if kind == "sqlite":
        where = str(tmp_path / "old.db")
        with sqlite3.connect(where) as books:
            books.executescript(script.read_text("utf-8"))
        books.close()
        yield where
        return
    where = server().load(script)
    yield where
    server().drop(where)


def rows(where: str) -> dict[str, list[Any]]:
    """Everything that stands in the tables; of `meta`, all but the number of the schema."""
    with Hand(where) as hand:
        found = {name: sorted(hand.execute(f"SELECT * FROM {name}"), key=repr) for name in hand.tables()}
    found["meta"] = [(row[0], *row[2:]) for row in found["meta"]]
    return found


def schema(where: str) -> set[tuple[Any, ...]]:
    """Columns, keys, checks, indexes and laws of every table, in the database's own words."""
    with Hand(where) as hand:
        return set(_on_a_server(hand) if hand.kind == "postgresql" else _in_a_file(hand))


_CHECK = re.compile(r"CHECK \(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")


def _in_a_file(hand: Hand) -> Iterator[tuple[Any, ...]]:
    for name, kind, words in hand.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'trigger')"
    ):
        if kind == "trigger":
            yield "law", name, " ".join(words.split())
            continue
        yield ("table", name, *hand.execute(f"SELECT wr, strict FROM pragma_table_list('{name}')")[0])
        for _, column, kind_of, required, _, in_key in hand.execute(f"PRAGMA table_info({name})"):
            yield (
                "column",
                name,
                column,
                kind_of,
                required,
                in_key,
            )  # a column that came later has a place and a default
        yield from (("key", name, *row[2:]) for row in hand.execute(f"PRAGMA foreign_key_list({name})"))
        yield from (("check", name, " ".join(one.split())) for one in _CHECK.findall(words))
        for _, index, unique, origin, partial in hand.execute(f"PRAGMA index_list({name})"):
            columns = tuple(row[2] for row in hand.execute(f"PRAGMA index_info('{index}')"))
            yield "index", name, unique, origin, partial, columns


def _on_a_server(hand: Hand) -> Iterator[tuple[Any, ...]]:
    here = "(SELECT oid FROM pg_namespace WHERE nspname = 'public')"
    for words in (
        f"""SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relkind = 'r' AND c.relnamespace = {here} AND a.attnum > 0 AND NOT a.attisdropped""",
        f"""SELECT 'constraint', conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = {here}""",
        "SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        f"""SELECT 'law', tgrelid::regclass::text, pg_get_triggerdef(t.oid), prosrc FROM pg_trigger t
        JOIN pg_proc p ON p.oid = tgfoid JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND c.relnamespace = {here}""",
    ):
        yield from hand.execute(words)


def test_a_schema_that_was_released_is_stored() -> None:
    """Otherwise nobody would notice that its books do not open any more."""
    assert RELEASED[0] == FIRST_RELEASED
    assert all((STORED / f"{version}-{kind}.sql").exists() for version in RELEASED for kind in KINDS)


def test_old_books_are_refused_with_the_way_on(old: str) -> None:
    with pytest.raises(Refused) as refused:
        Store.open(old)
    assert (refused.value.code, refused.value.cure) == ("SCHEMA_DIFFERS", "Bring them up with `afc db migrate --db`.")


def test_old_books_become_books_of_today_and_say_what_they_said(old: str, tmp_path: Path) -> None:
    """Heads, receipts, digests of days and statements: not a byte of what stood is touched."""
    before = rows(old)
    steps: list[int] = []
    began, now = migrate(old, steps.append)
    assert (now, steps) == (SCHEMA_VERSION, [*range(began + 1, SCHEMA_VERSION + 1)])
    after = rows(old)
    for name, stood in before.items():
        width = len(stood[0]) if stood else 0  # new columns come after those that were there
        assert sorted((row[:width] for row in after[name]), key=repr) == stood, name
    kind = "postgresql" if "://" in old else "sqlite"
    with place(kind, tmp_path) as new:
        Store.open(new, environment="sim-hanbit").close()
        made, wanted = schema(old), schema(new)
        missing, too_many = sorted(wanted - made, key=repr), sorted(made - wanted, key=repr)
        assert missing == too_many == [], f"{HOW}\nonly in tables.py: {missing}\nonly in revisions: {too_many}"
    with Store.open(old) as store:
        (day,) = store.days()
        assert store.day_digest(day.clearing_date) == day.digest
        receipt = bytes(32)  # no key opens with it, so of all checks only those of receipts and files may fail
        failed = {one.invariant for one in audit(store, receipt, folder=tmp_path / "nowhere") if not one.ok}
        assert failed == {"I7", "I10", "I11"}
    assert migrate(old) == (SCHEMA_VERSION, SCHEMA_VERSION)


def test_a_migration_cut_half_way_never_happened(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes after all steps and before the last word: the next one starts from the beginning."""
    before, laws = rows(old), schema(old)
    take = migrating._take

    def cut(connection: Any, step: Any) -> None:
        take(connection, step)
        raise KeyboardInterrupt

    monkeypatch.setattr(migrating, "_take", cut)
    with pytest.raises(KeyboardInterrupt):
        migrate(old)
    assert (rows(old), schema(old)) == (before, laws)
    monkeypatch.undo()
    assert ask(f"db migrate --db {old}")["to"] == SCHEMA_VERSION
    told = ask(f"db status --db {old}")
    assert (told["schema_version"], told["environment"], told["rows"]["batch"]) == (SCHEMA_VERSION, "sim-hanbit", 2)
    assert "nothing to do" in say(f"db migrate --db {old}")


def test_books_from_the_future_are_left_alone(old: str) -> None:
    with Hand(old) as hand:
        hand.execute(f"UPDATE meta SET schema_version = {SCHEMA_VERSION + 1}")
    told = ask(f"db migrate --db {old}", 3)
    assert told[0]["code"] == "SCHEMA_DIFFERS"
