"""Audit: do the books and the evidence still say what they said? Checked from what is stored, and from nothing else.

Every check has the number and name of the invariant that it guards, counts what it looked at, and shows the first thing
that breaks it. A check does not trust the database's own laws: it is there for the day on which somebody went around them.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from afc.answers import AnswerKind
from afc.batch import digest_of
from afc.money import exponent
from afc.receipt import open_receipt
from afc.refusal import Refused
from clearing.bank import read_pain001
from clearing.netting import positions, receivers
from clearing.store import FIRST_HEAD, Kept, Store, next_head

FLOAT_MOVERS = {"opening", "load", "charge", "late", "discrepancy"}


class Finding(NamedTuple):
    """What one check found."""

    invariant: str
    name: str
    ok: bool
    checked: int
    first_offender: str = ""


class Gap(NamedTuple):
    """Sequence numbers of a device that have not come, both ends included."""

    device: int
    epoch: int
    first_seq: int
    last_seq: int


Check = Callable[[Store], Iterator[str | None]]
"""Yields once for each thing checked: None where it is right, a sentence where it is not."""


def audit(
    store: Store, receipt_public: bytes, purses: Mapping[str, int] | None = None, folder: Path | None = None
) -> list[Finding]:
    """Every check over one moment of the store.

    `purses` says what the cards of each issuer hold, where that is known. Statements and payment files are looked for
    below `folder`, or where the books lie.
    """
    where = folder or store.folder
    with store.reading():
        findings = [_find(invariant, name, check(store)) for invariant, name, check in CHECKS]
        findings.append(_find("I10", "statements are the files that were published", _statements(store, where)))
        findings.append(_find("I11", "positions net to zero and are what was paid", _settlements(store, where)))
        findings.append(_find("I7", "every receipt has its batch", _receipts(store, receipt_public)))
        if purses is not None:
            findings.append(_find("I2", "card value in the books is what the cards hold", _purses(store, purses)))
    return findings


def gaps(store: Store) -> list[Gap]:
    """What is missing between the first and the last sequence number that a device has sent."""
    return [gap for gap, _ in _holes(store)]


def _find(invariant: str, name: str, checked: Iterator[str | None]) -> Finding:
    count, first = 0, ""
    for offence in checked:
        count += 1
        first = first or offence or ""
    return Finding(invariant, name, not first, count, first)


def _entries_balance(store: Store) -> Iterator[str | None]:
    """I1: the postings of each entry sum to zero, and no posting stands without its entry."""
    for number, kind, cause, lines, total in store.raw_entries():
        if not kind:
            yield f"{lines} postings name entry {number}, which is not there"
        elif not lines:
            yield f"entry {number} ({kind} {cause}) has no postings"
        else:
            yield f"entry {number} ({kind} {cause}) is out of balance by {total}" if total else None


def _entries_unchanged(store: Store) -> Iterator[str | None]:
    """I1: each entry is still what was posted."""
    for number, name, written in store.written():
        yield None if hashlib.sha256(written).digest() == name else f"entry {number} is not what was posted"


def _accounts_sum_to_zero(store: Store) -> Iterator[str | None]:
    """I2: all accounts together are zero."""
    total = sum(store.balances().values())
    yield f"all accounts together are {total}" if total else None


def _float_is_explained(store: Store) -> Iterator[str | None]:
    """I2: what is on cards is opening plus loads minus charges, so nothing else may touch it."""
    for account, kind, minor in store.moved("float"):
        yield None if kind in FLOAT_MOVERS else f"{account} was moved by {minor} by entries of kind {kind}"


def _purses(store: Store, purses: Mapping[str, int]) -> Iterator[str | None]:
    """I2: the books owe riders exactly what their cards say."""
    books = {
        account.partition(":")[2]: -minor for account, minor in store.balances().items() if account.startswith("float:")
    }
    for issuer in sorted(books.keys() | purses.keys()):
        in_books, on_cards = books.get(issuer, 0), purses.get(issuer, 0)
        yield None if in_books == on_cards else f"{issuer}: the books say {in_books}, the cards hold {on_cards}"


def _batches_once(store: Store) -> Iterator[str | None]:
    """I5: a batch, its digest and its number stand in the log once."""
    digests: set[bytes] = set()
    numbers: set[tuple[int, int, int]] = set()
    for kept in store.log():
        number = (kept.device, kept.epoch, kept.number)
        again = kept.digest in digests or number in numbers
        digests.add(kept.digest)
        numbers.add(number)
        yield f"position {kept.position} repeats {_of(kept)}" if again else None


def _sequences_once(store: Store) -> Iterator[str | None]:
    """I6: no sequence number of a device was accepted twice."""
    for mine in _by_device(store):
        for before, kept in zip([None, *mine], mine, strict=False):
            taken = before is not None and kept.first_seq <= before.last_seq
            yield f"position {kept.position} takes sequence {kept.first_seq} of {_of(kept)} again" if taken else None


def _receipts(store: Store, public: bytes) -> Iterator[str | None]:
    """I7: what a reader was told to forget is here, and says what the receipt says; every batch has its receipt."""
    log = {kept.position: kept for kept in store.log()}
    environment = store.meta().environment
    seen = 0
    for position, data in store.given_receipts():
        seen += 1
        try:
            receipt = open_receipt(data, public, environment)
        except Refused as refused:
            yield f"the receipt at position {position} cannot be believed: {refused.what}"
            continue
        kept = log.get(receipt.position)
        if kept is None or (kept.digest, kept.head, kept.last_seq) != (
            receipt.digest,
            receipt.head,
            receipt.through_seq,
        ):
            yield f"device {receipt.device} holds a receipt for position {receipt.position}, and that batch is not there"
        else:
            yield None
    if seen < len(log):
        yield f"{len(log) - seen} batches have no receipt"


def _sequences_complete(store: Store) -> Iterator[str | None]:
    """I8: from 1 to the highest sequence number, everything has come."""
    for gap, count in _holes(store):
        where = f"device {gap.device}, epoch {gap.epoch}"
        yield f"{where} lacks sequences {gap.first_seq} to {gap.last_seq} ({count} gaps of this device)"
    yield from (None for _ in store.log())


def _closed_is_closed(store: Store) -> Iterator[str | None]:
    """I10: a closed day is what it was when it was closed."""
    for day in store.days():
        if day.state == "closed":
            same = store.day_digest(day.clearing_date) == day.digest
            yield None if same else f"{day.clearing_date} is not what was closed"


def _statements(store: Store, folder: Path) -> Iterator[str | None]:
    """I10: what operators were told lies where it was published, unchanged."""
    for day in store.days():
        for told in store.statements(day.clearing_date):
            same = _digest_of(folder / told.file) == told.digest
            yield None if same else f"{told.file} is not the statement that was published"


def _settlements(store: Store, folder: Path) -> Iterator[str | None]:
    """I11: positions net to zero, and the payment file pays exactly those that are above zero."""
    for settlement in store.settlements():
        sums = store.balances(settlement.first_date, settlement.last_date)
        if sum(sums.values()):
            yield f"cycle {settlement.cycle}: positions do not net to zero"
            continue
        payments = store.payments(settlement.cycle)
        if {payment.party: payment.minor for payment in payments} != receivers(positions(sums)):
            yield f"cycle {settlement.cycle}: the payments are not the positions"
            continue
        path = folder / settlement.file
        lines = {payment.end_to_end: payment.minor for payment in payments}
        if _digest_of(path) != settlement.digest:
            yield f"cycle {settlement.cycle}: {settlement.file} is not the file that was written"
        elif read_pain001(path.read_bytes(), exponent(settlement.currency)) != lines:
            yield f"cycle {settlement.cycle}: {settlement.file} pays something else"
        else:
            yield None


def _chain_holds(store: Store) -> Iterator[str | None]:
    """I18: positions run without a hole, and each head follows from the one before."""
    position, head = 0, FIRST_HEAD
    for kept in store.log():
        position, head = position + 1, next_head(head, position + 1, kept.received_us, kept.digest)
        if kept.position != position:
            yield f"position {position} is missing"
        elif kept.head != head:
            yield f"the head at position {position} does not follow from what is before it"
        else:
            yield None
        position, head = kept.position, kept.head


def _bytes_are_whole(store: Store) -> Iterator[str | None]:
    """I18: the bytes of each batch still have the digest under which they were taken."""
    names = {kept.position: kept.digest for kept in store.log()}
    last = max(names, default=0)
    for position, sealed in store.accepted(1, last):
        yield None if digest_of(sealed) == names[position] else f"the bytes at position {position} were changed"


def _nothing_vanishes(store: Store) -> Iterator[str | None]:
    """I19: everything handed over was accepted, a duplicate, in conflict, rejected or quarantined, and is accounted for."""
    log = {kept.position: kept.digest for kept in store.log()}
    aside = {row.digest for row in store.quarantined()}
    lines: Counter[int] = Counter()
    accepted = set()
    for said in store.submissions():
        lines[said.delivery] += 1
        where = f"line {said.line} of delivery {said.delivery}"
        kind = AnswerKind[said.answer]
        if kind in (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE):
            accepted.add(said.position)
            right = said.position is not None and log.get(said.position) == said.digest
            yield None if right else f"{where} was answered {said.answer}, and the batch is not in the log"
        elif kind in (AnswerKind.CONFLICT, AnswerKind.QUARANTINED):
            yield None if said.digest in aside else f"{where} was set aside, and its bytes are gone"
        else:
            yield None
    for delivery, _, batches in store.deliveries():
        if lines[delivery] != batches:
            yield f"delivery {delivery} brought {batches} batches and got {lines[delivery]} answers"
    if log.keys() - accepted:
        yield f"position {min(log.keys() - accepted)} stands in the log and was never answered"


def _by_device(store: Store) -> Iterator[list[Kept]]:
    mine: defaultdict[tuple[int, int], list[Kept]] = defaultdict(list)
    for kept in store.log():
        mine[kept.device, kept.epoch].append(kept)
    yield from (sorted(mine[key], key=lambda kept: kept.first_seq) for key in sorted(mine))


def _holes(store: Store) -> Iterator[tuple[Gap, int]]:
    """Gaps, each with how many its device has."""
    for mine in _by_device(store):
        found, through = [], 0
        for kept in mine:
            if kept.first_seq > through + 1:
                found.append(Gap(kept.device, kept.epoch, through + 1, kept.first_seq - 1))
            through = max(through, kept.last_seq)
        yield from ((gap, len(found)) for gap in found)


def _digest_of(path: Path) -> bytes:
    """The digest of a file, or nothing where there is no file."""
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""


def _of(kept: Kept) -> str:
    return f"device {kept.device}, epoch {kept.epoch}, batch {kept.number}"


CHECKS: tuple[tuple[str, str, Check], ...] = (
    ("I1", "every entry is in balance", _entries_balance),
    ("I1", "every entry is what was posted", _entries_unchanged),
    ("I2", "all accounts sum to zero", _accounts_sum_to_zero),
    ("I2", "card value is opening plus loads minus charges", _float_is_explained),
    ("I5", "every batch stands once", _batches_once),
    ("I6", "every sequence number was accepted once", _sequences_once),
    ("I8", "no sequence number is missing", _sequences_complete),
    ("I10", "closed days have not changed", _closed_is_closed),
    ("I18", "the log's chain holds", _chain_holds),
    ("I18", "the bytes of every batch are whole", _bytes_are_whole),
    ("I19", "nothing that was handed over has vanished", _nothing_vanishes),
)
