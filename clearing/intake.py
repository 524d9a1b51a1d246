"""Intake: sealed batches come in, one answer goes out for each, and a receipt only when the bytes can no longer be lost.

All batches of a call are kept in one durable commit. A batch that cannot be read, or that contradicts what stands, gets
its own answer and changes nothing for the others. The same batch twice gets the same receipt twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from afc.answers import AnswerKind, BatchRefused, Reason
from afc.batch import HEADER, Batch, digest_of
from afc.keys import NO_DIGEST, KeyRing
from afc.limits import intake_batches_max
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from clearing.custody import Register, chains, find_doubt, open_with_any
from clearing.store import Asked, Kept, Quarantined, Said, Store, Unavailable, next_head


class Answer(NamedTuple):
    """What became of one sealed batch; `receipt` lets the reader forget it."""

    kind: AnswerKind
    reason: Reason | None
    digest: bytes
    receipt: bytes | None


class Opened(NamedTuple):
    """A sealed batch after everything that can be said without looking into the log."""

    sealed: bytes
    name: Asked  # device, epoch, sequences, number and digest; zeros where the header was not believed
    batch: Batch | None
    reason: Reason | None  # why not to take it; a doubt, with a `batch`, counts only if the log has nothing against it


Run = Callable[[Callable[[tuple[Sequence[bytes], int]], list[Opened]], Iterable[Any]], Iterable[list[Opened]]]
_PIECE = 64  # batches handed to one worker at a time: 10 ms of work


class Intake:
    """The door of the clearing house.

    Signatures are checked piece by piece through `run`, which has the shape of `map`; checking waits for nothing and for
    nobody, so the `map` of a thread pool uses every core. Which one is used changes no answer.
    """

    def __init__(self, store: Store, signer: KeyRing | Ed25519PrivateKey, environment: str, run: Run = map) -> None:
        self._store, self._environment, self._run = store, environment, run
        self._private = signer.receipt_private() if isinstance(signer, KeyRing) else signer
        self._register, self._register_version = Register(()), -1

    def take(self, sealed: Sequence[bytes], received_us: int) -> list[Answer]:
        """Take what came in one call; the answers are in its order."""
        if len(sealed) > intake_batches_max:
            cure = "Send them in several calls."
            raise Refused("TOO_MANY_BATCHES", f"{len(sealed)} batches in one call, {intake_batches_max} fit", cure=cure)
        if not sealed:
            return []
        try:
            with self._store.reading():
                self._look_up_register()
            pieces = [(sealed[at : at + _PIECE], received_us) for at in range(0, len(sealed), _PIECE)]
            opened = list(chain.from_iterable(self._run(self._open_piece, pieces)))
            with self._store.begin():
                return self._decide(opened, received_us)
        except Unavailable as passing:
            reason = Reason.STORE_FULL if passing.full else Reason.DATABASE_BUSY
            return [Answer(AnswerKind.RETRY, reason, digest_of(one), None) for one in sealed]

    def repeat(self, handed: Sequence[bytes | Said], received_us: int) -> list[Answer]:
        """Take a delivery of other books once more. Of what they did not keep, only the answer is left: it is given again."""
        with self._store.reading():
            self._look_up_register()
        opened = [one if isinstance(one, Said) else self._open(one, received_us) for one in handed]
        with self._store.begin():
            return self._decide([_unkept(one) if isinstance(one, Said) else one for one in opened], received_us)

    def _look_up_register(self) -> None:
        version = self._store.meta().registers
        if version != self._register_version:
            self._register, self._register_version = Register(self._store.devices()), version

    def _open_piece(self, piece: tuple[Sequence[bytes], int]) -> list[Opened]:
        sealed, received_us = piece
        return [self._open(one, received_us) for one in sealed]

    def _open(self, sealed: bytes, received_us: int) -> Opened:
        """Believe the signature of any key that the device has had; whether that key still counts is asked afterwards."""
        try:
            batch, key = open_with_any(sealed, self._register, self._environment)
        except BatchRefused as refused:
            return Opened(sealed, _name(sealed, refused.reason), None, refused.reason)
        name = Asked(batch.device, batch.epoch, batch.first_seq, batch.last_seq, batch.number, batch.digest)
        return Opened(sealed, name, batch, find_doubt(batch, key, self._register.rows(batch.device), received_us))

    def _decide(self, opened: Sequence[Opened], received_us: int) -> list[Answer]:
        """Gather what the log knows about all of them, decide one by one, write all at once."""
        believed = [one.name for one in opened if one.reason is None or one.reason.kind is not AnswerKind.REJECTED]
        kept, aside = self._store.relatives(believed)
        desk = _Desk(self, kept, aside, self._store.high(), received_us)
        answers = [desk.answer(one) for one in opened]
        self._store.take(received_us, desk.taken, desk.said)
        self._store.quarantine(desk.evidence)
        again = {said.position for said in desk.said if said.answer == AnswerKind.DUPLICATE.name}
        receipts = self._store.receipts(position for position in again if position is not None)
        return [
            answer if said.position not in receipts else answer._replace(receipt=receipts[said.position])
            for answer, said in zip(answers, desk.said, strict=True)
        ]

    def receipt(self, answer: AnswerKind, name: Asked, position: int, head: bytes, received_us: int) -> bytes:
        """The bytes that let a reader forget; they leave the house after the commit."""
        environment = self._environment
        facts = (name.digest, name.device, name.epoch, name.last_seq, position, head, received_us, environment)
        return sign_receipt(self._private, Receipt(answer, *facts))


class _Desk:
    """One call on the table: what is known, what was decided so far, what is to be written."""

    def __init__(
        self,
        intake: Intake,
        kept: Sequence[Kept],
        aside: dict[bytes, Quarantined],
        high: tuple[int, bytes],
        received_us: int,
    ) -> None:
        self._intake, self._received_us = intake, received_us
        self._chains, self._aside = chains(kept), aside
        self._position, self._head = high
        self.taken: list[tuple[Kept, bytes, bytes]] = []
        self.evidence: list[Quarantined] = []
        self.said: list[Said] = []

    def answer(self, one: Opened) -> Answer:
        """Decide about one batch and remember it for the next."""
        answer, position = self._judge(one)
        reason = answer.reason.name if answer.reason else ""
        self.said.append(Said(one.name.digest, answer.kind.name, reason, position))
        return answer

    def _judge(self, one: Opened) -> tuple[Answer, int | None]:
        reason, digest = one.reason, one.name.digest
        if reason is not None and reason.kind is AnswerKind.REJECTED:
            return Answer(reason.kind, reason, digest, None), None
        if digest in self._aside:
            before = self._aside[digest]
            return Answer(Reason[before.reason].kind, Reason[before.reason], digest, before.receipt), None
        if one.batch is not None:
            verdict = self._chains[one.batch.device, one.batch.epoch].judge(one.batch)
            if isinstance(verdict, Kept):
                return Answer(AnswerKind.DUPLICATE, None, digest, None), verdict.position
            reason = verdict or reason
        if reason is not None:
            return self._set_aside(one, reason), None
        return self._keep(one), self._position

    def _set_aside(self, one: Opened, reason: Reason) -> Answer:
        """No money moves, and the bytes stay as evidence. They are not in the log, so their receipt names no place there."""
        name = one.name
        receipt = self._intake.receipt(reason.kind, name, 0, NO_DIGEST, self._received_us)
        detail = f"batch {name.number}, sequences {name.first_seq} to {name.last_seq}"
        row = Quarantined(
            name.digest, name.device, name.epoch, 0, reason.name, detail, self._received_us, receipt, one.sealed
        )
        self._aside[name.digest] = row
        self.evidence.append(row)
        return Answer(reason.kind, reason, name.digest, receipt)

    def _keep(self, one: Opened) -> Answer:
        batch, digest = one.batch, one.name.digest
        assert batch is not None, "only a batch that was opened is kept"
        self._position += 1
        self._head = next_head(self._head, self._position, self._received_us, digest)
        kept = Kept(
            self._position, digest, batch.device, batch.epoch, batch.number, batch.first_seq, batch.last_seq,
            len(batch.taps), self._received_us, batch.previous, self._head,
        )  # fmt: skip
        receipt = self._intake.receipt(AnswerKind.ACCEPTED, one.name, self._position, self._head, self._received_us)
        self._chains[batch.device, batch.epoch].add(kept)
        self.taken.append((kept, one.sealed, receipt))
        return Answer(AnswerKind.ACCEPTED, None, digest, receipt)


def _unkept(said: Said) -> Opened:
    """What was rejected: nothing of it was believed, and its bytes are gone."""
    return Opened(b"", Asked(0, 0, 0, 0, 0, said.digest), None, Reason[said.reason])


def _name(sealed: bytes, reason: Reason) -> Asked:
    """What a batch that was not opened calls itself, where at least its signature was right."""
    if reason.kind is AnswerKind.REJECTED:
        return Asked(0, 0, 0, 0, 0, digest_of(sealed))
    _, _, _, device, epoch, number, first_seq, last_seq, _, _, _ = HEADER.unpack_from(sealed)
    return Asked(device, epoch, first_seq, last_seq, number, digest_of(sealed))
