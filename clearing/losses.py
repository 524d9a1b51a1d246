"""Losses from list latency: rides on cards that had been listed already, and who bears them.

A list takes its time to reach the readers. Each batch names the list that its reader held: until a reader has named a list,
rides on the cards that it added are the scheme's loss; from then on they are the operator's, whose reader knew.
Nothing is posted: this is what the parties settle by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.batch import HEADER
from afc.tap import TAP, is_ride
from clearing.custody import register_of
from clearing.editions import Life, lives
from clearing.house import House
from clearing.store import Device, Kept, Store

SCHEME = "scheme"


class Loss(NamedTuple):
    """One ride on a listed card: `version` is the first list that has had the card ever since, `receipted` whether the reader
    had said that it holds it."""

    tap: str
    card: int
    at_us: int
    version: int
    listed_us: int
    receipted: bool
    liable: str
    minor: int


class _Listed(NamedTuple):
    """A denylist, and from when it was with the readers that it was first given to."""

    version: int
    first_us: int
    all_us: int
    canary: frozenset[int]
    cards: NDArray[np.uint64]

    def with_us(self, device: int) -> int:
        """When this reader could have had it."""
        return self.first_us if device in self.canary else self.all_us


def losses(house: House) -> list[Loss]:
    """Every such ride, in the order of the log."""
    lists = [listed for life in lives(house.store, "denylist") if (listed := _listed(life)) is not None]
    if not lists:
        return []
    parties = {party.number: party.id for party in house.store.parties()}
    register, ever = register_of(house.store), np.unique(np.concatenate([one.cards for one in lists]))
    held = _held(house.store)
    found = []
    for kept, taps in _rides(house, ever):
        for tap in taps:
            at_us, card = int(tap["time_us"]), int(tap["card"])
            first = _since(lists, kept.device, card, at_us)
            if first is None:
                continue
            receipted = held[kept.position] >= first.version
            liable = parties[_owner(register.rows(kept.device), at_us)] if receipted else SCHEME
            name, since_us = f"T-{kept.device}-{kept.epoch}-{tap['seq']}", first.with_us(kept.device)
            found.append(Loss(name, card, at_us, first.version, since_us, receipted, liable, int(tap["amount"])))
    return found


def _listed(life: Life) -> _Listed | None:
    """A list that went to readers at all."""
    first, all_ = life.steps.get("canary"), life.steps.get("all")
    if first is None and all_ is None:
        return None
    all_us = all_.at_us if all_ else 2**63 - 1
    cards = np.frombuffer(life.edition.content, "<u8")
    canary = frozenset(life.edition.canary) if first else frozenset()
    return _Listed(life.edition.version, first.at_us if first else all_us, all_us, canary, cards)


def _rides(house: House, cards: NDArray[np.uint64]) -> Iterator[tuple[Kept, NDArray[np.void]]]:
    """Batch by batch the entries and exits on these cards."""
    sealed = house.store.accepted(1, house.store.high()[0])
    for kept, (_, data) in zip(house.store.log(), sealed, strict=True):
        taps = np.frombuffer(data, TAP, kept.taps, HEADER.size)
        place = np.minimum(np.searchsorted(cards, taps["card"]), len(cards) - 1)
        yield kept, taps[is_ride(taps["kind"]) & (cards[place] == taps["card"])] if len(cards) else taps[:0]


def _held(store: Store) -> dict[int, int]:
    """The newest list that each batch or one before it of the same reader named, by position; whenever batches came."""
    newest: dict[int, int] = {}
    found = {}
    for kept in sorted(store.log(), key=lambda kept: (kept.device, kept.epoch, kept.number)):
        found[kept.position] = newest[kept.device] = max(newest.get(kept.device, 0), kept.lists)
    return found


def _since(lists: list[_Listed], device: int, card: int, at_us: int) -> _Listed | None:
    """The first list since which the card has stood on every one, as of that time at that reader; None if it is on none."""
    first = None
    for listed in lists:
        if listed.with_us(device) <= at_us:
            place = int(np.searchsorted(listed.cards, np.uint64(card)))
            is_on = place < len(listed.cards) and int(listed.cards[place]) == card
            first = (first or listed) if is_on else None
    return first


def _owner(rows: tuple[Device, ...], at_us: int) -> int:
    """Whose reader it was, or is."""
    return next((row.operator for row in rows if row.from_us <= at_us < row.to_us), rows[-1].operator)
