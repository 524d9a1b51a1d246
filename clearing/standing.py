"""What stands: what the books have of some cards on a closed date, from its own close or from the last pricing again.

Nothing is worked out here a second time. What was posted is read, page by page proven, and what is posted next is the
difference to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from afc.tap import TAP
from clearing.detail import read_array
from clearing.fold import Terms
from clearing.legs import LEG
from clearing.pages import Columns, Pages, chosen

AGAIN = "repriced-"
"""Before the names of files with what a close has priced again."""


class Era(NamedTuple):
    """A closed date that may be priced again: its terms, and where its detail lies, by shard, as the books have it."""

    number: int  # the date as yyyymmdd
    from_us: int
    terms: Terms
    folder: Path
    detail: tuple[bytes, ...]
    again: dict[int, bytes]  # of the shards in which this close priced earlier dates again
    before: Path
    before_number: int  # 0 before the first date
    before_detail: tuple[bytes, ...]  # empty before the first date


class Version(NamedTuple):
    """Taps, legs and shares of some cards on a date, as columns."""

    taps: Columns
    legs: Columns
    shares: Columns


class Overlay:
    """What one close has priced again in one shard."""

    def __init__(self, era: Era, shard: int) -> None:
        self.pages = Pages(era.folder, shard, era.again[shard], AGAIN)

    @cached_property
    def index(self) -> Columns:
        """Which cards on which dates."""
        return self.pages.table("index")

    def rows(self, number: int, cards: np.ndarray) -> np.ndarray:
        """Places in the index of these cards on a date."""
        return np.flatnonzero((self.index["date"] == number) & np.isin(self.index["card"], cards))

    def table(self, name: str, number: int, cards: np.ndarray) -> Columns:
        """Rows of a table about these cards on a date."""
        columns = self.pages.table(name, cards)
        found = chosen(columns, columns["date"] == number)
        return {key: column for key, column in found.items() if key != "date"}


class Standing:
    """One shard's closed dates, the oldest first."""

    def __init__(self, eras: tuple[Era, ...], shard: int) -> None:
        self.eras, self.shard = eras, shard
        self.overlays = {e: Overlay(era, shard) for e, era in enumerate(eras) if shard in era.again}

    def version(self, e: int, cards: np.ndarray) -> Version:
        """What stands of some cards, sorted, on a date."""
        era, parts = self.eras[e], []
        for overlay, mine in self.covered(e + 1, era.number, cards):
            parts.append(Version(*(overlay.table(name, era.number, mine) for name in Version._fields)))
            cards = np.setdiff1d(cards, mine)
        pages = Pages(era.folder, self.shard, era.detail[self.shard])
        parts.append(Version(*(pages.table(name, cards) for name in Version._fields)))
        return Version(*(joined([part[i] for part in parts]) for i in range(len(Version._fields))))

    def covered(self, first: int, number: int, cards: np.ndarray) -> Iterator[tuple[Overlay, np.ndarray]]:
        """The newest pricing again of each of these cards on a date, by closes from `first` on."""
        for e in sorted(self.overlays, reverse=True):
            if e >= first and len(cards):
                overlay = self.overlays[e]
                mine = overlay.index["card"][overlay.rows(number, cards)]
                if len(mine):
                    yield overlay, np.sort(mine)
                    cards = np.setdiff1d(cards, mine)

    def state(self, e: int, cards: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What some cards, sorted, held before a date, CARD[n], and their legs under way, LEG[k]; `rows` are their places
        among the shard's cards."""
        era = self.eras[e]
        held, under_way = self.carried(era, cards, rows)
        for overlay, mine in self.covered(e, era.before_number, cards):
            at = overlay.rows(era.before_number, mine)
            at = at[np.argsort(overlay.index["card"][at])]
            held[np.searchsorted(cards, mine)] = overlay.pages.rows("cards", at)
            later = as_records(overlay.table("open", era.before_number, mine), LEG)
            under_way = np.concatenate([under_way[~np.isin(under_way["card"], mine)], later])
        return held, under_way

    def carried(self, era: Era, cards: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same as the close before the date left it."""
        if not era.before_detail:
            return read_array(era.before / f"cards-{self.shard:02d}.npy")[rows], np.zeros(0, LEG)
        pages = Pages(era.before, self.shard, era.before_detail[self.shard])
        under_way = pages.whole("open")
        return pages.rows("cards", rows), under_way[np.isin(under_way["card"], cards)]

    def counters(self, e: int, cards: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """How far some cards, sorted, had counted before a date; where only that is asked, nothing is proven."""
        era = self.eras[e]
        held = np.load(era.before / f"cards-{self.shard:02d}.npy", mmap_mode="r", allow_pickle=False)
        counters: np.ndarray = held[rows]["counter"]
        for overlay, mine in self.covered(e, era.before_number, cards):
            at = overlay.rows(era.before_number, mine)
            at = at[np.argsort(overlay.index["card"][at])]
            counters[np.searchsorted(cards, mine)] = overlay.pages.rows("cards", at)["counter"]
        return counters


def joined(parts: list[Columns]) -> Columns:
    """Columns one below the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def as_records(columns: Columns, kind: np.dtype[np.void]) -> np.ndarray:
    """Columns as records; columns that the records do not have are left out."""
    names = kind.names or ()
    records = np.zeros(len(columns[names[0]]), kind)
    for name in names:
        records[name] = columns[name]
    return records


def taps_of(version: Version) -> np.ndarray:
    """The taps of a version as they were written."""
    return as_records(version.taps, TAP)


__all__ = ["AGAIN", "Era", "Overlay", "Standing", "Version", "as_records", "joined", "taps_of"]
