"""The SAM: the chip in a reader that holds its keys. Others ask it to stamp and to sign; the keys never come out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afc.keys import KeyRing
from terminals.card.proof import COMMIT, DONE, READ, prove


class Sam:
    """The secure module of one reader, personalised from the ring of its environment."""

    def __init__(self, ring: KeyRing, device: int) -> None:
        self.device = device
        self.environment = ring.environment
        self.receipt_public = ring.receipt_public()
        self.list_public = ring.list_public()
        self._ring = ring
        self._private = ring.device_private(device)
        self._card_key = b""

    def stamp(self, taps: NDArray[np.void]) -> None:
        """Fill in the key version and the MAC of taps that this reader is about to write down."""
        assert (taps["device"] == self.device).all(), "a SAM stamps only what its own reader wrote"
        taps["key_version"] = self._ring.record_version
        taps["mac"] = self._ring.macs(taps)

    def sign(self, digest: bytes) -> bytes:
        """The reader's signature under the digest of a batch."""
        return self._private.sign(digest)

    def select(self, card: int, key_version: int) -> None:
        """Derive the key of the card in the field; everything below is about this card."""
        self._card_key = self._ring.card_keys(np.array([card], np.uint64), key_version)

    def vouches_read(self, challenge: bytes, image: bytes, proof: bytes) -> bool:
        """Is this the card's own image, read now?"""
        return proof == prove(self._card_key, READ, challenge, image)

    def allow(self, before: bytes, after: bytes) -> bytes:
        """What the card needs to change one image for the other."""
        return prove(self._card_key, COMMIT, before, after)

    def heard_done(self, after: bytes, proof: bytes) -> bool:
        """Does the card say that the new image is the card?"""
        return proof == prove(self._card_key, DONE, after)

    def vouches_taps(self, taps: NDArray[np.void]) -> bool:
        """Were these taps stamped for their cards?"""
        return bool(self._ring.macs_ok(taps).all())
