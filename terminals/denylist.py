"""The denylist (hotlist): cards that no reader may accept, as the scheme last signed it.

The newest version wins, whatever order the lists arrive in, and a list that cannot be believed changes nothing.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from afc.answers import Distrust, MessageRefused
from afc.keys import SIGNATURE_BYTES, check_signature, pack_environment, sha256
from afc.limits import denylist_cards_max
from afc.refusal import Refused

MAGIC: Final = b"AFCD"
DENYLIST_VERSION: Final = 1
HEADER: Final = Struct("<4sI16sIIq")


class Denylist(NamedTuple):
    """One version of the list; `cards` is sorted and read-only."""

    version: int
    issued_us: int
    cards: NDArray[np.uint64]

    def contains(self, cards: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which of these cards must be refused."""
        if not len(self.cards):
            return np.zeros(len(cards), np.bool_)
        place = np.searchsorted(self.cards, cards)
        return np.equal(self.cards[np.minimum(place, len(self.cards) - 1)], cards)


NO_DENYLIST: Final = Denylist(0, 0, np.empty(0, np.uint64))
"""What a reader knows that never got a list."""


def sign_denylist(
    private: Ed25519PrivateKey, *, version: int, issued_us: int, cards: NDArray[np.uint64], environment: str
) -> bytes:
    """The bytes of a new list, as the scheme sends it to all readers."""
    listed = np.unique(cards.astype("<u8"))
    if len(listed) > denylist_cards_max:
        raise Refused("DENYLIST_TOO_LONG", f"{len(listed)} cards; a list has at most {denylist_cards_max}.")
    assert version >= 1, "version 0 is the list that nobody has sent yet"
    assert not len(listed) or listed[0] > 0, "no card has number 0"
    header = HEADER.pack(MAGIC, DENYLIST_VERSION, pack_environment(environment), version, len(listed), issued_us)
    signed = header + listed.tobytes()
    return signed + private.sign(sha256(signed))


def open_denylist(data: bytes, public: bytes, environment: str) -> Denylist:
    """The list inside, or `MessageRefused` with the first reason that fits."""
    if not HEADER.size + SIGNATURE_BYTES <= len(data) <= HEADER.size + 8 * denylist_cards_max + SIGNATURE_BYTES:
        raise MessageRefused(Distrust.LENGTH_WRONG)
    magic, format_version, its_environment, version, count, issued_us = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise MessageRefused(Distrust.NOT_THIS_KIND)
    if format_version != DENYLIST_VERSION:
        raise MessageRefused(Distrust.FORMAT_UNKNOWN)
    if its_environment != pack_environment(environment):
        raise MessageRefused(Distrust.ENVIRONMENT_FOREIGN)
    if len(data) != HEADER.size + 8 * count + SIGNATURE_BYTES:
        raise MessageRefused(Distrust.LENGTH_WRONG)
    try:
        check_signature(public, data[-SIGNATURE_BYTES:], sha256(data[:-SIGNATURE_BYTES]))
    except InvalidSignature:
        raise MessageRefused(Distrust.SIGNATURE_WRONG) from None
    cards: NDArray[np.uint64] = np.frombuffer(data, "<u8", count, HEADER.size)
    if version < 1 or (count and cards[0] == 0) or (cards[1:] <= cards[:-1]).any():
        raise MessageRefused(Distrust.CONTENT_WRONG)
    return Denylist(version, issued_us, cards)


def newer(held: Denylist, arrived: bytes, public: bytes, environment: str) -> Denylist:
    """The list to go by after `arrived` came in: the one with the higher version."""
    fresh = open_denylist(arrived, public, environment)
    return fresh if fresh.version > held.version else held
