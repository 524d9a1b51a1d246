"""Open items: what the clearing house does not know yet of its cards, shard by shard, carried from date to date.

Two kinds: taps that no card has confirmed, and counters that are known only by their successor. No money is posted for either;
each is shown with its sum and its age until it is settled.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from afc.tap import TAP
from clearing import detail
from clearing.holes import NO_HOLES


class Items(NamedTuple):
    """The open items of a shard after a date: unratified taps (TAP) and holes (HOLE)."""

    unratified: np.ndarray
    holes: np.ndarray

    def to_note(self) -> tuple[np.ndarray, ...]:
        """What the books note of them: nothing where there is nothing."""
        return (self.unratified, self.holes) if len(self.unratified) or len(self.holes) else ()


NO_ITEMS = Items(np.empty(0, TAP), NO_HOLES)


def keep_items(folder: Path, shard: int, items: Items) -> None:
    """Write what there is for the next date to start from; a close that is begun again leaves nothing of the one before."""
    for name, array in items._asdict().items():
        path = folder / f"{name}-{shard:02d}.npy"
        if len(array):
            detail.carry_array(path, array)
        else:
            path.unlink(missing_ok=True)


def read_items(folder: Path, shard: int) -> Items:
    """The open items after a date; a file that is not there has none."""
    found = []
    for name, nothing in NO_ITEMS._asdict().items():
        path = folder / f"{name}-{shard:02d}.npy"
        found.append(detail.read_array(path) if path.exists() else nothing)
    return Items(*found)
