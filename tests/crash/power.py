"""Power cuts: record a real program once, cut the power at many moments of the record, and hold it to what it promised."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from disk import Disk
from lives import HERE, JOURNAL_TAPS, NOON_US, RING, open_books
from sqlalchemy.exc import DatabaseError
from tracing import PROMISE, Event, record

from afc.refusal import Refused
from afc.tap import TAP
from clearing import audit_evidence as evidence
from clearing.intake import Intake
from clearing.store import Store, Unavailable
from terminals.journal import Journal

WHOLE = (
    evidence.batches_once,
    evidence.sequences_once,
    evidence.chain_holds,
    evidence.bytes_are_whole,
    evidence.nothing_vanishes,
)
Judge = Callable[[dict[str, bytes], Sequence[bytes]], int]
"""How many of these promises were broken by a disk that was found like this; `Malformed` where nothing can be read."""


class Malformed(Exception):
    """What was found cannot be opened, or contradicts itself."""


class Tally(NamedTuple):
    """What many power cuts did."""

    images: int
    promises: int
    with_loss: int
    malformed: int
    worst: int
    first: str = ""


def cut(events: Sequence[Event], images: int, seed: int, judge: Judge) -> Tally:
    """Cut the power so many times, at moments drawn from the seed."""
    rng = random.Random(seed)
    disk, promised = Disk(), []
    tally = Tally(0, sum(event.kind == PROMISE for event in events), 0, 0, 0)
    moments = sorted(rng.choices(range(1, len(events) + 1), k=images))
    for moment, event in enumerate(events, start=1):
        disk.do(event)
        if event.kind == PROMISE:
            promised.append(event.data)
        while moments and moments[0] == moment:
            moments.pop(0)
            broken, first = 0, tally.first
            try:
                broken = judge(disk.after_a_power_cut(rng), promised)
                malformed = 0
                first = first or (f"{broken} promises broken at event {moment}" if broken else "")
            except Malformed as found:
                malformed = 1
                first = first or f"at event {moment}: {found}"
            tally = Tally(
                tally.images + 1, tally.promises, tally.with_loss + (broken > 0), tally.malformed + malformed,
                max(tally.worst, broken), first,
            )  # fmt: skip
    return tally


def house(folder: Path, calls: int, images: int, seed: int, *settings: str) -> Tally:
    """A clearing house that keeps its books in this folder; settings weaken its database."""
    inside = folder / "recorded"
    inside.mkdir()
    events = record(inside, "house", str(inside / "books.db"), str(calls), *settings)
    with Store.open(str(inside / "books.db"), environment=HERE) as store:
        sealed = [one for _, one in store.accepted(1, store.high()[0])]
    shutil.rmtree(inside)
    return cut(events, images, seed, partial(_judge_books, folder / "found", sealed))


def _judge_books(folder: Path, sealed: Sequence[bytes], found: dict[str, bytes], promised: Sequence[bytes]) -> int:
    """Open what was found with the real store; then everything is sent again, and all of it has to be there, each once."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in found.items():
        (folder / name).write_bytes(content)
    where = folder / "books.db"
    try:
        with open_books(where) as store:
            broken = sum(not _is_honoured(store, promise) for promise in promised)
            if not broken:
                _look(store)
                if len(promised) % 8 == 0:
                    Intake(store, RING, HERE).take(sealed, NOON_US)
                    _look(store)
                    if {one for _, one in store.accepted(1, store.high()[0])} != set(sealed):
                        raise Malformed("what was sent again is not what was sent")
        with closing(sqlite3.connect(where)) as plain:
            told = plain.execute("PRAGMA integrity_check").fetchone()[0]
            if told != "ok":
                raise Malformed(f"integrity check: {told}")
    except (Refused, Unavailable, DatabaseError, sqlite3.DatabaseError) as refused:
        raise Malformed(str(refused)) from None
    return broken


def _is_honoured(store: Store, promise: bytes) -> bool:
    word, digest, receipt = promise.split()
    assert word == b"receipt"
    found = store.find_digest(bytes.fromhex(digest.decode()))
    return isinstance(found, tuple) and found[1] == bytes.fromhex(receipt.decode())


def _look(store: Store) -> None:
    offences = [offence for check in WHOLE for offence in check(store) if offence]
    if offences:
        raise Malformed(offences[0])


def reader(folder: Path, taps: int, images: int, seed: int) -> Tally:
    """A reader that keeps its journal in this folder."""
    inside = folder / "recorded"
    inside.mkdir()
    events = record(inside, "reader", str(inside / "journal"), str(taps))
    shutil.rmtree(inside)
    return cut(events, images, seed, _judge_journal)


def _judge_journal(found: dict[str, bytes], promised: Sequence[bytes]) -> int:
    """Every tap that was written down is still there, or was receipted."""
    may_forget, written = 0, {}
    for promise in promised:
        *what, told = promise.split()
        if what == [b"taps"]:
            written.update({int(tap["seq"]): tap.tobytes() for tap in np.frombuffer(bytes.fromhex(told.decode()), TAP)})
        else:
            may_forget = int(told)
    try:
        journal = Journal(BytesIO(found.get("journal", b"")), JOURNAL_TAPS)
    except Refused as refused:
        raise Malformed(str(refused)) from None
    left = {int(tap["seq"]): tap.tobytes() for tap in journal.unsent()}
    if journal.receipted.last_seq > may_forget:
        raise Malformed("the journal forgot what nobody receipted")
    if left and min(left) != journal.receipted.last_seq + 1:
        raise Malformed("there is a hole in the journal")
    return sum(seq > journal.receipted.last_seq and left.get(seq) != tap for seq, tap in written.items())
