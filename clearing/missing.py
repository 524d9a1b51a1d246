"""What has not come: sequence numbers between those that a reader sent, and since when that is known."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from afc.batch import HEADER, Header
from clearing.audit_evidence import Gap, gaps
from clearing.store import Kept, Quarantined, Store


class Missing(NamedTuple):
    """A gap with the moment at which a later batch, or the end of its epoch, showed it; `held` are digests in quarantine that
    would fill part of it."""

    gap: Gap
    since_us: int
    held: tuple[str, ...]

    @property
    def taps(self) -> int:
        """How many are missing."""
        return self.gap.last_seq - self.gap.first_seq + 1


def missing(store: Store) -> list[Missing]:
    """Every gap, by reader and number."""
    mine: defaultdict[tuple[int, int], list[Kept]] = defaultdict(list)
    for kept in store.log():
        mine[kept.device, kept.epoch].append(kept)
    closed_us = {(order.device, order.epoch - 1): order.at_us for order in store.epoch_orders()}
    aside = [(header_of(row), row.digest.hex()) for row in open_batches(store)]
    found = []
    for gap in gaps(store):
        reader = (gap.device, gap.epoch)
        later = [kept.received_us for kept in mine[reader] if kept.first_seq > gap.last_seq]
        since_us = min(later) if later else closed_us[reader]
        held = (digest for header, digest in aside if fills(header, gap))
        found.append(Missing(gap, since_us, tuple(held)))
    return found


def fills(header: Header, gap: Gap) -> bool:
    """Does a batch carry taps of the gap?"""
    same = (header.device, header.epoch) == (gap.device, gap.epoch)
    return same and header.first_seq <= gap.last_seq and header.last_seq >= gap.first_seq


def header_of(row: Quarantined) -> Header:
    """What a batch in quarantine calls itself; its signature was right."""
    return Header._make(HEADER.unpack_from(row.content))


def open_batches(store: Store) -> list[Quarantined]:
    """The whole batches in quarantine that no act has let out."""
    released = {act.digest for act in store.acts()}
    return [row for row in store.quarantined() if not row.seq and row.digest not in released]
