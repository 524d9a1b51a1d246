"""Commanding single readers: two people order one to begin a new epoch, or take its SAM out of trust.

The epoch before is closed at the last number that the house has, unless somebody read a higher one off the reader: what lies
between is missing until it comes, or until two people call it lost.
"""

from __future__ import annotations

from afc.orders import EPOCH_MAX, EpochOrder, sign_order
from afc.refusal import Refused
from clearing.decision import Decision
from clearing.gaps import Gap
from clearing.house import House
from clearing.lost import refuse_not_missing
from clearing.store import Ordered, Revocation, Store, Waiver


def order_epoch(
    house: House, device: int, decision: Decision, at_us: int, *, through: int | None = None, lost_from: int = 0
) -> Ordered:
    """The order for the reader's next epoch, signed; the same again if the same people ask the same for the same reason."""
    two, store = decision.checked(), house.store
    with store.begin():
        epoch = newest_epoch(store, device)
        high = store.last_seq(device, epoch)
        again = next((one for one in store.epoch_orders() if (one.device, one.epoch) == (device, epoch)), None)
        if again is not None and high == 0 and is_same(again, two, through, lost_from):
            return again
        if again is not None and high == 0 and through is None:
            raise unheard(again)
        closed = high if through is None else through
        _refuse_wrong(device, epoch, high, closed, lost_from)
        told = EpochOrder(device, epoch + 1, closed, lost_from, at_us)
        message = sign_order(house.ring.command_private(), told, house.ring.environment)
        turn = (store.high()[0], store.closings())
        order = Ordered(device, told.epoch, closed, lost_from, *two, at_us, *turn, message)
        store.order_epoch(order)
        if lost_from:
            _waive(store, order)
    return order


def is_same(order: Ordered, two: tuple[str, str, str], through: int | None, lost_from: int) -> bool:
    """Is this order asked for once more, and not the next one?"""
    return (
        (order.first, order.second, order.because) == two
        and order.lost_from == lost_from
        and through in (None, order.closed_seq)
    )


def unheard(order: Ordered) -> Refused:
    """Nothing has come of the epoch that was ordered last: the reader may not have the order yet. Whoever has seen the reader
    begin it, and lose it again, knows the number at which it stood."""
    what = f"nothing of epoch {order.epoch}, which {order.first} and {order.second} ordered, has come yet"
    cure = "Give the reader that order; if it has begun the epoch, give --through, the last number that it shows."
    return Refused("EPOCH_UNHEARD", what, where=f"device {order.device}", cure=cure)


def _waive(store: Store, order: Ordered) -> None:
    """What an order calls lost is declared lost by the same two people."""
    lost, known = Gap(order.device, order.epoch - 1, order.lost_from, order.closed_seq), store.waivers()
    refuse_not_missing(store, lost, known)
    two, turn = (order.first, order.second, order.because), (store.last_delivery(), order.position, order.closings)
    store.waive(Waiver(len(known) + 1, *lost, *two, order.at_us, *turn))


def newest_epoch(store: Store, device: int) -> int:
    """The epoch that the reader is in, as far as it was told."""
    rows = [row for row in store.devices() if row.device == device]
    if not rows:
        raise Refused("DEVICE_UNKNOWN", f"the register has no device {device}", cure="See: afc device list")
    return max([rows[0].first_epoch, *(one.epoch for one in store.epoch_orders() if one.device == device)])


def revoke(store: Store, device: int, decision: Decision, at_us: int) -> Revocation:
    """Nothing that comes of this reader from now on is believed; doing it twice changes nothing."""
    two = decision.checked()
    with store.begin():
        newest_epoch(store, device)  # or refused: the register does not know it
        store.revoke_device(Revocation(device, store.high()[0], *two, at_us))
        return next(one for one in store.revocations() if one.device == device)


def _refuse_wrong(device: int, epoch: int, high: int, closed: int, lost_from: int) -> None:
    if epoch >= EPOCH_MAX:
        raise Refused("EPOCHS_SPENT", f"device {device} has had {EPOCH_MAX} epochs", cure="Give it another number.")
    if closed < high:
        what = f"the house has taps through {high}, and the epoch cannot end at {closed}"
        raise Refused("EPOCH_CLOSED_EARLY", what, where="--through")
    if lost_from and not high < lost_from <= closed:
        what = f"taps {lost_from} to {closed} are not all missing: the house has them through {high}"
        raise Refused("LOST_WRONG", what, where="--lost-from", cure="Give --through as well, as the reader showed it.")
