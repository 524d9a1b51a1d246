"""What has not come: sequence numbers between those that a reader sent, since when that is known, and what became of it."""

from __future__ import annotations

from typing import NamedTuple

from afc.batch import Header, header_of
from clearing.gaps import Gap, by_reader, holes
from clearing.store import Quarantined, Store, Waiver


class Missing(NamedTuple):
    """A gap with the moment at which a later batch, or the end of its epoch, showed it; `held` are digests in quarantine that
    would fill part of it, and `waiver` is who declared it lost, if anybody did."""

    gap: Gap
    since_us: int
    held: tuple[str, ...]
    waiver: Waiver | None = None

    @property
    def taps(self) -> int:
        """How many are missing."""
        return self.gap.taps


def missing(store: Store) -> list[Missing]:
    """Everything that is open or declared lost, by reader and number."""
    log, waivers, orders = list(store.log()), store.waivers(), store.epoch_orders()
    mine = {(batches[0].device, batches[0].epoch): batches for batches in by_reader(log)}
    closed_us = {(order.device, order.epoch - 1): order.at_us for order in orders}
    aside = [(header_of(row.content), row.digest.hex()) for row in open_batches(store)]
    found = []
    for gap, waiver in holes(log, waivers, orders):
        reader = (gap.device, gap.epoch)
        later = [kept.received_us for kept in mine.get(reader, ()) if kept.first_seq > gap.last_seq]
        since_us = min(later) if later else closed_us[reader]
        held = (digest for header, digest in aside if fills(header, gap))
        found.append(Missing(gap, since_us, tuple(held), waiver))
    return found


def fills(header: Header, gap: Gap) -> bool:
    """Does a batch carry taps of the gap?"""
    same = (header.device, header.epoch) == (gap.device, gap.epoch)
    return same and header.first_seq <= gap.last_seq and header.last_seq >= gap.first_seq


def open_batches(store: Store) -> list[Quarantined]:
    """The whole batches in quarantine that no act has let out."""
    released = {act.digest for act in store.acts()}
    return [row for row in store.quarantined() if not row.seq and row.digest not in released]
