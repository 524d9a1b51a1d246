"""Books that could lose a receipted tap, or that belong to somebody else, are not opened."""

from __future__ import annotations

import threading
import time

import pytest
from databases import Hand

from afc.refusal import Refused
from clearing.store import SCHEMA_VERSION, Store, Unavailable, sqlite

HERE = "sim-test"


def code(*arguments: object, **options: object) -> str:
    with pytest.raises(Refused) as refusal:
        Store.open(*arguments, **options).close()
    return refusal.value.code


def test_new_books_are_durable_and_say_whose_they_are(path):
    """A receipt makes a reader forget its taps, so WAL with FULL is not a matter of taste."""
    with Store.open(str(path), environment=HERE, city="ab" * 32) as store:
        assert store.meta() == (HERE, "ab" * 32, 0)
        asked = store._connection.exec_driver_sql
        settings = [asked(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]
        assert settings == ["wal", 2, 1]
        tables = asked(
            "SELECT count(*), sum(strict) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%'"
        )
        assert len(set(tables.one())) == 1, "every table is STRICT"


def test_the_same_books_open_again(where):
    """Tomorrow morning is another process."""
    Store.open(where, environment=HERE).close()
    name = where if "://" in where else f"sqlite:///{where}"
    with Store.open(name, environment=HERE) as store:
        assert store.meta().environment == HERE


def test_a_weaker_setting_is_refused(path, monkeypatch):
    """With NORMAL a power cut lost up to 901 commits in a replay of crashes."""
    monkeypatch.setattr(sqlite, "_SETTINGS", ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"))
    assert code(str(path), environment=HERE) == "DATABASE_WEAK"


@pytest.mark.parametrize("where", ["sqlite://", ":memory:", "sqlite:///:memory:"])
def test_books_in_memory_are_refused(where):
    """They die with the program, and the readers have forgotten by then."""
    assert code(where, environment=HERE) == "DATABASE_WEAK"


def test_books_of_another_schema_are_refused(where):
    """Half-understood books are worse than none."""
    Store.open(where, environment=HERE).close()
    with Hand(where) as other:
        other.execute(f"UPDATE meta SET schema_version = {SCHEMA_VERSION + 1}")
    assert code(where, environment=HERE) == "SCHEMA_DIFFERS"


def test_test_taps_and_real_taps_never_meet(where):
    """A training exercise once blocked 29,000 real cards."""
    Store.open(where, environment=HERE).close()
    assert code(where, environment="live") == "ENVIRONMENT_DIFFERS"


def test_a_misspelt_name_does_not_begin_new_books(where):
    """Whoever only reads wants the books that are there."""
    assert code(where) == "BOOKS_MISSING"


def test_what_is_not_ours_is_left_alone(where, tmp_path):
    """It might be somebody's photo collection."""
    with Hand(where) as other:
        other.execute("CREATE TABLE photo (name TEXT)")
    assert code(where, environment=HERE) == "DATABASE_FOREIGN"
    text = tmp_path / "notes.txt"
    text.write_text("milk, bread, batteries for the gate at Central\n" * 40)
    assert code(str(text), environment=HERE) == "DATABASE_UNREADABLE"
    assert code(str(tmp_path / "no" / "such" / "books.db"), environment=HERE) == "DATABASE_UNREADABLE"
    assert code("oracle://books", environment=HERE) == "DATABASE_UNKNOWN"


def test_two_writers_take_turns_and_nothing_is_lost(where):
    """Two programs read 100, both take 10, both write 90: that is what happens without BEGIN IMMEDIATE."""
    with Store.open(where, environment=HERE) as first:
        start = threading.Barrier(2)

        def add_hundred() -> None:
            with Store.open(where, environment=HERE, busy_s=30) as mine:
                start.wait()
                for _ in range(100):
                    with mine.begin():
                        before = mine.meta().registers
                        mine._registers_changed()
                        assert mine.meta().registers == before + 1

        writers = [threading.Thread(target=add_hundred) for _ in range(2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert first.meta().registers == 200


def test_a_writer_that_waits_too_long_is_told(where):
    """It may ask again; what it must not do is believe that it wrote."""
    with (
        Store.open(where, environment=HERE) as first,
        Store.open(where, environment=HERE, busy_s=0.05) as second,
    ):
        with first.begin():
            began = time.monotonic()
            with pytest.raises(Unavailable, match="another writer"), second.begin():
                pytest.fail("there is a writer already")
            assert time.monotonic() - began < 2
        with second.begin():
            second._registers_changed()
        assert first.meta().registers == 1


def test_what_fails_half_way_never_happened(store):
    """A refused request leaves the books byte for byte as they were."""
    before = store.meta().registers

    def half() -> None:
        with store.begin():
            store._registers_changed()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert store.meta().registers == before
    with store.begin():
        store._registers_changed()
    assert store.meta().registers == before + 1
