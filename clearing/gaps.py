"""Gaps: sequence numbers that readers have used and that have not come, and which of them two people have declared lost.

From 1 to the highest number that a reader sent, or at which its epoch was closed, every tap has come, or was declared lost, or
is open. What was declared lost may still come: it is taken like any other, and the declaration stands as overtaken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from clearing.store import Kept, Ordered, Store, Waiver


class Gap(NamedTuple):
    """Sequence numbers of a device that have not come, both ends included."""

    device: int
    epoch: int
    first_seq: int
    last_seq: int

    @property
    def taps(self) -> int:
        """How many they are."""
        return self.last_seq - self.first_seq + 1


class Hole(NamedTuple):
    """A gap, or the part of one, that is open (`waiver` None) or declared lost."""

    gap: Gap
    waiver: Waiver | None


def gaps(store: Store) -> list[Gap]:
    """Everything that has not come, whether or not it was declared lost."""
    return list(missing_from(store.log(), store.epoch_orders()))


def open_ranges(store: Store, position: int) -> list[Gap]:
    """What had neither come nor been declared lost when the log had so many batches: what a date that is closed through
    this position lacks."""
    waivers = [waiver for waiver in store.waivers() if waiver.position <= position]
    ended = [order for order in store.epoch_orders() if order.position <= position]
    return [hole.gap for hole in holes(store.log(), waivers, ended, position) if hole.waiver is None]


def holes(
    log: Iterable[Kept], waivers: Iterable[Waiver], ended: Iterable[Ordered] = (), position: int | None = None
) -> list[Hole]:
    """The gaps of a log, up to a position, cut at the ends of what these waivers declare lost. An order for a new epoch says
    how far the one before went."""
    lost: defaultdict[tuple[int, int], list[Waiver]] = defaultdict(list)
    for waiver in sorted(waivers, key=lambda waiver: waiver.first_seq):
        lost[waiver.device, waiver.epoch].append(waiver)
    known = log if position is None else (kept for kept in log if kept.position <= position)
    return [hole for gap in missing_from(known, ended) for hole in _cut(gap, lost[gap.device, gap.epoch])]


def missing_from(log: Iterable[Kept], ended: Iterable[Ordered] = ()) -> Iterator[Gap]:
    """Every gap, by reader and number; last the epochs of which nothing came before they were closed."""
    closed = {(order.device, order.epoch - 1): order.closed_seq for order in ended}
    for mine in by_reader(log):
        through = 0
        for kept in mine:
            if kept.first_seq > through + 1:
                yield Gap(kept.device, kept.epoch, through + 1, kept.first_seq - 1)
            through = max(through, kept.last_seq)
        last_seq = closed.pop((kept.device, kept.epoch), 0)
        if last_seq > through:
            yield Gap(kept.device, kept.epoch, through + 1, last_seq)
    yield from (Gap(*reader, 1, last_seq) for reader, last_seq in sorted(closed.items()) if last_seq)


def by_reader(log: Iterable[Kept]) -> Iterator[list[Kept]]:
    """The batches of each device and epoch, in order of their numbers."""
    mine: defaultdict[tuple[int, int], list[Kept]] = defaultdict(list)
    for kept in log:
        mine[kept.device, kept.epoch].append(kept)
    yield from (sorted(mine[key], key=lambda kept: kept.first_seq) for key in sorted(mine))


def _cut(gap: Gap, waivers: list[Waiver]) -> Iterator[Hole]:
    """The open and the waived parts of a gap, in order; waivers do not overlap one another."""
    at = gap.first_seq
    for waiver in waivers:
        first, last = max(waiver.first_seq, at), min(waiver.last_seq, gap.last_seq)
        if first > last:
            continue
        if first > at:
            yield Hole(gap._replace(first_seq=at, last_seq=first - 1), None)
        yield Hole(gap._replace(first_seq=first, last_seq=last), waiver)
        at = last + 1
    if at <= gap.last_seq:
        yield Hole(gap._replace(first_seq=at), None)
