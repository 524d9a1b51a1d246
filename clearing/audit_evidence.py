"""Checks of the evidence: batches, receipts, sequences, the log's chain, and what was answered.

Each yields once for each thing that it looks at: None where it is right, a sentence where it is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

from afc.answers import AnswerKind
from afc.batch import digest_of
from afc.receipt import Receipt, open_receipt
from afc.refusal import Refused
from clearing.custody import Register, open_with_any
from clearing.decision import Decision
from clearing.gaps import by_reader, holes
from clearing.lost import shortfalls_of
from clearing.store import FIRST_HEAD, Kept, Store, next_head

PIECE = 512
"""So many receipts are looked at together: a tenth of a second."""


def batches_once(store: Store) -> Iterator[str | None]:
    """I5: a batch, its digest and its number stand in the log once."""
    digests: set[bytes] = set()
    numbers: set[tuple[int, int, int]] = set()
    for kept in store.log():
        number = (kept.device, kept.epoch, kept.number)
        again = kept.digest in digests or number in numbers
        digests.add(kept.digest)
        numbers.add(number)
        yield f"position {kept.position} repeats {_of(kept)}" if again else None


def revoked_are_silent(store: Store) -> Iterator[str | None]:
    """I23: of a reader out of trust, no batch stands behind the position at which it was revoked."""
    last = store.last_trusted()
    for kept in store.log():
        if kept.device in last:
            late = kept.position > last[kept.device]
            yield f"position {kept.position} is of a reader revoked at {last[kept.device]}" if late else None


def sequences_once(store: Store) -> Iterator[str | None]:
    """I6: no sequence number of a device was accepted twice."""
    for mine in by_reader(store.log()):
        for before, kept in zip([None, *mine], mine, strict=False):
            taken = before is not None and kept.first_seq <= before.last_seq
            yield f"position {kept.position} takes sequence {kept.first_seq} of {_of(kept)} again" if taken else None


def receipts_kept(store: Store, public: bytes, run: Any = map) -> Iterator[str | None]:
    """I7: what a reader was told to forget is here, and says what the receipt says; every batch has its receipt."""
    log = {kept.position: kept for kept in store.log()}
    given, seen = list(store.given_receipts()), 0
    pieces = [[data for _, data in given[at : at + PIECE]] for at in range(0, len(given), PIECE)]
    opened = chain.from_iterable(run(partial(opened_receipts, public, store.meta().environment), pieces))
    for (position, _), receipt in zip(given, opened, strict=True):
        seen += 1
        if isinstance(receipt, str):
            yield f"the receipt at position {position} cannot be believed: {receipt}"
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


def opened_receipts(public: bytes, environment: str, given: Sequence[bytes]) -> list[Receipt | str]:
    """What receipts say; of one that cannot be believed, why."""
    found: list[Receipt | str] = []
    for data in given:
        try:
            found.append(open_receipt(data, public, environment))
        except Refused as refused:
            found.append(refused.what)
    return found


def sequences_complete(store: Store) -> Iterator[str | None]:
    """I8: from 1 to the highest sequence number, everything has come or was declared lost."""
    lacking = [hole.gap for hole in holes(store.log(), store.waivers(), store.epoch_orders()) if hole.waiver is None]
    count = Counter((gap.device, gap.epoch) for gap in lacking)
    for gap in lacking:
        where = f"device {gap.device}, epoch {gap.epoch}"
        many = f"{count[gap.device, gap.epoch]} gaps of this device"
        yield f"{where} lacks sequences {gap.first_seq} to {gap.last_seq} ({many})"
    yield from (None for _ in store.log())


def lost_is_known(store: Store) -> Iterator[str | None]:
    """I8: only numbers that their reader had used were declared lost, and each date says what it lacked when it closed."""
    high = {(order.device, order.epoch - 1): order.closed_seq for order in store.epoch_orders()}
    for mine in by_reader(store.log()):
        reader = (mine[0].device, mine[0].epoch)
        high[reader] = max(mine[-1].last_seq, high.get(reader, 0))
    for waiver in store.waivers():
        past = waiver.last_seq > high.get((waiver.device, waiver.epoch), 0)
        where = f"device {waiver.device}, epoch {waiver.epoch}"
        yield f"waiver {waiver.number} declares lost what {where} never used" if past else None
    for day in store.days():
        if day.state == "closed":
            same = store.shortfalls(day.clearing_date) == shortfalls_of(store, day.clearing_date)
            yield None if same else f"{day.clearing_date} does not say what it lacked when it was closed"


def chain_holds(store: Store) -> Iterator[str | None]:
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


def bytes_are_whole(store: Store) -> Iterator[str | None]:
    """I18: the bytes of each batch still have the digest under which they were taken."""
    names = {kept.position: kept.digest for kept in store.log()}
    last = max(names, default=0)
    for position, sealed in store.accepted(1, last):
        yield None if digest_of(sealed) == names[position] else f"the bytes at position {position} were changed"


def signatures_hold(store: Store) -> Iterator[str | None]:
    """I18: each batch still opens under a key that its reader has had."""
    register, environment, (last, _) = Register(store.devices()), store.meta().environment, store.high()
    for position, sealed in store.accepted(1, last):
        try:
            open_with_any(sealed, register, environment)
        except Refused as refused:
            yield f"the batch at position {position} cannot be believed: {refused.what}"
        else:
            yield None


def four_eyes(store: Store) -> Iterator[str | None]:
    """I17: each act was made by two different people, for a reason."""
    acts = [(f"act {act.number}", Decision(act.first, act.second, act.because)) for act in store.acts()]
    acts += [(f"waiver {one.number}", Decision(one.first, one.second, one.because)) for one in store.waivers()]
    acts += [(f"ruling {one.name}", Decision(one.first, one.second, one.because)) for one in store.rulings()]
    for name, (first, second, because) in acts:
        two = first and second and first.casefold() != second.casefold()
        yield None if two and because.strip() else f"{name} was not made by two people for a reason"


def left_by_an_act(store: Store) -> Iterator[str | None]:
    """I26: what left quarantine left by an act, and each act let in what was in quarantine."""
    aside = {row.digest for row in store.quarantined() if not row.seq}
    acts = {act.digest: act for act in store.acts()}
    log = {kept.digest: kept.position for kept in store.log()}
    for digest, position in log.items():
        yield (
            f"the batch at position {position} left quarantine without an act"
            if digest in aside - acts.keys()
            else None
        )
    for digest, act in acts.items():
        if digest not in aside:
            yield f"act {act.number} let in what was never in quarantine"
        elif log.get(digest) != act.position:
            yield f"act {act.number} let in position {act.position}, and that batch is not there"


def nothing_vanishes(store: Store) -> Iterator[str | None]:
    """I19: everything handed over was accepted, a duplicate, in conflict, rejected or quarantined, and is accounted for."""
    log = {kept.position: kept.digest for kept in store.log()}
    aside = {row.digest for row in store.quarantined()}
    lines: Counter[int] = Counter()
    accepted = {act.position for act in store.acts() if log.get(act.position) == act.digest}
    for said in store.submissions():
        lines[said.delivery] += 1
        where = f"line {said.line} of delivery {said.delivery}"
        kind = AnswerKind[said.answer]
        if kind in (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE):
            accepted.add(said.position or 0)
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


def _of(kept: Kept) -> str:
    return f"device {kept.device}, epoch {kept.epoch}, batch {kept.number}"
