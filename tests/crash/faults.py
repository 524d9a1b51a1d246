"""Faults that are no deaths: the disk is full, the disk does not answer, our own code raises. Once, or from then on.

The house is the product's own reception over its own intake and books in a file. What fails is decided from outside of it, by
wrapping the connection and a few steps between two statements. After each fault the readers send again, and the end is that of
a day on which nothing failed.
"""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from lives import DEVICES, HERE, NOON_US, RING, open_books, taps_of
from loops import contents, look
from sqlalchemy.exc import OperationalError

from afc.answers import AnswerKind, Reason
from afc.batch import digest_of, seal
from afc.keys import NO_DIGEST
from clearing.intake import Answer, Intake
from clearing.reception import Reception
from clearing.store import Store
from clearing.unseal import Unsealer

POINTS = (
    "received",  # the bytes are here; the first question to the books
    "unsealed",  # the signatures were checked
    "begin",  # the transaction is asked for
    "row written",  # some rows stand, others do not
    "signing",  # a receipt is being signed
    "before commit",  # COMMIT fails, and nothing is kept
    "after commit",  # all is kept, and still an error comes back
)
KINDS = ("exception", "full", "silent")
"""Our own mistake; ENOSPC; EIO. The last two as the database tells them, or, where no database is, the system."""
OURS = ("unsealed", "signing")
"""Points at which no database is asked, so that nobody knows of what fails there but as a mistake."""


class Broken(Exception):
    """A mistake of ours that nobody has made yet."""


class Fault(NamedTuple):
    """What fails where: at the so-manieth `turn`, and with `sticky` at every later one too."""

    point: str
    kind: str
    turn: int = 1
    sticky: bool = False


def error_of(kind: str, point: str = "") -> Exception:
    """As it comes out of the driver."""
    if kind == "exception":
        return Broken(kind)
    if point in OURS:
        return OSError(errno.ENOSPC if kind == "full" else errno.EIO, kind)
    driver = sqlite3.OperationalError("database or disk is full" if kind == "full" else "disk I/O error")
    driver.sqlite_errorcode = sqlite3.SQLITE_FULL if kind == "full" else sqlite3.SQLITE_IOERR
    return OperationalError("a statement", {}, driver)


class Fuse:
    """Counts how often a point was passed, and fails there when its turn has come."""

    def __init__(self, fault: Fault | None) -> None:
        self.fault, self.passed, self.blown = fault, 0, 0

    def at(self, point: str) -> None:
        """Fail here if it is time."""
        if self.fault is None or point != self.fault.point:
            return
        self.passed += 1
        if self.passed == self.fault.turn or (self.fault.sticky and self.passed > self.fault.turn):
            self.blown += 1
            raise error_of(self.fault.kind, point)


def wire(store: Store, fuse: Fuse) -> None:
    """Let the books fail between two statements, and on both sides of a commit."""
    insert, say = store._insert, store._connection.exec_driver_sql

    def failing_insert(*args: Any) -> None:
        insert(*args)
        fuse.at("row written")

    def failing_words(words: str, *args: Any) -> Any:
        writing = store._writing
        if words == "BEGIN":
            fuse.at("received")
        if words == "BEGIN IMMEDIATE":
            fuse.at("begin")
        if words == "COMMIT" and writing:
            fuse.at("before commit")
        done = say(words, *args)
        if words == "COMMIT" and writing:
            fuse.at("after commit")
        return done

    store._insert = failing_insert  # type: ignore[method-assign]
    store._connection.exec_driver_sql = failing_words  # type: ignore[method-assign]


class Signer:
    """The private key of receipts, in a box that may fail."""

    def __init__(self, fuse: Fuse) -> None:
        self._private, self._fuse = RING.receipt_private(), fuse

    def sign(self, data: bytes) -> bytes:
        """A signature."""
        self._fuse.at("signing")
        return self._private.sign(data)


@contextmanager
def intake_over(where: Path, wired: Callable[[Store], None], fuse: Fuse) -> Iterator[Intake]:
    """The product's intake over books in a file, with something in between."""
    with Store.open(str(where), environment=HERE) as store:
        unsealer = Unsealer(store, HERE)

        def unseal(sealed: Any, registers: int, received_us: int) -> Any:
            opened = unsealer.all(sealed, registers, received_us)
            fuse.at("unsealed")
            return lambda: opened

        wired(store)
        yield Intake(store, Signer(fuse), HERE, unseal)  # type: ignore[arg-type]


def batches_of_a_day() -> list[bytes]:
    """Two batches of each reader, 100 taps in all."""
    made = []
    for device in DEVICES:
        previous, first = NO_DIGEST, 1
        for number, count in ((1, 16), (2, 17)):
            taps = taps_of(device, first, range(1, count + 1))
            made.append(
                seal(RING, device=device, epoch=1, number=number, previous=previous, taps=taps, environment=HERE)
            )
            previous, first = digest_of(made[-1]), first + count
    return made


class Desk:
    """Readers with a day's batches, and what they were told."""

    def __init__(self, where: Path) -> None:
        self.where, self.sent = where, batches_of_a_day()
        self.receipts: dict[bytes, bytes] = {}
        self.met: Counter[str] = Counter()
        open_books(where).close()

    def send(self, wired: Callable[[Store], None], fuse: Fuse, times: int = 1) -> list[list[Answer]]:
        """One life of the house: all readers send at once, so many times; nobody goes without an answer."""
        return asyncio.run(self._send(lambda: intake_over(self.where, wired, fuse), times))

    async def _send(self, opened: Callable[[], Any], times: int) -> list[list[Answer]]:
        """Who has a receipt has forgotten the batch, and sends nothing more."""
        told = []
        async with Reception(opened, lambda: NOON_US) as reception:
            for _ in range(times):
                left = [sealed for sealed in self.sent if digest_of(sealed) not in self.receipts]
                told.append(list(await asyncio.gather(*(reception.take(one) for one in left))))
                for sealed, answer in zip(left, told[-1], strict=True):
                    self.hear(sealed, answer)
        return told

    def hear(self, sealed: bytes, answer: Answer) -> None:
        """An answer names its batch; a receipt is the same whenever it is given."""
        assert answer.digest == digest_of(sealed)
        self.met[answer.kind.name if answer.reason is None else answer.reason.name] += 1
        assert (answer.receipt is None) == (answer.kind is AnswerKind.RETRY), answer
        if answer.receipt:
            assert self.receipts.setdefault(answer.digest, answer.receipt) == answer.receipt, "two receipts"

    def look(self) -> None:
        """Every receipt has its bytes, and nothing is half done."""
        with Store.open(str(self.where), environment=HERE) as store:
            look(store, but=("I8",))
            log = {kept.digest: kept.position for kept in store.log()}
            assert self.receipts.keys() <= log.keys(), "receipted, and not in the log"
            given = dict(store.given_receipts())
            assert all(given[log[digest]] == receipt for digest, receipt in self.receipts.items())
            assert not list(store.quarantined())

    def come_to_rest(self) -> None:
        """Nothing fails any more, in a new life: everything is receipted, and stands once. A recorded upload that is sent again
        gets the same receipts."""
        self.send(lambda _: None, Fuse(None))
        told, self.receipts = self.receipts, {}
        self.send(lambda _: None, Fuse(None))
        assert self.receipts == told
        with Store.open(str(self.where), environment=HERE) as store:
            look(store)
            assert contents(store) == set(self.sent)
        assert self.receipts.keys() == {digest_of(sealed) for sealed in self.sent}


def named(where: Path, fault: Fault) -> Counter[str]:
    """One fault at a named point. The same house goes on, then another one does."""
    desk, fuse = Desk(where), Fuse(fault)
    first, second = desk.send(lambda store: wire(store, fuse), fuse, times=2)
    if not fuse.blown and fault.turn > 1:  # all readers were answered in fewer calls: nothing failed
        assert all(answer.receipt for answer in first)
        return Counter()
    assert fuse.blown, f"{fault} never came up"
    reasons = {answer.reason for answer in first if answer.kind is AnswerKind.RETRY}
    ours = fault.kind == "exception" or fault.point in OURS
    expected = Reason.FAULT_OF_OURS if ours else Reason.STORE_FULL if fault.kind == "full" else Reason.STORE_SILENT
    assert reasons <= {expected}, f"{fault}: {reasons}"
    if fault.sticky:
        assert all(answer.kind is AnswerKind.RETRY for answer in first), f"{fault}: a receipt on a broken disk"
        assert {answer.reason for answer in second} <= {expected, None}
    else:
        assert all(answer.receipt for answer in second), f"{fault}: the house did not come back by itself"
    desk.look()
    desk.come_to_rest()
    return desk.met


# -- the so-manieth statement ------------------------------------------------------------------------------------------


class Statements:
    """Every statement of a connection is counted; those whose number is named fail instead of being done."""

    def __init__(self, fails: frozenset[int], kind: str, sticky: bool = False) -> None:
        self.fails, self.kind, self.sticky, self.done = fails, kind, sticky, 0
        self.words: list[str] = []

    def wire(self, store: Store) -> None:
        """Count from here."""
        connection = store._connection
        for name in ("execute", "exec_driver_sql"):
            setattr(connection, name, self._failing(getattr(connection, name)))

    def _failing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(words: Any, *args: Any, **options: Any) -> Any:
            self.done += 1
            self.words.append(str(words).split("\n")[0][:40])
            if self.done in self.fails or (self.sticky and self.done >= min(self.fails)):
                raise error_of(self.kind)
            return call(words, *args, **options)

        return counted


def nth(where: Path, fails: frozenset[int], kind: str, sticky: bool = False) -> tuple[Statements, Counter[str]]:
    """A day's batches with some statements failing; the same house is asked again until it has taken everything."""
    desk, statements, quiet = Desk(where), Statements(fails, kind, sticky), Fuse(None)
    told = desk.send(statements.wire, quiet, times=1 if sticky else 1 + len(fails) * 2)
    if not sticky:
        assert all(answer.receipt for answer in told[-1]), (
            f"{sorted(fails)} {kind}: the house did not come back by itself"
        )
    desk.look()
    desk.come_to_rest()
    return statements, desk.met
