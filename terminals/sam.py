"""The SAM: the chip in a reader that holds its keys. Others ask it to stamp and to sign; the keys never come out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afc.keys import KeyRing


class Sam:
    """The secure module of one reader, personalised from the ring of its environment."""

    def __init__(self, ring: KeyRing, device: int) -> None:
        self.device = device
        self.environment = ring.environment
        self.receipt_public = ring.receipt_public()
        self.list_public = ring.list_public()
        self._ring = ring
        self._private = ring.device_private(device)

    def stamp(self, taps: NDArray[np.void]) -> None:
        """Fill in the key version and the MAC of taps that this reader is about to write down."""
        assert (taps["device"] == self.device).all(), "a SAM stamps only what its own reader wrote"
        taps["key_version"] = self._ring.record_version
        taps["mac"] = self._ring.macs(taps)

    def sign(self, digest: bytes) -> bytes:
        """The reader's signature under the digest of a batch."""
        return self._private.sign(digest)
