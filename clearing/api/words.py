"""The words of the network interface: what it answers, field by field, as its OpenAPI page shows them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from afc.answers import AnswerKind
from clearing.intake import Answer

STATUS = {
    AnswerKind.ACCEPTED: 200,
    AnswerKind.DUPLICATE: 200,
    AnswerKind.QUARANTINED: 202,
    AnswerKind.CONFLICT: 409,
    AnswerKind.REJECTED: 422,
    AnswerKind.RETRY: 503,
}
"""Each answer's HTTP status. A receipt comes with every one but REJECTED and RETRY."""

HEX = "^[0-9a-f]+$"
DIGEST_HEX = "^[0-9a-f]{64}$"


class Words(BaseModel):
    """A table of the interface; nothing stands in it that is not written down here."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class AnswerWords(Words):
    """What became of one sealed batch."""

    answer: str = Field(json_schema_extra={"enum": [kind.name for kind in AnswerKind]})
    """ACCEPTED, DUPLICATE, CONFLICT, REJECTED, QUARANTINED or RETRY."""
    reason: str | None
    """Why it was not simply accepted; the list is in docs/refusals.md."""
    sentence: str
    """The same for a person."""
    digest: str = Field(pattern=DIGEST_HEX)
    """The batch's name: SHA-256 of all but its signature."""
    receipt: str | None = Field(pattern=HEX)
    """The receipt that lets the reader forget, 184 bytes in hexadecimal; none for REJECTED and RETRY."""


class DeviceWords(Words):
    """A reader as the register knows it, over one stretch of time."""

    device: int
    operator: str
    """Party that answers for it."""
    kind: str
    """bus, gate, kiosk, vending, top_up, handheld or gateway."""
    from_us: int
    """In service from, UTC microseconds."""
    to_us: int | None
    """Until, or null while it is."""
    brand: str
    """Its make, empty where nobody says."""
    collector: str
    """Party that brings its taps in."""
    public_key: str = Field(pattern=rf"{DIGEST_HEX}|^$")
    """Ed25519 public key that its batches are signed with, in hexadecimal; empty for a gateway, which only forwards."""


class GapWords(Words):
    """Sequence numbers of a reader that have not come, both ends included."""

    device: int
    epoch: int
    first_seq: int
    last_seq: int


class HeadWords(Words):
    """How far the log goes, for anybody with a receipt to compare."""

    environment: str
    position: int
    """The last batch of the log; 0 while there is none."""
    head: str = Field(pattern=DIGEST_HEX)
    """Digest over all that is in it, as it stands in receipts."""


class HealthWords(Words):
    """Is the house open?"""

    status: str
    """ok, or the reason for which no batch can be kept now, as it stands in docs/refusals.md; the HTTP status is 503 then."""
    environment: str


class ProblemWords(Words):
    """Why a request was not served (RFC 9457)."""

    type: str
    """Always about:blank; `code` is the name to look at."""
    title: str
    status: int
    code: str
    detail: str
    cure: str
    """What to do about it."""


def answer_words(answer: Answer) -> dict[str, Any]:
    """An answer as it leaves the house."""
    told = answer.reason.sentence if answer.reason else answer.kind.sentence
    reason, receipt = answer.reason and answer.reason.name, answer.receipt and answer.receipt.hex()
    digest = answer.digest.hex()
    return {
        "answer": answer.kind.name,
        "reason": reason,
        "sentence": told,
        "digest": digest,
        "receipt": receipt or None,
    }
