"""Commands to single readers: which may begin a new epoch, and which are not believed any more. Two people decide each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from afc.refusal import Refused
from clearing.store import tables
from clearing.store.editions import Editions
from clearing.store.ground import IntegrityError


class Ordered(NamedTuple):
    """A reader was told to begin an epoch; the one before ends at `closed_seq`, and from `lost_from` on is lost. `position` and
    `closings` say how far the books were, as for a waiver."""

    device: int
    epoch: int
    closed_seq: int
    lost_from: int
    first: str
    second: str
    because: str
    at_us: int
    position: int
    closings: int
    message: bytes


class Revocation(NamedTuple):
    """A reader whose SAM is in wrong hands, and the last position of the log at that time."""

    device: int
    position: int
    first: str
    second: str
    because: str
    at_us: int


class Commands(Editions):
    """Questions about commands to readers."""

    def order_epoch(self, order: Ordered) -> None:
        """Note the order; an epoch of a reader is ordered once."""
        try:
            self._insert(tables.epoch_order, [order])
        except IntegrityError as error:
            what = f"epoch {order.epoch} of device {order.device}: {error.orig}"
            raise Refused("EPOCH_ORDERED", what, cure="See: afc device show.") from None
        self._registers_changed()

    def epoch_orders(self) -> list[Ordered]:
        """Every order, by device and epoch."""
        column = tables.epoch_order.c
        return [Ordered(*row) for row in self._rows(select(tables.epoch_order).order_by(column.device, column.epoch))]

    def revoke_device(self, revocation: Revocation) -> None:
        """Note that nothing of this reader is believed from now on; twice changes nothing."""
        if revocation.device not in {one.device for one in self.revocations()}:
            self._insert(tables.revocation, [revocation])
            self._registers_changed()

    def revocations(self) -> list[Revocation]:
        """Every reader that was taken out of trust."""
        return [Revocation(*row) for row in self._rows(select(tables.revocation).order_by(tables.revocation.c.device))]

    def last_trusted(self) -> dict[int, int]:
        """By each revoked reader, the last position of the log at which a batch of it may stand."""
        return {one.device: one.position for one in self.revocations()}

    def register_commands(self, orders: Sequence[Ordered], revocations: Sequence[Revocation]) -> None:
        """Take over the commands of other books."""
        for order in orders:
            self.order_epoch(order)
        for one in revocations:
            self.revoke_device(one)
