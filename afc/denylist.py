"""The denylist (hotlist): cards that no reader may accept, as the scheme last signed it.

A list that cannot be believed is not opened.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from afc.keys import sha256
from afc.limits import denylist_cards_max
from afc.message import ENVELOPE, Form, content_wrong, open_message, sign_message
from afc.refusal import Refused

MAGIC: Final = b"AFCD"
HEADER: Final = Struct(ENVELOPE + "IIq")
DENYLIST: Final = Form(MAGIC, HEADER, 8, denylist_cards_max)


class Denylist(NamedTuple):
    """One version of the list; `cards` is sorted and read-only, `digest` the SHA-256 of its rows."""

    version: int
    issued_us: int
    cards: NDArray[np.uint64]
    digest: bytes


NO_DENYLIST: Final = Denylist(0, 0, np.empty(0, np.uint64), sha256(b""))
"""What a reader knows that never got a list."""


def rows_of_cards(cards: NDArray[np.uint64]) -> bytes:
    """The rows of a list of these cards: each once, in order. Refused where they are more than a list has."""
    listed = np.unique(cards.astype("<u8"))
    if len(listed) > denylist_cards_max:
        raise Refused("DENYLIST_TOO_LONG", f"{len(listed)} cards; a list has at most {denylist_cards_max}.")
    if len(listed) and listed[0] == 0:
        raise Refused("CARD_ZERO", "no card has number 0", cure="Leave it out of the list.")
    return listed.tobytes()


def sign_denylist(
    private: Ed25519PrivateKey, *, version: int, issued_us: int, cards: NDArray[np.uint64], environment: str
) -> bytes:
    """The bytes of a new list, as the scheme sends it to all readers."""
    assert version >= 1, "version 0 is the list that nobody has sent yet"
    rows = rows_of_cards(cards)
    return sign_message(DENYLIST, private, environment, (version, len(rows) // 8, issued_us), rows)


def open_denylist(data: bytes, public: bytes, environment: str) -> Denylist:
    """The list inside, or `MessageRefused` with the first reason that fits."""
    (version, count, issued_us), rows = open_message(DENYLIST, data, public, environment)
    cards: NDArray[np.uint64] = np.frombuffer(rows, "<u8")
    if version < 1 or (count and cards[0] == 0) or (cards[1:] <= cards[:-1]).any():
        raise content_wrong()
    return Denylist(version, issued_us, cards, sha256(rows))
