"""Two processes that die on demand: a clearing house that takes batches, and a reader that writes down taps and sends them.

Both run the product as it is. Where they die is decided from outside of it, by wrapping the store's transactions, the line
to the other side, or the file of the journal; so the product has no switch for tests that somebody could leave on.
"""

from __future__ import annotations

import os
import signal
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

import numpy as np

from afc.keys import KeyRing
from afc.moment import HOUR_US
from afc.tap import TAP, TapKind
from clearing.intake import Intake
from clearing.store import FOREVER_US, Device, Store
from clearing.unseal import Unsealer
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

HERE = "sim-crash"
MORNING_US = 1_772_582_400_000_000
NOON_US = MORNING_US + 4 * HOUR_US
RING = KeyRing.from_seed(7, HERE)
DEVICES = (1, 2, 3)
JOURNAL_TAPS = 5_000

HOUSE_POINTS = (
    "received",  # the bytes are here, nobody has looked at them
    "unsealed",  # the signatures were checked
    "row written",  # some rows of the transaction stand, others do not
    "before commit",  # all of them do
    "after commit",  # durable, and nobody was told
    "half a receipt",  # the answer is on the line, but not all of it
    "one of several",  # some senders were told, others were not
)


class Fate(NamedTuple):
    """Dies when it comes to `point` for the so-manieth `turn`, counted from 1."""

    point: str
    turn: int


def die() -> NoReturn:
    """Nothing is tidied up: no `finally`, no flush, no farewell to the database."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a process outlived SIGKILL")


class Doom:
    """Counts how often a point was passed."""

    def __init__(self, fate: Fate | None) -> None:
        self._fate, self._passed = fate, 0

    def is_at(self, point: str) -> bool:
        """Has the moment come?"""
        if self._fate is None or point != self._fate.point:
            return False
        self._passed += 1
        return self._passed == self._fate.turn

    def at(self, point: str) -> None:
        """Die here if the moment has come."""
        if self.is_at(point):
            die()


def taps_of(device: int, first_seq: int, cards: Sequence[int]) -> np.ndarray:
    """Taps of one reader as its SAM stamps them, numbered from `first_seq`."""
    taps = np.zeros(len(cards), TAP)
    taps["version"], taps["kind"], taps["group"], taps["counter"] = 1, TapKind.ENTRY, 1, 1
    taps["device"], taps["epoch"], taps["card"], taps["amount"] = device, 1, cards, 500
    taps["seq"] = np.arange(first_seq, first_seq + len(cards))
    taps["time_us"] = MORNING_US + np.arange(first_seq, first_seq + len(cards))
    Sam(RING, device).stamp(taps)
    return taps


def open_books(where: Path | str, devices: Sequence[int] = DEVICES) -> Store:
    """The books, begun with these readers in service since for ever if they are not there yet.

    The beginning may be cut in two as well, by a kill or by a power cut: then the next one goes on with it.
    """
    store = Store.open(str(where), environment=HERE)
    rows = [Device(device, 0, FOREVER_US, 0, -1, 0, -1, "bus", RING.device_public(device)) for device in devices]
    with store.begin():
        if not list(store.devices()):
            store.register_devices(rows)
    return store


# -- the clearing house ------------------------------------------------------------------------------------------------


def clearing_house(where: Path, line: Connection, fate: Fate | None) -> None:
    """Take calls from the line, and say each receipt when the intake gives it."""
    doom = Doom(fate)
    with Store.open(str(where), environment=HERE) as store:
        watch(store, doom)
        unsealer = Unsealer(store, HERE)

        def unseal(sealed: Sequence[bytes], registers: int, received_us: int) -> Any:
            def opened() -> Any:
                found = unsealer.all(sealed, registers, received_us)
                doom.at("unsealed")
                return found

            return opened

        intake = Intake(store, RING, HERE, unseal)
        line.send_bytes(b"ready")
        while True:
            try:
                sealed = line.recv()
            except EOFError:
                return
            doom.at("received")
            for answer in intake.take(sealed, NOON_US):
                say(line, answer.kind.name.encode().ljust(16) + answer.digest + (answer.receipt or b""), doom)


def watch(store: Store, doom: Doom) -> None:
    """Die between rows, or on either side of a commit."""
    insert, transaction = store._insert, store._transaction

    def watched_insert(*args: Any) -> None:
        insert(*args)
        doom.at("row written")

    @contextmanager
    def watched_transaction(words: str) -> Iterator[None]:
        writing = words == store._kind.WRITE
        with transaction(words):
            yield
            if writing:
                doom.at("before commit")
        if writing:
            doom.at("after commit")

    store._insert, store._transaction = watched_insert, watched_transaction  # type: ignore[method-assign]


def hasty_house(where: Path, line: Connection, fate: Fate | None) -> None:
    """A clearing house with the bug that all of this is about: it answers now and commits later, which is faster."""
    with Store.open(str(where), environment=HERE) as store:
        calls = 0

        @contextmanager
        def answering_early(words: str) -> Iterator[None]:
            nonlocal calls
            if not calls % 8:
                store._connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            calls += 1
            if not calls % 8:
                store._connection.exec_driver_sql("COMMIT")

        store._transaction = answering_early  # type: ignore[method-assign]
        intake, doom = Intake(store, RING, HERE), Doom(fate)
        line.send_bytes(b"ready")
        while True:
            for answer in intake.take(line.recv(), NOON_US):
                say(line, answer.kind.name.encode().ljust(16) + answer.digest + (answer.receipt or b""), doom)


def say(line: Connection, answer: bytes, doom: Doom) -> None:
    """One answer, or half of one."""
    if doom.is_at("half a receipt"):
        os.write(line.fileno(), struct.pack("!i", len(answer)) + answer[: len(answer) // 2])
        die()
    line.send_bytes(answer)
    doom.at("one of several")


# -- the reader --------------------------------------------------------------------------------------------------------


class Medium:
    """The journal's file; the power goes inside the so-manieth operation, after `keeps` thousandths of what it writes."""

    def __init__(self, file: BinaryIO, dies_at: int, keeps: int) -> None:
        self._file, self._left, self._keeps = file, dies_at, keeps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        """All of it, or a part and the end."""
        self._left -= 1
        if not self._left:
            self._file.write(data[: len(data) * self._keeps // 1_000])
            die()
        return self._file.write(data)

    def truncate(self, at: int) -> int:
        """Cut, or die right before it or right after it."""
        self._left -= 1
        if not self._left and self._keeps < 500:
            die()
        end = self._file.truncate(at)
        if not self._left:
            die()
        return end


def reader(medium: Path, line: Connection, cards_from: int, dies_at: int, keeps: int) -> None:
    """Take riders, send what was written, obey receipts; tell the other side of each tap before and after it is written."""
    medium.touch()
    with medium.open("r+b", buffering=0) as file:
        journal = Journal(Medium(file, dies_at, keeps), JOURNAL_TAPS)  # type: ignore[arg-type]
        uplink = Uplink(Sam(RING, 1), journal, 1, 1, HERE)
        cards = iter(range(cards_from, 1 << 40))
        while True:
            taps = taps_of(1, journal.next_seq, list(islice(cards, 1 + journal.next_seq % 9)))
            line.send(("tapping", taps.tobytes()))
            journal.append(taps)
            line.send(("tapped", taps.tobytes()))
            line.send(("batches", uplink.batches()))
            for receipt in line.recv():
                uplink.receive(receipt)
