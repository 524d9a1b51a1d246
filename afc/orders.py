"""The order to begin a new epoch: how a reader that lost its numbering, or used it up, starts counting again.

The old epoch ends at the number that the order names. What the reader had not sent by then is either still to come, or named as
lost: nobody makes taps disappear by resetting a reader.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from afc.limits import tap_time_us_max, tap_time_us_min
from afc.message import ENVELOPE, Form, content_wrong, open_message, sign_message

MAGIC: Final = b"AFCO"
HEADER: Final = Struct(ENVELOPE + "IIIIq")
ORDER: Final = Form(MAGIC, HEADER)
EPOCH_MAX: Final = 0xFFFF
"""A tap names its epoch in two bytes."""


class EpochOrder(NamedTuple):
    """`device` begins `epoch`; the one before it ended at `closed_seq`, of which `lost_from` on is lost (0: nothing is)."""

    device: int
    epoch: int
    closed_seq: int
    lost_from: int
    issued_us: int


def sign_order(private: Ed25519PrivateKey, order: EpochOrder, environment: str) -> bytes:
    """The bytes of an order, as the scheme sends it to the one reader."""
    assert possible(order), "an order that no reader would believe"
    return sign_message(ORDER, private, environment, tuple(order))


def open_order(data: bytes, public: bytes, environment: str) -> EpochOrder:
    """The order inside, or `MessageRefused` with the first reason that fits."""
    found = EpochOrder(*open_message(ORDER, data, public, environment).fields)
    if not possible(found):
        raise content_wrong()
    return found


def possible(order: EpochOrder) -> bool:
    """Is there an epoch before this one, and does what is lost lie in it?"""
    lost = order.lost_from == 0 or 1 <= order.lost_from <= order.closed_seq
    return lost and 1 <= order.epoch <= EPOCH_MAX and tap_time_us_min <= order.issued_us <= tap_time_us_max
