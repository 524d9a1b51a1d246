"""The evidence: every sealed batch as it came, in one order that never changes, and every answer that was given.

Each position of the log carries a head, a digest over all that came before it. Receipts quote it, so nobody, not even
the clearing house, can take a batch out again without some receipt telling.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, delete, func, select

from clearing.store import tables
from clearing.store.ground import Ground

FIRST_HEAD = bytes(32)
_PAGE = 512  # batches read at once: 8 MB
_KEPT = tables.batch.c
_KEPT_COLUMNS = [column for column in tables.batch.c if column.name != "sealed"]


class Kept(NamedTuple):
    """A batch in the log, without its bytes."""

    position: int
    digest: bytes
    device: int
    epoch: int
    number: int
    first_seq: int
    last_seq: int
    taps: int
    received_us: int
    previous: bytes
    head: bytes
    parameters: int = 0
    lists: int = 0


class Said(NamedTuple):
    """What was answered to one sealed batch; `position` is the batch of the log that the answer speaks of."""

    digest: bytes
    answer: str
    reason: str
    position: int | None


class Answered(NamedTuple):
    """The same, with the line of the delivery to which it was said."""

    delivery: int
    line: int
    digest: bytes
    answer: str
    reason: str
    position: int | None


class Quarantined(NamedTuple):
    """Bytes that are not money until a person has looked; `seq` 0 is a whole batch."""

    digest: bytes
    device: int
    epoch: int
    seq: int
    reason: str
    detail: str
    at_us: int
    receipt: bytes
    content: bytes


class Asked(NamedTuple):
    """What a call wants to know about: a batch's numbers and its digest."""

    device: int
    epoch: int
    first_seq: int
    last_seq: int
    number: int
    digest: bytes


def next_head(head: bytes, position: int, received_us: int, digest: bytes) -> bytes:
    """The head of the log after one more batch: SHA-256 over the head before, position and arrival (8 bytes each,
    little-endian) and the batch's digest."""
    return hashlib.sha256(head + position.to_bytes(8, "little") + received_us.to_bytes(8, "little") + digest).digest()


def _related() -> tuple[Select[Any], Select[Any]]:
    """Kept batches beside those that are asked about by number, and those that share sequence numbers with them."""
    asked, other = tables.asked.c, tables.batch.alias()
    same = and_(_KEPT.device == asked.device, _KEPT.epoch == asked.epoch)
    kept = select(*_KEPT_COLUMNS).join(tables.asked, same)
    last_before_end = (
        select(func.max(other.c.first_seq))
        .where(other.c.device == asked.device, other.c.epoch == asked.epoch, other.c.first_seq <= asked.last_seq)
        .correlate(tables.asked)
        .scalar_subquery()
    )
    return (
        kept.where(_KEPT.number.between(asked.number - 1, asked.number + 1)),
        kept.where(_KEPT.first_seq == last_before_end, _KEPT.last_seq >= asked.first_seq),
    )


# Asked with every call of the intake: putting a question into words takes longer than answering it, so it is done once.
_RELATED, _FORGET_ASKED = _related(), delete(tables.asked)
_ASIDE = (
    select(tables.quarantine)
    .join(tables.asked, tables.quarantine.c.digest == tables.asked.c.digest)
    .where(tables.quarantine.c.seq == 0, tables.quarantine.c.digest.not_in(select(tables.act.c.digest)))
)
_NEWEST = select(_KEPT.position, _KEPT.head).order_by(_KEPT.position.desc()).limit(1)
_LAST_DELIVERY = select(func.max(tables.delivery.c.delivery))
_LAST_QUARANTINED = select(func.max(tables.quarantine.c.id))


class Evidence(Ground):
    """Questions about what came in and what was answered."""

    def high(self) -> tuple[int, bytes]:
        """The last position of the log and its head."""
        row = self._row(_NEWEST)
        return (row.position, row.head) if row else (0, FIRST_HEAD)

    def last_seq(self, device: int, epoch: int) -> int:
        """The highest number of a reader's epoch that has come; 0 before the first."""
        mine = (tables.batch.c.device == device, tables.batch.c.epoch == epoch)
        return self._number(select(func.max(tables.batch.c.last_seq)).where(*mine))

    def relatives(self, batches: Sequence[Asked]) -> tuple[list[Kept], dict[bytes, Quarantined]]:
        """Every kept batch that one of these repeats, contradicts, follows or precedes, and whatever of these is still in
        quarantine, by digest. The whole call asks at once."""
        self._do(_FORGET_ASKED)
        self._insert(tables.asked, batches)
        kept = {row.position: Kept(*row) for question in _RELATED for row in self._rows(question)}
        quarantined = (Quarantined(*row[1:]) for row in self._rows(_ASIDE))
        return list(kept.values()), {row.digest: row for row in quarantined}

    def receipts(self, positions: Iterable[int]) -> dict[int, bytes]:
        """The receipts once given for these positions."""
        wanted, found = sorted(set(positions)), {}
        for start in range(0, len(wanted), _PAGE):
            page = tables.receipt.c.position.in_(wanted[start : start + _PAGE])
            found.update({row.position: row.bytes for row in self._rows(select(tables.receipt).where(page))})
        return found

    def take(self, received_us: int, kept: Sequence[tuple[Kept, bytes, bytes]], answers: Sequence[Said]) -> None:
        """Keep batches (each with its sealed bytes and its receipt) and note what was answered to one delivery."""
        self.keep(kept)
        delivery = 1 + self._number(_LAST_DELIVERY)
        self._insert(tables.delivery, [(delivery, received_us, len(answers))])
        self._insert(tables.submission, [(delivery, line, *answer) for line, answer in enumerate(answers, start=1)])

    def keep(self, kept: Sequence[tuple[Kept, bytes, bytes]]) -> None:
        """Add batches to the log, each with its sealed bytes and its receipt."""
        self._insert(tables.batch, [(*batch, sealed) for batch, sealed, _ in kept])
        self._insert(tables.receipt, [(batch.position, receipt) for batch, _, receipt in kept])

    def quarantine(self, rows: Sequence[Quarantined]) -> None:
        """Keep bytes as evidence; the same bytes are kept once, however often they come."""
        known = self._quarantined_already(rows)
        fresh = list(
            {(row.digest, row.seq): row for row in reversed(rows) if (row.digest, row.seq) not in known}.values()
        )
        number = self._number(_LAST_QUARANTINED)
        self._insert(tables.quarantine, [(number + i, *row) for i, row in enumerate(reversed(fresh), start=1)])

    def quarantined(self) -> Iterator[Quarantined]:
        """Everything in quarantine, in order of arrival."""
        return (Quarantined(*row[1:]) for row in self._each(select(tables.quarantine).order_by(tables.quarantine.c.id)))

    def accepted(self, from_position: int, to_position: int) -> Iterator[tuple[int, bytes]]:
        """The sealed batches of the log between two positions, both included, in order."""
        while from_position <= to_position:
            page = self._rows(
                select(_KEPT.position, _KEPT.sealed)
                .where(_KEPT.position.between(from_position, to_position))
                .order_by(_KEPT.position)
                .limit(_PAGE)
            )
            if not page:
                return
            yield from ((row.position, row.sealed) for row in page)
            from_position = page[-1].position + 1

    def evidence_bytes(self) -> tuple[int, int, int]:
        """How many batches stand in the log, and the bytes of them and of their receipts."""
        sealed = self._number(select(func.sum(func.length(tables.batch.c.sealed))))
        receipts = self._number(select(func.sum(func.length(tables.receipt.c.bytes))))
        return self.high()[0], sealed, receipts

    def find_batch(self, device: int, epoch: int, seq: int) -> Kept | None:
        """The accepted batch that carries one tap of a reader."""
        holds = and_(_KEPT.device == device, _KEPT.epoch == epoch, _KEPT.first_seq <= seq, _KEPT.last_seq >= seq)
        row = self._row(select(*_KEPT_COLUMNS).where(holds))
        return Kept(*row) if row else None

    def find_digest(self, digest: bytes) -> tuple[Kept, bytes] | Quarantined | None:
        """A sealed batch by its name: in the log, with its receipt; set aside; or never seen."""
        given = select(*_KEPT_COLUMNS, tables.receipt.c.bytes).join(
            tables.receipt, tables.receipt.c.position == _KEPT.position
        )
        if row := self._row(given.where(_KEPT.digest == digest)):
            return Kept(*row[:-1]), row[-1]
        held = select(tables.quarantine).where(tables.quarantine.c.digest == digest, tables.quarantine.c.seq == 0)
        return Quarantined(*row[1:]) if (row := self._row(held)) else None

    def log(self) -> Iterator[Kept]:
        """Every batch of the log in order, without its bytes."""
        return (Kept(*row) for row in self._each(select(*_KEPT_COLUMNS).order_by(_KEPT.position)))

    def given_receipts(self) -> Iterator[tuple[int, bytes]]:
        """Every receipt with the position that it is for."""
        return ((row[0], row[1]) for row in self._each(select(tables.receipt).order_by(tables.receipt.c.position)))

    def deliveries(self) -> Iterator[tuple[int, int, int]]:
        """Every call with its number, its moment and how many batches it brought."""
        return (
            (row[0], row[1], row[2]) for row in self._each(select(tables.delivery).order_by(tables.delivery.c.delivery))
        )

    def submissions(self) -> Iterator[Answered]:
        """Every answer ever given, in order."""
        order = (tables.submission.c.delivery, tables.submission.c.line)
        return (Answered(*row) for row in self._each(select(tables.submission).order_by(*order)))

    def digests(self, from_position: int, to_position: int) -> dict[int, list[bytes]]:
        """The digests of each device's batches between two positions, sorted: the order of arrival does not count."""
        found: defaultdict[int, list[bytes]] = defaultdict(list)
        here = _KEPT.position.between(from_position, to_position)
        for row in self._each(select(_KEPT.device, _KEPT.digest).where(here)):
            found[row.device].append(row.digest)
        return {device: sorted(digests) for device, digests in found.items()}

    def _quarantined_already(self, rows: Sequence[Quarantined]) -> set[tuple[bytes, int]]:
        known: set[tuple[bytes, int]] = set()
        columns = tables.quarantine.c.digest, tables.quarantine.c.seq
        for start in range(0, len(rows), _PAGE):
            page = [row.digest for row in rows[start : start + _PAGE]]
            known.update((row[0], row[1]) for row in self._rows(select(*columns).where(columns[0].in_(page))))
        return known
