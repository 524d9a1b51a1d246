"""Readers as the clearing house hears them: what came from each, what is missing, and when it was last in contact."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from afc.refusal import Refused
from clearing.authority import Reported, reported
from clearing.missing import Missing, missing
from clearing.store import Device, Kept, Ordered, Revocation, Store


class Epoch(NamedTuple):
    """One life of a reader's memory: what of its numbering has come."""

    epoch: int
    batches: int
    taps: int
    through_seq: int
    missing: tuple[Missing, ...]
    last_us: int


class Contact(NamedTuple):
    """One reader: its rows of the register, its epochs, what of it was kept aside, by reason, and what two
    people ordered about it."""

    device: int
    rows: tuple[Device, ...]
    epochs: tuple[Epoch, ...]
    aside: dict[str, int]
    last_us: int | None  # None: never heard of
    told: Reported = Reported()
    revocation: Revocation | None = None
    orders: tuple[Ordered, ...] = ()

    @property
    def batches(self) -> int:
        """Batches in the log."""
        return sum(epoch.batches for epoch in self.epochs)

    @property
    def taps(self) -> int:
        """Taps in the log."""
        return sum(epoch.taps for epoch in self.epochs)

    @property
    def missing(self) -> int:
        """Taps that have not come, and that nobody has declared lost."""
        return sum(gap.taps for epoch in self.epochs for gap in epoch.missing if gap.waiver is None)


def contacts(store: Store) -> list[Contact]:
    """Every reader of the register, by number."""
    rows: defaultdict[int, list[Device]] = defaultdict(list)
    batches: defaultdict[int, defaultdict[int, list[Kept]]] = defaultdict(lambda: defaultdict(list))
    holes: defaultdict[tuple[int, int], list[Missing]] = defaultdict(list)
    aside: defaultdict[int, Counter[str]] = defaultdict(Counter)
    orders: defaultdict[int, list[Ordered]] = defaultdict(list)
    for row in store.devices():
        rows[row.device].append(row)
    for kept in store.log():
        batches[kept.device][kept.epoch].append(kept)
    for one in missing(store):
        holes[one.gap.device, one.gap.epoch].append(one)
    released, heard = {act.digest for act in store.acts()}, defaultdict[int, int](int)
    for held in store.quarantined():
        if held.digest not in released:
            aside[held.device][held.reason] += 1
        if not held.seq:
            heard[held.device] = max(heard[held.device], held.at_us)
    for order in store.epoch_orders():
        orders[order.device].append(order)
    told, revoked = reported(store), {one.device: one for one in store.revocations()}
    found = []
    for device in sorted(rows):
        mine = sorted(batches[device].items())
        epochs = tuple(epoch_of(epoch, kept, holes[device, epoch]) for epoch, kept in mine)
        last = max([heard[device], *(epoch.last_us for epoch in epochs)])
        words = told.get(device, Reported()), revoked.get(device), tuple(orders[device])
        found.append(Contact(device, tuple(rows[device]), epochs, dict(aside[device]), last or None, *words))
    return found


def epoch_of(epoch: int, kept: list[Kept], holes: list[Missing]) -> Epoch:
    """What came of one epoch."""
    taps, through = sum(batch.taps for batch in kept), max(batch.last_seq for batch in kept)
    return Epoch(epoch, len(kept), taps, through, tuple(holes), max(batch.received_us for batch in kept))


def contact(store: Store, device: int) -> Contact:
    """One reader."""
    for one in contacts(store):
        if one.device == device:
            return one
    raise Refused("DEVICE_UNKNOWN", f"the register has no device {device}", cure="See: afc device list")
