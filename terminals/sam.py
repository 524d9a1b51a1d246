"""The SAM: the chip in a reader that holds its keys. Others ask it to stamp and to sign; the keys never come out.

It counts what it lets the reader give away: value loaded, products sold, money given back. Only receipts that it checks itself
make room again, so a stolen SAM gives no more than its ceiling. It begins a new epoch only when the scheme orders it to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afc.actions import Action
from afc.answers import AnswerKind, Distrust, MessageRefused
from afc.keys import KeyRing
from afc.orders import EpochOrder, open_order
from afc.parameters import NO_PARAMETERS, Parameters, open_parameters
from afc.receipt import Receipt, open_receipt
from afc.refusal import Refused
from afc.tap import TapKind

TAKEN = (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE)
"""Answers that make room: what was set aside was given away all the same, perhaps by a thief."""


class Sam:
    """The secure module of one reader, personalised from the ring of its environment."""

    def __init__(self, ring: KeyRing, device: int, epoch: int = 1) -> None:
        self.device, self.epoch = device, epoch
        self.environment = ring.environment
        self.receipt_public = ring.receipt_public()
        self.list_public = ring.list_public()
        self.command_public = ring.command_public()
        self.bounds = NO_PARAMETERS
        self._ring = ring
        self._private = ring.device_private(device)
        self._given = (np.empty(0, np.int64), np.empty(0, np.int64))  # sequence and amount of what no receipt covers

    def stamp(self, taps: NDArray[np.void]) -> None:
        """Fill in the key version and the MAC of taps that this reader is about to write down: all of them, or none."""
        assert (taps["device"] == self.device).all(), "a SAM stamps only what its own reader wrote"
        if self.bounds.sam_count_max or self.bounds.sam_minor_max:
            self._give(taps)
        taps["key_version"] = self._ring.record_version
        taps["mac"] = self._ring.macs(taps)

    def sign(self, digest: bytes) -> bytes:
        """The reader's signature under the digest of a batch."""
        return self._private.sign(digest)

    def receive(self, receipt: bytes) -> Receipt:
        """What a receipt says, if it is believed. Taps that it covers do not count against the ceiling any more."""
        opened = open_receipt(receipt, self.receipt_public, self.environment)
        if (opened.device, opened.epoch) == (self.device, self.epoch) and opened.answer in TAKEN:
            left = self._given[0] > opened.through_seq
            self._given = (self._given[0][left], self._given[1][left])
        return opened

    def take_parameters(self, message: bytes) -> Parameters:
        """Keep the ceilings of these parameters, unless they are older than what it keeps."""
        told = open_parameters(message, self.list_public, self.environment)
        if not told.is_for(self.device):
            raise MessageRefused(Distrust.READER_OTHER, f"parameters {told.version}")
        if told.version > self.bounds.version:
            self.bounds = told
        return told

    def begin(self, message: bytes) -> EpochOrder:
        """Begin the next epoch, as the scheme ordered."""
        order = open_order(message, self.command_public, self.environment)
        if order.device != self.device or order.epoch != self.epoch + 1:
            raise MessageRefused(Distrust.READER_OTHER, f"order for device {order.device}, epoch {order.epoch}")
        self.epoch = order.epoch
        self._given = (np.zeros(len(self._given[0]), np.int64), self._given[1])  # what was given stays given
        return order

    def _give(self, taps: NDArray[np.void]) -> None:
        """Count what these taps give away, or refuse all of them."""
        giving = gives(taps)
        minor = np.abs(taps["amount"][giving].astype(np.int64))
        seqs, before = self._given
        count, total = len(before) + len(minor), int(before.sum()) + int(minor.sum())
        most, most_minor = self.bounds.sam_count_max, self.bounds.sam_minor_max
        if len(minor) and ((most and count > most) or (most_minor and total > most_minor)):
            what = f"{count} taps for {total} would have been given without a receipt; the ceiling is {most} for {most_minor}"
            raise Refused("SAM_CEILING", what, cure="The reader gives no value until an upload is receipted.")
        self._given = (np.concatenate([seqs, taps["seq"][giving].astype(np.int64)]), np.concatenate([before, minor]))


def gives(taps: NDArray[np.void]) -> NDArray[np.bool_]:
    """Which taps give value to a card: loads, sales, money back at an exit, loads by order."""
    kind = taps["kind"]
    back = (kind == TapKind.EXIT) & (taps["amount"] < 0)
    ordered = (kind == TapKind.ACTION) & (taps["product"] == Action.LOAD)
    found: NDArray[np.bool_] = (kind == TapKind.LOAD) | (kind == TapKind.SALE) | back | ordered
    return found
