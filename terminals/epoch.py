"""A new epoch: a reader begins to count from 1 again, because the scheme ordered it and for no other reason.

The order names the number at which the epoch before ends. A reader that still holds taps behind that number has to send them
first: an order never makes taps disappear that are there.
"""

from __future__ import annotations

from typing import BinaryIO

from afc.orders import EpochOrder
from afc.refusal import Refused
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.uplink import Uplink


def begin_epoch(
    sam: Sam, order: bytes, before: Journal | None, flash: BinaryIO, capacity_taps: int
) -> tuple[Journal, Uplink]:
    """An empty journal on `flash`, and its uplink, in the epoch of the order; `before` is None where it cannot be read.

    `MessageRefused` for an order that is not believed; refused, and nothing begun, where taps would be lost or `flash` holds
    some already. The journal before stays as it is until its taps are receipted.
    """
    told = sam.read_order(order)
    if before is not None and before.next_seq - 1 > told.closed_seq:
        raise _not_empty(before, told)
    journal = Journal(flash, capacity_taps)
    if journal.next_seq > 1:
        raise _used(journal, told)
    sam.begin(order)
    return journal, Uplink(sam, journal, sam.device, sam.epoch, sam.environment)


def _not_empty(before: Journal, told: EpochOrder) -> Refused:
    return Refused(
        "EPOCH_NOT_EMPTY",
        f"taps {told.closed_seq + 1} to {before.next_seq - 1} are in this reader, and the order closes the epoch before them",
        where=f"device {told.device}, epoch {told.epoch - 1}",
        cure="Upload them, and ask for another order.",
    )


def _used(journal: Journal, told: EpochOrder) -> Refused:
    return Refused(
        "EPOCH_MEDIUM_USED",
        f"this medium has held {journal.next_seq - 1} taps of another epoch",
        where=f"device {told.device}, epoch {told.epoch}",
        cure="Put an empty medium into the reader; the order is good for it.",
    )
