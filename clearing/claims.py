"""Claims: batches that these books have lost although somebody holds our receipt for them, and who has to send them again.

An older state that was put back, or a disk that did not keep what it said, fits to itself. Receipts that readers and operators
hold do not change with it: each names its batch, the place that it had in the log, and the log's head there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from afc.receipt import Receipt, open_receipt
from afc.refusal import Refused
from clearing.house import House

LOST, MOVED = "lost", "moved"


class Claim(NamedTuple):
    """A receipt that the books do not bear out: its batch is not there, or not at its place under its head."""

    receipt: Receipt
    state: str


def claims(house: House, receipts: Sequence[Receipt]) -> list[Claim]:
    """What the books do not bear out, in the order in which it had come: sent again in this order, each as of the moment of
    its receipt, it ends in the log that the receipts tell of."""
    store = house.store
    log = {kept.digest: (kept.position, kept.head) for kept in store.log()}
    aside = {row.digest for row in store.quarantined()}
    found = []
    for receipt in sorted(set(receipts), key=lambda one: (one.received_us, one.position, one.digest)):
        if receipt.digest not in log and (receipt.position > 0 or receipt.digest not in aside):
            found.append(Claim(receipt, LOST))
        elif receipt.position > 0 and log[receipt.digest] != (receipt.position, receipt.head):
            found.append(Claim(receipt, MOVED))
    return found


def read_receipts(house: House, paths: Sequence[Path]) -> list[Receipt]:
    """The receipts in some files, and of folders in all files NAME.receipt below them; one that is not ours is refused."""
    found = []
    for path in paths:
        for file in sorted(path.rglob("*.receipt")) if path.is_dir() else [path]:
            try:
                found.append(open_receipt(file.read_bytes(), house.ring.receipt_public(), house.ring.environment))
            except OSError as error:
                what, cure = error.strerror or "it cannot be read", "Name a receipt, or a folder of receipts."
                raise Refused("FILE_UNREADABLE", what, where=str(file), cure=cure) from None
            except Refused as error:
                cure = "Leave it out; nothing follows from it."
                what = f"this is no receipt of this house: {error}"
                raise Refused("RECEIPT_UNKNOWN", what, where=str(file), cure=cure) from None
    return found
