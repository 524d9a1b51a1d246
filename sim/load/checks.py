"""Checks after a load: is every receipt true, does the house show what it receipted, do its books hold what was sent?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from afc.answers import AnswerKind, MessageRefused
from afc.batch import digest_of, header_of
from afc.keys import KeyRing
from afc.receipt import Receipt, open_receipt
from clearing.store import Store
from sim.load.door import Door
from sim.load.pace import Pace
from sim.load.pool import money_in

IN_THE_LOG = (AnswerKind.ACCEPTED.name, AnswerKind.DUPLICATE.name)


class Custody(NamedTuple):
    """What became of the batches of a load, each counted once, however often it was sent.

    `unanswered` were sent and no answer came; `wrong` got a receipt that is none; `not_shown` have a true receipt, and the
    house has them not; `asked` is how many it was asked for.
    """

    sent: int
    receipted: list[int]
    unanswered: int
    wrong: int
    checked: int
    asked: int
    not_shown: int

    @property
    def lost(self) -> int:
        """Batches that are not safely with the house although it was given them."""
        return self.unanswered + self.wrong + self.not_shown


def custody(pace: Pace, ring: KeyRing, door: Door) -> Custody:
    """Look at every receipt, and ask the house for every batch that it receipted."""
    told, wrong = dict[int, list[bytes]](), set[int]()
    heard, sent = set[int](), set(pace.plan.batch[pace.tries > 0].tolist())
    checked = 0
    for i, answer in enumerate(pace.told):
        if answer is None:
            continue
        batch = int(pace.plan.batch[i])
        heard.add(batch)
        if answer.kind in IN_THE_LOG and door.receipts:
            checked += 1
            told.setdefault(batch, []).append(answer.receipt)
            if not is_true(answer.receipt, pace.batches[batch], ring):
                wrong.add(batch)
    wrong |= {batch for batch, receipts in told.items() if len(set(receipts)) > 1}  # twice the same is the same receipt
    receipted = sorted(told.keys() - wrong)
    shown = shown_by(door, [digest_of(pace.batches[batch]) for batch in receipted])
    return Custody(len(sent), receipted, len(sent - heard), len(wrong), checked, len(shown), shown.count(False))


def is_true(data: bytes, sealed: bytes, ring: KeyRing) -> bool:
    """Is this the house's signed word for exactly this batch?"""
    try:
        receipt: Receipt = open_receipt(data, ring.receipt_public(), ring.environment)
    except MessageRefused:
        return False
    header = header_of(sealed)
    named = receipt.digest, receipt.device, receipt.epoch, receipt.through_seq
    return named == (digest_of(sealed), header.device, header.epoch, header.last_seq)


def shown_by(door: Door, digests: Sequence[bytes]) -> list[bool]:
    """Which of these batches are there, by the books or by the house's own answer; nothing where neither can be asked."""
    if door.books:
        with Store.open(door.books) as store, store.reading():
            known = {kept.digest for kept in store.log()}
        return [digest in known for digest in digests]
    return door.shows(digests) if door.shows else []


def log_end(books: str) -> int:
    """How far the log goes."""
    with Store.open(books) as store, store.reading():
        return store.high()[0]


def unexplained_minor(pace: Pace, found: Custody, books: str, after: int) -> int:
    """Minor units by which the log behind a position differs from what was sent, every tap as a size: taps that the house
    receipted and has not, and taps of these readers that it has and nobody sent."""
    promised = {digest_of(pace.batches[batch]): pace.batches[batch] for batch in found.receipted}
    sent = promised | {digest_of(pace.batches[batch]): pace.batches[batch] for batch in pace.plan.batch.tolist()}
    readers = set(pace.devices)
    strange = 0
    with Store.open(books) as store, store.reading():
        for _, sealed in store.accepted(after + 1, store.high()[0]):
            digest = digest_of(sealed)
            promised.pop(digest, None)
            if digest not in sent and header_of(sealed).device in readers:
                strange += money_in(sealed)
        missing = sum(money_in(sealed) for digest, sealed in promised.items() if store.find_digest(digest) is None)
    return strange + missing
