"""Intake: sealed batches come in, one answer goes out for each, and a receipt only when the bytes can no longer be lost.

All batches of a call are kept in one durable commit. A batch that cannot be read, or that contradicts what stands, gets
its own answer and changes nothing for the others. The same batch twice gets the same receipt twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from afc.answers import AnswerKind, Reason
from afc.batch import digest_of
from afc.keys import NO_DIGEST, KeyRing
from afc.limits import intake_batches_max
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from clearing.custody import chains
from clearing.store import Asked, Kept, Quarantined, Said, Store, Unavailable
from clearing.unseal import Opened, Unseal, Unsealer


class Answer(NamedTuple):
    """What became of one sealed batch; `receipt` lets the reader forget it."""

    kind: AnswerKind
    reason: Reason | None
    digest: bytes
    receipt: bytes | None


class _Call(NamedTuple):
    """What was handed over together; `opened` waits until every seal has been looked at."""

    sealed: Sequence[bytes]
    received_us: int
    registers: int
    opened: Callable[[], list[Opened]]


class _Overtaken(Exception):
    """The registers have changed since the seals were looked at."""


class Intake:
    """The door of the clearing house.

    Signatures are checked by `unseal`, here or in other processes (`clearing.unseal`); where changes no answer.
    """

    def __init__(
        self, store: Store, signer: KeyRing | Ed25519PrivateKey, environment: str, unseal: Unseal | None = None
    ) -> None:
        self._store, self._environment = store, environment
        self._unseal = unseal or Unsealer(store, environment).later
        self._private = signer.receipt_private() if isinstance(signer, KeyRing) else signer

    def take(self, sealed: Sequence[bytes], received_us: int) -> list[Answer]:
        """Take what came in one call; the answers are in its order."""
        (answers,) = self.take_all([sealed], lambda: received_us)
        return answers

    def take_all(self, calls: Iterable[Sequence[bytes]], now_us: Callable[[], int]) -> Iterator[list[Answer]]:
        """Take one call after another; while one is being kept, the seals of the next are already looked at.

        Answers come call by call, in order, each after its own durable commit.
        """
        before: _Call | None = None
        for sealed in calls:
            begun = self._begin(sealed, now_us())
            if before:
                yield self._finish(before)
            before = begun
        if before:
            yield self._finish(before)

    def _begin(self, sealed: Sequence[bytes], received_us: int) -> _Call:
        if len(sealed) > intake_batches_max:
            what = f"{len(sealed)} batches in one call, {intake_batches_max} fit"
            raise Refused("TOO_MANY_BATCHES", what, cure="Send them in several calls.")
        try:
            with self._store.reading():
                registers = self._store.meta().registers
        except Unavailable as passing:
            return _Call(sealed, received_us, -1, partial(_raise, passing))
        return _Call(sealed, received_us, registers, self._unseal(sealed, registers, received_us))

    def _finish(self, call: _Call) -> list[Answer]:
        try:
            opened = call.opened()
            if not call.sealed:
                return []
            return self._store.write(lambda: self._decide_now(call, opened))
        except _Overtaken:  # a revocation, or another act of the scheme, came first: judge by what stands now
            return self._finish(self._begin(call.sealed, call.received_us))
        except Unavailable as passing:
            return [Answer(AnswerKind.RETRY, passing.reason, digest_of(one), None) for one in call.sealed]

    def repeat(self, handed: Sequence[bytes | Said], received_us: int) -> list[Answer]:
        """Take a delivery of other books once more. Of what they did not keep, only the answer is left: it is given again."""
        sealed = [b"" if isinstance(one, Said) else one for one in handed]
        with self._store.reading():
            registers = self._store.meta().registers
        opened = self._unseal(sealed, registers, received_us)()
        again = [_unkept(said) if isinstance(said, Said) else one for said, one in zip(handed, opened, strict=True)]
        return self._store.write(lambda: self._decide(sealed, again, received_us))

    def _decide_now(self, call: _Call, opened: Sequence[Opened]) -> list[Answer]:
        if self._store.meta().registers != call.registers:
            raise _Overtaken
        return self._decide(call.sealed, opened, call.received_us)

    def _decide(self, sealed: Sequence[bytes], opened: Sequence[Opened], received_us: int) -> list[Answer]:
        """Gather what the log knows about all of them, decide one by one, write all at once."""
        believed = [one.name for one in opened if one.reason is None or one.reason.kind is not AnswerKind.REJECTED]
        kept, aside = self._store.relatives(believed)
        desk = _Desk(self, kept, aside, self._store.high(), self._store.last_trusted(), received_us)
        answers = [desk.answer(one, raw) for one, raw in zip(opened, sealed, strict=True)]
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
        last_trusted: dict[int, int],
        received_us: int,
    ) -> None:
        self._intake, self._received_us = intake, received_us
        self._chains, self._aside = chains(kept), aside
        self._position, self._head = high
        self._last_trusted = last_trusted
        self.taken: list[tuple[Kept, bytes, bytes]] = []
        self.evidence: list[Quarantined] = []
        self.said: list[Said] = []

    def answer(self, one: Opened, sealed: bytes) -> Answer:
        """Decide about one batch and remember it for the next."""
        answer, position = self._judge(one, sealed)
        reason = answer.reason.name if answer.reason else ""
        self.said.append(Said(one.name.digest, answer.kind.name, reason, position))
        return answer

    def _judge(self, one: Opened, sealed: bytes) -> tuple[Answer, int | None]:
        reason, digest = one.reason, one.name.digest
        if reason is not None and reason.kind is AnswerKind.REJECTED:
            return Answer(reason.kind, reason, digest, None), None
        if digest in self._aside:
            before = self._aside[digest]
            return Answer(Reason[before.reason].kind, Reason[before.reason], digest, before.receipt), None
        if one.claim is not None:
            verdict = self._chains[one.claim.device, one.claim.epoch].judge(one.claim)
            if isinstance(verdict, Kept):
                return Answer(AnswerKind.DUPLICATE, None, digest, None), verdict.position
            reason = verdict or reason
        if reason is None and self._position >= self._last_trusted.get(one.name.device, self._position + 1):
            reason = Reason.DEVICE_REVOKED
        if reason is not None:
            return self._set_aside(one, sealed, reason), None
        return self._keep(one, sealed), self._position

    def _set_aside(self, one: Opened, sealed: bytes, reason: Reason) -> Answer:
        """No money moves, and the bytes stay as evidence. They are not in the log, so their receipt names no place there."""
        name = one.name
        receipt = self._intake.receipt(reason.kind, name, 0, NO_DIGEST, self._received_us)
        detail = f"batch {name.number}, sequences {name.first_seq} to {name.last_seq}"
        row = Quarantined(
            name.digest, name.device, name.epoch, 0, reason.name, detail, self._received_us, receipt, sealed
        )
        self._aside[name.digest] = row
        self.evidence.append(row)
        return Answer(reason.kind, reason, name.digest, receipt)

    def _keep(self, one: Opened, sealed: bytes) -> Answer:
        batch, digest = one.claim, one.name.digest
        assert batch is not None, "only a batch that was opened is kept"
        self._position += 1
        kept = batch.kept(self._position, self._head, self._received_us)
        self._head = kept.head
        receipt = self._intake.receipt(AnswerKind.ACCEPTED, one.name, self._position, self._head, self._received_us)
        self._chains[batch.device, batch.epoch].add(kept)
        self.taken.append((kept, sealed, receipt))
        return Answer(AnswerKind.ACCEPTED, None, digest, receipt)


def _raise(error: Exception) -> NoReturn:
    raise error


def _unkept(said: Said) -> Opened:
    """What was rejected: nothing of it was believed, and its bytes are gone."""
    return Opened(Asked(0, 0, 0, 0, 0, said.digest), None, Reason[said.reason])
