"""Two programs at once, in every order of their steps: what they leave behind is what one after the other would have left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from databases import Hand, place
from office import HERE, NOON_US, WEDNESDAY, Reader, begin
from sqlalchemy.exc import DBAPIError

from afc.keys import KeyRing
from afc.refusal import Refused
from clearing.intake import Intake
from clearing.store import Revocation, Store, postgres, tables

# What stands before the first batch comes; everything else is what the programs write, and is emptied between two tries.
KEPT = {"meta", "party", "device", "card_register", "scheme_key"}
CLEARED = ", ".join(sorted(set(tables.metadata.tables) - KEPT))
Work = Callable[[Store], Any]


class Session:
    """A program with a connection of its own, which goes on by one step for each token that it is given."""

    def __init__(self, where: str) -> None:
        self.store = Store.open(where, busy_s=30)
        self.pid = self.store._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        self._tokens, self._stands = threading.Semaphore(0), threading.Semaphore(0)
        self._transaction, self._insert = self.store._transaction, self.store._insert
        self.store._transaction, self.store._insert = self._watched, self._watched_insert  # type: ignore[method-assign]
        self.store.between = self.gate  # type: ignore[attr-defined]

    def begin(self, work: Work) -> None:
        """Start, and stand before the first step."""
        self.said, self.waiting, self._looks = None, 0, work is look
        self.thread = threading.Thread(target=self._run, args=(work,))
        self.thread.start()

    def give(self, hand: Hand) -> None:
        """One step: until it stands before the next one, is done, or waits for the other program."""
        self._tokens.release()
        self.waiting += 1
        self.settle(hand)

    def settle(self, hand: Hand) -> None:
        """Wait until it stands still."""
        while self.waiting and self.thread.is_alive():
            if self._stands.acquire(timeout=0.002):
                self.waiting -= 1
            elif hand.execute(f"SELECT 1 FROM pg_locks WHERE pid = {self.pid} AND NOT granted"):
                return

    def end(self, hand: Hand) -> Any:
        """Let it run to its end; what it said."""
        deadline = time.monotonic() + 30
        while self.thread.is_alive():
            self._tokens.release()
            self.thread.join(0.002)
            assert time.monotonic() < deadline, "the two programs wait for each other"
        self._tokens, self._stands = threading.Semaphore(0), threading.Semaphore(0)
        return self.said

    def _run(self, work: Work) -> None:
        self._first = True
        try:
            self.said = work(self.store)
        except Refused as refused:
            self.said = refused.code
        except DBAPIError as error:
            self.said = type(error.orig).__name__
        self._stands.release()

    def gate(self) -> None:
        if not self._first:
            self._stands.release()
        self._first = False
        self._tokens.acquire()

    @contextmanager
    def _watched(self, words: str) -> Iterator[None]:
        if words == postgres.READ and not self._looks:
            with self._transaction(words):
                yield
            return
        self.gate()
        with self._transaction(words):
            yield
            self.gate()

    def _watched_insert(self, table: Any, rows: Any) -> None:
        if table is tables.batch:
            self.gate()
        self._insert(table, rows)


class Left(NamedTuple):
    """What both said, and every row of the books."""

    said: tuple[Any, Any]
    rows: tuple[Any, ...]


class Pair:
    """Two sessions over one database, which is emptied between two tries."""

    def __init__(self, where: str) -> None:
        self.hand, self.sessions = Hand(where), (Session(where), Session(where))
        self.hand.drop_laws()

    def play(self, works: tuple[Work, Work], order: tuple[int, ...]) -> Left:
        """Steps in an order, by number of the session; when the tokens are used up, both run to their end."""
        self.hand.execute(f"TRUNCATE {CLEARED}")
        for session, work in zip(self.sessions, works, strict=True):
            session.begin(work)
        for who in order:
            self.sessions[who].give(self.hand)
            self.sessions[1 - who].settle(self.hand)
        said = tuple(session.end(self.hand) for session in self.sessions)
        rows = tuple((name, sorted(self.hand.execute(f"SELECT * FROM {name}"))) for name in CLEARED.split(", "))
        return Left((said[0], said[1]), rows)

    def serial(self, works: tuple[Work, Work]) -> list[Left]:
        """One after the other, both ways round."""
        return [self.play(works, (who,) * 12) for who in (0, 1)]

    def close(self) -> None:
        for session in self.sessions:
            session.store.close()
        self.hand.close()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with place("postgresql", Path(), begin) as where:
        pair = Pair(where)
        yield pair
        pair.close()


RING = KeyRing.from_seed(7, HERE)


def ingest(sealed: list[bytes]) -> Work:
    """Hand over batches, and hear the answers."""

    def work(store: Store) -> Any:
        return [(one.kind.name, one.receipt) for one in Intake(store, RING, HERE).take(sealed, NOON_US)]

    return work


def close(store: Store) -> Any:
    """Freeze Wednesday and seal it, alone."""
    with store.closing():
        store.write(lambda: (store.open_day(WEDNESDAY), store.freeze_day(WEDNESDAY, "")))
        return store.write(lambda: store.close_day(WEDNESDAY)).state


def revoke(store: Store) -> Any:
    """Two people take reader 1 out of trust."""
    store.write(lambda: store.revoke_device(Revocation(1, store.high()[0], "A", "B", "stolen", NOON_US)))
    return [one.device for one in store.revocations()]


def look(store: Store) -> Any:
    """The end of the log and the log itself, as of one moment."""
    with store.reading():
        position, head = store.high()
        store.between()  # type: ignore[attr-defined]
        return position, head, list(store.log()), len(list(store.submissions()))


DONE = "DAY_NOT_OPEN"


def orders(first: int, second: int) -> list[tuple[int, ...]]:
    """Every order of so many steps of two sessions."""
    whole = range(first + second)
    return [tuple(0 if at in mine else 1 for at in whole) for mine in combinations(whole, first)]


def every_order(pair: Pair, works: tuple[Work, Work], first: int, second: int) -> set[tuple[int, ...]]:
    """Play them all; the orders whose outcome no serial order has."""
    allowed = pair.serial(works)
    assert len({repr(one) for one in allowed}) == 2, "the order matters, or comparing proves nothing"
    return {order for order in orders(first, second) if pair.play(works, order) not in allowed}


def batches() -> tuple[list[bytes], list[bytes]]:
    """A reader's two, of which the second comes from both; and a copy that says something else under the first number."""
    mine = Reader(RING, 1)
    copy = mine.twin()
    one, two = mine.batch(), mine.batch()
    return [one, two], [two, copy.batch(amount=900)]


# An intake stands before it begins, when it has looked and is about to write, and before it commits; a closer before each
# beginning and each commit of two; who looks, before the beginning, between two questions, and before the end.
STEPS = {"intake": 3, "close": 4, "look": 3, "revoke": 2}


def test_two_intakes(pair: Pair) -> None:
    """The same batch and its contradiction over two lines at once: one of them stands, whatever the order."""
    mine, theirs = batches()
    assert every_order(pair, (ingest(mine), ingest(theirs)), STEPS["intake"], STEPS["intake"]) == set()


def test_an_intake_and_a_close(pair: Pair) -> None:
    """A batch belongs to the date or does not; it is never half in it."""
    assert every_order(pair, (ingest(batches()[0]), close), STEPS["intake"], STEPS["close"]) == set()


def test_a_revocation_is_not_overtaken(pair: Pair) -> None:
    """The stolen reader's batch is in the log before the revocation or not at all, also where its seal was right by then."""
    works = (ingest(batches()[0]), revoke)
    late = pair.play(works, (1,) * 12)  # the seals were looked at before the revocation, and the writing comes after it
    assert {kind for kind, _ in late.said[0]} == {"QUARANTINED"}
    assert every_order(pair, works, STEPS["intake"], STEPS["revoke"]) == set()


def test_two_closers(pair: Pair) -> None:
    """Whoever comes second is told, or finds it done; the date is closed once."""
    allowed = {("closed", "HOUSE_CLOSING"), ("HOUSE_CLOSING", "closed"), ("closed", DONE), (DONE, "closed")}
    left = [pair.play((close, close), order) for order in orders(STEPS["close"], STEPS["close"])]
    assert {one.said for one in left} <= allowed
    assert len({one.said for one in left}) > 1
    assert len({repr(one.rows) for one in left}) == 1


def test_who_looks_sees_one_moment(pair: Pair) -> None:
    """Before the delivery or after it, and no head without its batches."""
    assert every_order(pair, (look, ingest(batches()[0])), STEPS["look"], STEPS["intake"]) == set()


def test_without_the_writers_lock_some_order_goes_wrong(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: enumerating that never finds anything would prove nothing above."""
    monkeypatch.setattr(postgres, "begin", lambda connection, words: connection.exec_driver_sql(words))
    mine, theirs = batches()
    assert every_order(pair, (ingest(mine), ingest(theirs)), STEPS["intake"], STEPS["intake"])
