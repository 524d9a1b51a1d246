"""Release: two people answer for a batch that was kept aside, and it enters the log as the newest.

They can answer for a doubt about a clock, a key, a place, a reset or a delay. They cannot answer for what the bytes
themselves say wrongly, nor for content that contradicts what stands. What the batch's taps come to is posted in the open day.
"""

from __future__ import annotations

from typing import NamedTuple

from afc.answers import AnswerKind, Reason
from afc.keys import KeyRing
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from clearing.custody import Claim, Register, chains, doubts, open_with_any, register_of
from clearing.decision import Decision
from clearing.store import Act, Kept, Quarantined, Store

WAIVABLE = (
    Reason.EPOCH_UNORDERED, Reason.EPOCH_CLOSED, Reason.DEVICE_OUT_OF_SERVICE, Reason.KEY_WITHDRAWN,
    Reason.PARAMETERS_WITHDRAWN, Reason.CLOCK_AHEAD, Reason.TOO_LATE,
)  # fmt: skip
"""What people can know better than a clearing house: clocks, keys, places, resets and delays. Not what a stolen SAM made: who
has it makes whatever it makes."""

PREFIX_MIN = 6


class Released(NamedTuple):
    """An act with its batch and receipt; `again` when it was done before and nothing changed."""

    act: Act
    batch: Kept
    receipt: bytes
    again: bool


def release(store: Store, ring: KeyRing, digest: bytes, decision: Decision, at_us: int) -> Released:
    """Judge a batch again without the doubts that people can answer for, and let it into the log if it may stand there."""

    def let_in() -> Released:
        done = next((act for act in store.acts() if act.digest == digest), None)
        if done is not None:
            kept = next(kept for kept in store.log() if kept.position == done.position)
            return Released(done, kept, store.receipts([done.position])[done.position], True)
        by = decision.checked()
        held = find_held(store, digest)
        claim, waived = judge(store, ring, held)
        position, head = store.high()
        kept = claim.kept(position + 1, head, at_us)
        facts = (kept.digest, kept.device, kept.epoch, kept.last_seq, kept.position, kept.head, at_us)
        receipt = sign_receipt(ring.receipt_private(), Receipt(AnswerKind.ACCEPTED, *facts, ring.environment))
        words = " ".join(reason.name for reason in waived)
        number, delivery = len(store.acts()) + 1, store.last_delivery()
        act = Act(number, "release", digest, words, *by, at_us, delivery, kept.position)
        store.act(act, kept, held.content, receipt)
        return Released(act, kept, receipt, False)

    return store.write(let_in)


def find_digest(store: Store, text: str) -> bytes:
    """The digest of a whole batch that is or was in quarantine, by its first hexadecimal digits."""
    cure = "See: afc clearing quarantine list"
    if len(text) < PREFIX_MIN:
        what = f'"{text}" is too short to name a batch: write its first {PREFIX_MIN} digits at least'
        raise Refused("DIGEST_TOO_SHORT", what, where="DIGEST", cure=cure)
    found = {row.digest for row in store.quarantined() if row.digest.hex().startswith(text.lower())}
    if len(found) == 1:
        return found.pop()
    if found:
        what = f"{len(found)} digests begin with {text}"
        raise Refused("DIGEST_TOO_SHORT", what, where="DIGEST", cure=f"Write more of it. {cure}")
    raise Refused("DIGEST_UNKNOWN", f"nothing in quarantine has the digest {text}", where="DIGEST", cure=cure)


def every_doubt(held: Quarantined, register: Register, environment: str) -> list[Reason]:
    """All that speaks against a batch that was kept aside, as of its first arrival: the reason under which it waits, and
    whatever else its release would waive. Of bytes that do not open, nothing more is known."""
    reason = Reason[held.reason]
    try:
        batch, key = open_with_any(held.content, register, environment)
    except Refused:
        return [reason]
    return list(dict.fromkeys([reason, *doubts(batch, key, register, held.at_us)]))


def find_held(store: Store, digest: bytes) -> Quarantined:
    """What was kept aside under this digest, if people may decide about it at all."""
    held = next((row for row in store.quarantined() if row.digest == digest), None)
    if held is None:
        raise Refused("DIGEST_UNKNOWN", f"nothing in quarantine has the digest {digest.hex()}")
    if held.seq:
        what = f"this is a single tap, set aside when its date was closed: {held.reason}"
        raise Refused(
            "RELEASE_IMPOSSIBLE", what, cure="Its batch stands; what the tap is worth is for the card's issuer."
        )
    reason = Reason[held.reason]
    if reason not in WAIVABLE and reason is not Reason.CHAIN_BROKEN:
        cure = "It stays as evidence. The reader has to be looked at."
        raise Refused("RELEASE_IMPOSSIBLE", f"{reason.name}: {reason.sentence} Nobody can answer for that", cure=cure)
    return held


def judge(store: Store, ring: KeyRing, held: Quarantined) -> tuple[Claim, list[Reason]]:
    """What the batch claims and the doubts that its release waives; refused if the log has anything against it.

    Arrival is when it came first: waiting in quarantine makes nothing late and no clock right.
    """
    register = register_of(store)
    batch, key = open_with_any(held.content, register, ring.environment)
    claim = Claim.of(batch)
    kept, _ = store.relatives([claim.name])
    verdict = chains(kept)[claim.device, claim.epoch].judge(claim)
    if isinstance(verdict, Reason):
        raise Refused(
            "RELEASE_IMPOSSIBLE", f"{verdict.name}: {verdict.sentence}", cure="It does not fit to what stands."
        )
    assert verdict is None, "a batch that stands in the log is not in quarantine"
    if claim.device in store.last_trusted():
        what, cure = f"device {claim.device} was revoked", "Nothing of it enters the log after that, whenever it came."
        raise Refused("RELEASE_IMPOSSIBLE", what, cure=cure)
    waived = list(doubts(batch, key, register, held.at_us))
    if Reason.EPOCH_UNORDERED in waived and register.authority.order(claim.device, claim.epoch) is None:
        cure = f"Order it first: afc device order {claim.device} --new-epoch."
        raise Refused("RELEASE_IMPOSSIBLE", "this epoch was ordered by nobody, to this day", cure=cure)
    return claim, waived
