"""The SAM: the chip in a reader that holds its keys. Others ask it to stamp and to sign; the keys never come out.

It counts what it lets the reader give away: value loaded, products sold, money given back. Only receipts that it checks itself,
for batches that it signed itself, make room again, and no purse gains what was not stamped: a stolen SAM gives no more than its
ceiling. It begins a new epoch only when the scheme orders it to.
"""

from __future__ import annotations

from hmac import compare_digest

import numpy as np
from numpy.typing import NDArray

from afc.answers import Distrust, MessageRefused
from afc.batch import HEADER
from afc.keys import KeyRing, sha256
from afc.orders import EpochOrder, open_order
from afc.parameters import NO_PARAMETERS, Parameters, open_parameters
from afc.receipt import Receipt, open_receipt
from afc.tap import TAP
from terminals.card.image import opened
from terminals.card.proof import COMMIT, DONE, READ, prove
from terminals.ceiling import Ceiling


class Sam:
    """The secure module of one reader, personalised from the ring of its environment."""

    def __init__(self, ring: KeyRing, device: int, epoch: int = 1) -> None:
        self.device, self.epoch = device, epoch
        self.environment = ring.environment
        self.receipt_public = ring.receipt_public()
        self.list_public = ring.list_public()
        self.command_public = ring.command_public()
        self.record_version = ring.record_version
        self.bounds = NO_PARAMETERS
        self._ring = ring
        self._private = ring.device_private(device)
        self._ceiling = Ceiling()
        self._card_key = b""

    def stamp(self, taps: NDArray[np.void]) -> None:
        """Fill in the key version and the MAC of taps that this reader is about to write down: all of them, or none."""
        assert (taps["device"] == self.device).all(), "a SAM stamps only what its own reader wrote"
        if self._counts:
            self._ceiling.give(taps, self.bounds)
        stamp(self._ring, taps)

    def sign(self, batch: bytes) -> bytes:
        """The reader's signature under a batch, header and taps; the SAM reads itself what it signs."""
        digest = sha256(batch)
        self._ceiling.signed(digest, np.frombuffer(batch, TAP, offset=HEADER.size))
        return self._private.sign(digest)

    def receive(self, receipt: bytes) -> Receipt:
        """What a receipt says, if it is believed. Taps that it covers do not count against the ceiling any more."""
        told = open_receipt(receipt, self.receipt_public, self.environment)
        if told.device == self.device:
            self._ceiling.receipted(told)
        return told

    def take_parameters(self, message: bytes) -> Parameters:
        """Keep the ceilings of these parameters, unless they are older than what it keeps."""
        told = open_parameters(message, self.list_public, self.environment)
        if not told.is_for(self.device):
            raise MessageRefused(Distrust.READER_OTHER, f"parameters {told.version}")
        if told.version > self.bounds.version:
            self.bounds = told
        return told

    def read_order(self, message: bytes) -> EpochOrder:
        """What an order says, if this reader is to begin its next epoch by it."""
        order = open_order(message, self.command_public, self.environment)
        if order.device != self.device or order.epoch != self.epoch + 1:
            raise MessageRefused(Distrust.READER_OTHER, f"order for device {order.device}, epoch {order.epoch}")
        return order

    def begin(self, message: bytes) -> EpochOrder:
        """Begin the next epoch, as the scheme ordered."""
        order = self.read_order(message)
        self.epoch = order.epoch
        return order

    def select(self, card: int, key_version: int) -> bool:
        """Derive the key of the card in the field; everything below is about this card. False for keys that never were."""
        if not self._ring.knows(key_version):
            return False
        self._card_key = self._ring.card_keys(np.array([card], np.uint64), key_version)
        return True

    def vouches_read(self, challenge: bytes, image: bytes, proof: bytes) -> bool:
        """Is this the card's own image, read now?"""
        return compare_digest(proof, prove(self._card_key, READ, challenge, image))

    def allow(self, before: bytes, after: bytes) -> bytes:
        """What the card needs to change one image for the other; refused if its purse gains what was not stamped."""
        if self._counts:
            was, will = opened(before)["state"][0], opened(after)["state"][0]
            self._ceiling.bear(int(will["card"]), int(will["balance"]) - int(was["balance"]))
        return prove(self._card_key, COMMIT, before, after)

    def heard_done(self, after: bytes, proof: bytes) -> bool:
        """Does the card say that the new image is the card?"""
        return compare_digest(proof, prove(self._card_key, DONE, after))

    def vouches_taps(self, taps: NDArray[np.void]) -> bool:
        """Were these taps stamped for their cards?"""
        return bool(self._ring.macs_ok(taps).all())

    @property
    def _counts(self) -> bool:
        return bool(self.bounds.sam_count_max or self.bounds.sam_minor_max)


def stamp(ring: KeyRing, taps: NDArray[np.void]) -> None:
    """What the SAMs of many readers, none of which has a ceiling, put on the taps of all of them."""
    taps["key_version"] = ring.record_version
    taps["mac"] = ring.macs(taps)
