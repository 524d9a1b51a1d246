"""What only a server can do to the books: weak settings, other writers, lost connections, errors that pass."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import databases
import pytest
from commandline import say
from databases import Forbidden, Hand, name_in, server
from office import HERE, NOON_US, WEDNESDAY, Reader, begin, entry

from afc.answers import AnswerKind, Reason
from afc.keys import KeyRing
from afc.refusal import Refused
from clearing.audit import audit
from clearing.intake import Intake
from clearing.store import Asked, Party, Store, Unavailable, evidence, is_same, migrate, shown, tables

NO_KEYS_FILE = "/nowhere"


@pytest.fixture
def where() -> Iterator[str]:
    """The usual books, on a server only."""
    with databases.place("postgresql", Path(), begin) as place:
        yield place


@pytest.fixture
def hand(where: str) -> Iterator[Hand]:
    with Hand(where) as hand:
        yield hand


def code(where: str) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        Store.open(where).close()
    return refused.value.code, refused.value.what


@pytest.mark.parametrize(
    "weak", ["synchronous_commit = off", "synchronous_commit = local", "session_replication_role = replica"]
)
def test_a_database_with_a_weak_setting_is_refused_by_its_name(where: str, weak: str) -> None:
    """A receipt on such a server would be worth less than it says, or its laws would sleep."""
    server().ask(f"ALTER DATABASE {name_in(where)} SET {weak}")
    name, what = code(where)
    assert name == "DATABASE_WEAK"
    assert weak.partition(" ")[0] in what


def switch(change: str, setting: str, wanted: str) -> None:
    """Change a setting of the whole server, and wait until it has heard."""
    server().ask(f"ALTER SYSTEM {change}")
    server().ask("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 30
    while server().ask(f"SHOW {setting}") != wanted:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def off(setting: str) -> Iterator[None]:
    """The whole server has it off, for as long as this is entered."""
    switch(f"SET {setting} = off", setting, "off")
    try:
        yield
    finally:
        switch(f"RESET {setting}", setting, "on")


@pytest.mark.parametrize("weak", ["fsync", "full_page_writes"])
def test_a_server_that_does_not_sync_is_refused(where: str, weak: str) -> None:
    """Somebody made it fast for a test and forgot."""
    with off(weak):
        assert code(where)[0] == "DATABASE_WEAK"
        with pytest.raises(Refused, match=weak):
            migrate(where)


def test_a_database_in_another_encoding_is_refused() -> None:
    """Names of stops are Cyrillic, Hangul and Spanish."""
    name = "latin"
    server().ask(f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(Refused, match="server_encoding is LATIN1"):
        Store.open(server().url(name), environment=HERE)
    server().drop(server().url(name))


def test_a_connection_keeps_its_durability_whatever_the_server_is_told_later(where: str, store: Store) -> None:
    """An administrator turns it off at noon; this connection goes on as it began, and no other opens."""
    with off("synchronous_commit"):
        time.sleep(0.1)
        assert store._connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        assert code(where)[0] == "DATABASE_WEAK"


def test_what_is_only_ever_added_to_is_not_emptied_either(hand: Hand) -> None:
    for table in ("batch", "entry", "device"):
        with pytest.raises(Forbidden, match=r"only ever added to|not deleted|cannot truncate"):
            hand.execute(f"TRUNCATE {table} CASCADE")


def test_text_is_sorted_by_its_bytes(store: Store) -> None:
    """In another order, statements of the same day would have other bytes."""
    names = ["b", "B", "a", "z z", "é", "A", "e-1", "e1", "Ж"]
    with store.begin():
        store.open_day(WEDNESDAY)
        for name in names:
            store.post([entry("load", name, **{name: 5, "float": -5})])
    assert [*store.balances()] == sorted([*names, "float"], key=str.encode)


def test_a_call_looks_up_and_does_not_read_the_whole_log(store: Store, hand: Hand) -> None:
    """Once the server has counted a long log it would rather read all of it than look some hundred batches up."""
    hand.drop_laws()
    hand.execute(
        "INSERT INTO batch SELECT g, randomblob(32), g % 50, 1, g / 50 + 1, g / 50 * 9 + 1, g / 50 * 9 + 9, 9, 0, "
        "zeroblob(32), zeroblob(32), 0, 0, zeroblob(1) FROM generate_series(1, 20000) g"
    )
    hand.execute("ANALYZE")
    asked = [Asked(device, 1, 3_700, 3_708, 401, bytes([device]) * 32) for device in range(50) for _ in range(10)]
    with store.begin():
        store._insert(tables.asked, asked)
        for question in evidence._RELATED:
            words = question.compile(store._connection.engine, compile_kwargs={"literal_binds": True})
            plan = "\n".join(row[0] for row in store._connection.exec_driver_sql(f"EXPLAIN {words}"))
            assert "Seq Scan on batch" not in plan, plan
            assert "Index Scan using batch_device_epoch" in plan


def test_rows_that_nobody_read_to_their_end_are_let_go(store: Store, ring: KeyRing) -> None:
    """A clerk looks at one batch of many, again and again; on the server nothing stays open behind him."""
    mine = Reader(ring, 1)
    Intake(store, ring, HERE).take([mine.batch() for _ in range(3)], NOON_US)
    for _ in range(5):
        assert next(iter(store.accepted(1, 3)))[0] == 1
    half = store.accepted(1, 3)
    assert [next(half)[0], *(position for position, _ in store.accepted(2, 3)), next(half)[0]] == [1, 2, 3, 2]
    half.close()
    assert store._connection.exec_driver_sql("SELECT name FROM pg_cursors WHERE name LIKE 'each%%'").all() == []


# Errors that pass.


def failing(hand: Hand, sqlstate: str, times: int) -> None:
    """The next so many transactions that keep a delivery end in this error; a sequence counts on over a rollback."""
    hand.execute("CREATE SEQUENCE failed")
    hand.execute(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF nextval('failed') <= {times} THEN RAISE EXCEPTION USING ERRCODE = '{sqlstate}', MESSAGE = 'on purpose'; END IF; "
        "RETURN NEW; END $$"
    )
    hand.execute("CREATE TRIGGER fail BEFORE INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION fail()")


def opened(where: str, waited: list[int]) -> Store:
    """A store whose patience is written down: two more tries."""

    def patience(failed: int) -> bool:
        waited.append(failed)
        return failed < 3

    return Store.open(where, patience=patience, busy_s=0.2)


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03"])
def test_what_only_the_moment_forbids_is_done_again_from_the_start(
    where: str, hand: Hand, ring: KeyRing, sqlstate: str
) -> None:
    """A deadlock with an administrator's statement: the reader never hears of it."""
    failing(hand, sqlstate, times=2)
    waited: list[int] = []
    with opened(where, waited) as store:
        (answer,) = Intake(store, ring, HERE).take([Reader(ring, 1).batch()], NOON_US)
        assert (answer.kind, store.high()[0], len(list(store.deliveries()))) == (AnswerKind.ACCEPTED, 1, 1)
    assert waited == [1, 2]


def test_patience_ends_and_the_sender_is_told_to_come_again(where: str, hand: Hand, ring: KeyRing) -> None:
    failing(hand, "40001", times=3)
    waited: list[int] = []
    with opened(where, waited) as store:
        sealed = Reader(ring, 1).batch()
        (answer,) = Intake(store, ring, HERE).take([sealed], NOON_US)
        assert (answer.kind, answer.reason, answer.receipt) == (AnswerKind.RETRY, Reason.DATABASE_BUSY, None)
        assert (waited, store.high()[0]) == ([1, 2, 3], 0)
        assert Intake(store, ring, HERE).take([sealed], NOON_US)[0].kind is AnswerKind.ACCEPTED


def test_a_full_disk_is_not_tried_again(where: str, hand: Hand, ring: KeyRing) -> None:
    """No receipt, no trace, and no time lost: room has to be made first."""
    failing(hand, "53100", times=1)
    waited: list[int] = []
    with opened(where, waited) as store:
        sealed = Reader(ring, 1).batch()
        (answer,) = Intake(store, ring, HERE).take([sealed], NOON_US)
        assert (answer.kind, answer.reason, waited) == (AnswerKind.RETRY, Reason.STORE_FULL, [])
        assert Intake(store, ring, HERE).take([sealed], NOON_US)[0].kind is AnswerKind.ACCEPTED


@pytest.mark.parametrize(
    ("code", "reason"),
    [("25006", "STORE_READ_ONLY"), ("53100", "STORE_FULL"), ("53300", "STORE_UNREACHABLE"), ("58030", "STORE_SILENT")],
)
def test_the_sender_hears_what_it_is_that_passes(where: str, hand: Hand, ring: KeyRing, code: str, reason: str) -> None:
    """Who looks for another writer, or for room, while the disk is broken, looks in the wrong place."""
    failing(hand, code, times=9)
    with opened(where, []) as store:
        (answer,) = Intake(store, ring, HERE).take([Reader(ring, 1).batch()], NOON_US)
    assert (answer.kind, answer.reason) == (AnswerKind.RETRY, Reason[reason])


def test_another_writer_that_takes_too_long_is_told(where: str, hand: Hand, ring: KeyRing) -> None:
    waited: list[int] = []
    with opened(where, waited) as store, hand.holding():
        (answer,) = Intake(store, ring, HERE).take([Reader(ring, 1).batch()], NOON_US)
        assert (answer.reason, waited) == (Reason.DATABASE_BUSY, [1, 2, 3])


def test_a_transaction_in_which_a_statement_failed_is_never_taken_for_kept(store: Store) -> None:
    """The server answers COMMIT with ROLLBACK and no error; whoever swallowed the error must hear of it."""

    def swallow() -> None:
        with store.begin():
            store.register_parties([Party(9, "tram", "Tram")])
            with pytest.raises(Exception, match="nowhere"):
                store._connection.exec_driver_sql("SELECT * FROM nowhere")

    with pytest.raises(AssertionError, match="its transaction went on"):
        swallow()
    assert len(store.parties()) == 6


# Lost connections.


def backend(store: Store) -> int:
    return int(store._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def end(pid: int) -> None:
    """The server ends a connection, as an administrator or a firewall does, and it is gone when this returns."""
    server().ask(f"SELECT pg_terminate_backend({pid}, 5000)")


def test_a_connection_lost_while_nothing_was_asked_is_made_anew(store: Store, ring: KeyRing) -> None:
    """The server was restarted over lunch."""
    end(backend(store))
    assert store.parties()
    end(backend(store))
    (answer,) = Intake(store, ring, HERE).take([Reader(ring, 1).batch()], NOON_US)
    assert answer.kind is AnswerKind.ACCEPTED


def cut_at(store: Store, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is lost once: before the commit is asked for, or after it was done and before that was heard."""
    commit, left = store._kind.commit, [1]

    def cutting(connection: Any) -> None:
        if not left or connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
            commit(connection)
            return
        left.pop()
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        if moment == "after":
            commit(connection)
        end(pid)
        connection.exec_driver_sql("SELECT 1")
        raise AssertionError("the connection outlived its end")

    monkeypatch.setattr(store._kind, "commit", cutting)


@pytest.mark.parametrize(("moment", "kind"), [("before", AnswerKind.ACCEPTED), ("after", AnswerKind.DUPLICATE)])
def test_a_commit_of_which_nobody_knows_is_looked_up(
    store: Store, ring: KeyRing, monkeypatch: pytest.MonkeyPatch, moment: str, kind: AnswerKind
) -> None:
    """Nothing is assumed: what was kept is found by its digest, and its receipt is given; what was not is kept now."""
    sealed = [Reader(ring, device).batch() for device in (1, 2)]
    intake = Intake(store, ring, HERE)
    cut_at(store, moment, monkeypatch)
    answers = intake.take(sealed, NOON_US)
    assert {answer.kind for answer in answers} == {kind}
    given = store.receipts([1, 2])
    assert [answer.receipt for answer in answers] == [given[1], given[2]]
    assert store.high()[0] == 2
    assert [one for one in audit(store, ring.receipt_public()) if not one.ok] == []


def test_without_a_server_nobody_gets_a_receipt(where: str, ring: KeyRing, store: Store) -> None:
    """It is gone for good; when it is back, everything goes on where it was."""
    intake, mine = Intake(store, ring, HERE), Reader(ring, 1)
    assert intake.take([mine.batch()], NOON_US)[0].kind is AnswerKind.ACCEPTED
    sealed = mine.batch()
    server().crash()
    try:
        (answer,) = intake.take([sealed], NOON_US)
        with pytest.raises(Unavailable):
            Store.open(where)
    finally:
        server().start()
    assert (answer.kind, answer.receipt) == (AnswerKind.RETRY, None)
    assert intake.take([sealed], NOON_US)[0].kind is AnswerKind.ACCEPTED
    assert store.high()[0] == 2


# Who else is there.


def test_two_closers_one_proceeds_and_the_other_is_told(where: str) -> None:
    """On two machines, with two folders: the lock is the server's."""
    with Store.open(where) as one, Store.open(where) as other:
        with one.closing(), one.closing(), pytest.raises(Refused, match="another program closes"), other.closing():
            pytest.fail("two of them close")
        with other.closing():
            pass


def test_a_closer_whose_connection_was_lost_closes_alone_or_not_at_all(where: str) -> None:
    with Store.open(where) as one, Store.open(where) as other, one.closing():
        for pid in server().ask("SELECT pid FROM pg_locks WHERE locktype = 'advisory'").split():
            end(int(pid))
        end(backend(one))
        with other.closing(), pytest.raises(Refused, match="another program closes"):
            one.parties()


def test_writers_on_many_connections_take_turns(where: str, ring: KeyRing) -> None:
    """Eight programs hand in the same forty batches in their own order: one log, one receipt each."""
    readers = [Reader(ring, device) for device in (1, 2)]
    batches = [reader.batch() for _ in range(20) for reader in readers]
    receipts: list[dict[bytes, bytes | None]] = []
    start = threading.Barrier(8)

    def sender(turn: int) -> None:
        with Store.open(where, busy_s=30) as store:
            intake = Intake(store, ring, HERE)
            start.wait()
            mine = batches[turn * 5 :] + batches[: turn * 5]
            answers = [one for at in range(0, 40, 4) for one in intake.take(mine[at : at + 4], NOON_US)]
            receipts.append({answer.digest: answer.receipt for answer in answers})

    threads = [threading.Thread(target=sender, args=(turn,)) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 8
    assert all(mine == receipts[0] for mine in receipts)
    with Store.open(where) as store:
        assert store.high()[0] == 40
        assert [one for one in audit(store, ring.receipt_public()) if not one.ok] == []


# What is said of a server.


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://clerk:geheim@db/books",
        "postgresql://db/books?user=clerk&password=geheim",
        "postgres://clerk:geheim@db/",
        "postgresql+psycopg://clerk:geheim@db:no/books",
        "oracle://clerk:geheim@db/books",
    ],
)
def test_a_password_is_never_said(url: str) -> None:
    assert "geheim" not in shown(url)
    for command in (
        f"clearing gaps --db {url}",
        f"clearing init --db {url} --city {NO_KEYS_FILE}",
        f"db status --db {url}",
    ):
        assert "geheim" not in say_anything(command)


def say_anything(command: str) -> str:
    """What is said, however it ends."""
    for ending in (3, 6):
        try:
            return say(command, ending)
        except AssertionError:
            continue
    raise AssertionError(command)


def test_one_place_has_many_names() -> None:
    assert is_same("postgresql://clerk:x@db/books", "postgresql+psycopg://other@db:5432/books?sslmode=require")
    assert not is_same("postgresql://db/books", "postgresql://db/books2")
    assert not is_same("postgresql://db/books", "postgresql://elsewhere/books")
