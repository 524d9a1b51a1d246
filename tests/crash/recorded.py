"""The programs that the power-loss replay watches: a clearing house, or a reader, that says aloud what it promises.

`python recorded.py house BOOKS CALLS [SETTING...]` and `python recorded.py reader JOURNAL TAPS`. Each line on standard output
is a promise: from then on the thing must survive a power cut. Settings weaken the database on purpose, for the control.
"""

from __future__ import annotations

import os
import random
import sys
from io import BytesIO
from pathlib import Path

from lives import DEVICES, HERE, NOON_US, RING, open_books, taps_of

from afc.answers import AnswerKind
from afc.batch import digest_of
from afc.receipt import Receipt, sign_receipt
from clearing.intake import Intake
from clearing.store import Store, sqlite
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

CALLS_AN_OPENING = 12  # then the books are closed and opened again, which makes an end of the write-ahead log


def promise(*words: bytes) -> None:
    """One line, in one write, so that the record shows when it was said."""
    os.write(1, b" ".join(words) + b"\n")


def house(where: Path, calls: int) -> None:
    """Take batches of three readers, repeats and rubbish among them; promise each receipt when the intake gives it."""
    rng = random.Random(calls)
    uplinks = {device: Uplink(Sam(RING, device), Journal(BytesIO(), 400_000), device, 1, HERE) for device in DEVICES}
    journals = {device: uplink._journal for device, uplink in uplinks.items()}
    open_books(where).close()
    sealed: list[bytes] = []
    for begun in range(0, calls, CALLS_AN_OPENING):
        with Store.open(str(where), environment=HERE) as store:
            intake = Intake(store, RING, HERE)
            for _ in range(begun, min(begun + CALLS_AN_OPENING, calls)):
                for device in rng.sample(DEVICES, rng.randint(1, 3)):
                    riders = rng.choice([1, 5, 60])
                    journals[device].append(taps_of(device, journals[device].next_seq, range(1, riders + 1)))
                    sealed.append(uplinks[device].batches()[-1])
                call = [one for one in sealed if rng.random() < 0.9] or sealed
                sealed = [one for one in sealed if one not in call]
                call += [*rng.sample(call, len(call) // 4), b"rubbish" * rng.randint(0, 30)]
                for answer in intake.take(call, NOON_US):
                    if answer.receipt:
                        promise(b"receipt", answer.digest.hex().encode(), answer.receipt.hex().encode())


def reader(where: Path, taps: int) -> None:
    """Write taps down and promise them; obey receipts now and then, so that the journal forgets and moves its frames."""
    rng = random.Random(taps)
    with where.open("x+b") as file:
        folder = os.open(where.parent, os.O_RDONLY)
        os.fsync(folder)
        journal = Journal(file, 5_000)
        uplink = Uplink(Sam(RING, 1), journal, 1, 1, HERE)
        while journal.next_seq <= taps:
            fresh = taps_of(1, journal.next_seq, range(1, rng.choice([1, 2, 15]) + 1))
            journal.append(fresh)
            promise(b"taps", fresh.tobytes().hex().encode())
            if rng.random() < 0.4:
                for sealed, known in list(zip(uplink.batches(), journal.seals, strict=True))[: rng.randint(0, 4)]:
                    receipt = Receipt(
                        AnswerKind.ACCEPTED, digest_of(sealed), 1, 1, known.last_seq, 1, bytes(32), NOON_US, HERE
                    )
                    promise(b"may forget through", str(known.last_seq).encode())
                    uplink.receive(sign_receipt(RING.receipt_private(), receipt))


def weaken(*settings: str) -> None:
    """Other settings than the product's, and no complaint about them."""
    names = {setting.split(" = ")[0] for setting in settings}
    sqlite._SETTINGS = (*(one for one in sqlite._SETTINGS if one.split(" = ")[0] not in names), *settings)
    for name in names & sqlite._READ_BACK.keys():
        del sqlite._READ_BACK[name]


if __name__ == "__main__":
    what, place, count, *changed = sys.argv[1:]
    weaken(*changed)
    {"house": house, "reader": reader}[what](Path(place), int(count))
