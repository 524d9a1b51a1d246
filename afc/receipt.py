"""The receipt: the clearing house's signed word that a batch is durably with it, so that the reader may forget the taps.

Both sides keep it. It names the batch by its digest and the place that the batch has in the log, with the log's head
there, so that a clearing house which later shows another log is found out by anybody with a receipt.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from afc.answers import AnswerKind, Distrust, MessageRefused
from afc.keys import DIGEST_BYTES, SIGNATURE_BYTES, check_signature, pack_environment, sha256

MAGIC: Final = b"AFCR"
RECEIPT_VERSION: Final = 1
FIELDS: Final = Struct("<4sI16sI32sIIIq32sq")
RECEIPT_BYTES: Final = FIELDS.size + SIGNATURE_BYTES
_KINDS: Final = {int(kind): kind for kind in AnswerKind if kind.receipted}


class Receipt(NamedTuple):
    """What the clearing house promises: this batch, through this sequence number, is at this position of its log."""

    answer: AnswerKind
    digest: bytes
    device: int
    epoch: int
    through_seq: int
    position: int
    head: bytes
    received_us: int
    environment: str


def sign_receipt(private: Ed25519PrivateKey, receipt: Receipt) -> bytes:
    """The bytes that go to the reader. They may leave the house only after the batch is durably on disk."""
    assert receipt.answer.receipted, "a receipt lets the reader forget: it is only for bytes that were kept"
    assert len(receipt.digest) == len(receipt.head) == DIGEST_BYTES
    *fields, environment = receipt
    signed = FIELDS.pack(MAGIC, RECEIPT_VERSION, pack_environment(environment), *fields)
    return signed + private.sign(sha256(signed))


def open_receipt(data: bytes, public: bytes, environment: str) -> Receipt:
    """The receipt inside, or `MessageRefused` with the first reason that fits."""
    if len(data) != RECEIPT_BYTES:
        raise MessageRefused(Distrust.LENGTH_WRONG)
    (
        magic, version, its_environment, answer, digest, device, epoch, through_seq, position, head, received_us,
    ) = FIELDS.unpack_from(data)  # fmt: skip
    if magic != MAGIC:
        raise MessageRefused(Distrust.NOT_THIS_KIND)
    if version != RECEIPT_VERSION:
        raise MessageRefused(Distrust.FORMAT_UNKNOWN)
    if its_environment != pack_environment(environment):
        raise MessageRefused(Distrust.ENVIRONMENT_FOREIGN)
    try:
        check_signature(public, data[-SIGNATURE_BYTES:], sha256(data[:-SIGNATURE_BYTES]))
    except InvalidSignature:
        raise MessageRefused(Distrust.SIGNATURE_WRONG) from None
    if answer not in _KINDS:
        raise MessageRefused(Distrust.CONTENT_WRONG)
    return Receipt(_KINDS[answer], digest, device, epoch, through_seq, position, head, received_us, environment)
