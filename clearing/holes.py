"""Holes: counters of a card that nobody has sent, known only by the tap after them, and what they did to its purse.

The reader lost its power, or its taps, or has not reported yet. A hole stays open until taps with its counters come.
"""

from __future__ import annotations

import numpy as np

from afc.records import rows_of, rows_where
from afc.tap import moved_minor

HOLE = np.dtype(
    [
        ("card", "<u8"), ("first", "<u4"), ("last", "<u4"), ("missing", "<u4"), ("minor", "<i8"), ("time_us", "<i8"),
        ("device", "<u4"), ("epoch", "<u2"), ("seq", "<u4"),
    ]
)  # fmt: skip
"""Counters `first` to `last`, of which `missing` are; what the purse lost in them, below zero what it gained; and the tap that
shows it."""
NO_HOLES = np.empty(0, HOLE)


def holes_after(
    holes: np.ndarray, taps: np.ndarray, rows: np.ndarray, cards: np.ndarray, aside: np.ndarray
) -> np.ndarray:  # fmt: skip
    """What is left of `holes`, and what is new, when these taps have come, in the order of cards and counters.

    `cards` are as they were before; taps with counters that they have passed fill holes, and so do those of `aside` (TAP).
    """
    new = taps["counter"] > cards["counter"][rows]
    come = rows_of([rows_where(taps, ~new), aside])
    return rows_of([fill(holes, come), find_holes(rows_where(taps, new), rows_where(rows, new), cards, aside)])


def find_holes(taps: np.ndarray, rows: np.ndarray, cards: np.ndarray, aside: np.ndarray) -> np.ndarray:
    """HOLE rows of a shard's taps, in the order of cards and counters; `cards` are as they were before the first of them.

    Counters of taps that were set aside (`aside`, TAP) are not missing: what they are is known.
    """
    counter, held = taps["counter"].astype(np.int64), np.empty(len(taps), np.int64)
    first = np.ones(len(taps), bool)
    first[1:] = rows[1:] != rows[:-1]
    before = np.empty(len(taps), np.int64)
    before[1:], held[1:] = counter[:-1], taps["balance"][:-1]
    before[first], held[first] = cards["counter"][rows[first]], cards["balance"][rows[first]]
    at = np.flatnonzero(counter != before + 1)
    holes = np.zeros(len(at), HOLE)
    holes["card"], holes["first"], holes["last"] = taps["card"][at], before[at] + 1, counter[at] - 1
    holes["missing"] = counter[at] - before[at] - 1
    holes["minor"] = held[at] - (taps["balance"][at] - moved_minor(taps[at]))
    for field in ("time_us", "device", "epoch", "seq"):
        holes[field] = taps[field][at]
    return fill(holes, aside)


def fill(holes: np.ndarray, come: np.ndarray) -> np.ndarray:
    """The holes that are left after these taps (TAP) have come."""
    holes, moved = holes.copy(), moved_minor(come)
    if not len(holes):
        return holes
    for tap, minor in zip(come, moved.tolist(), strict=True):
        inside = (holes["card"] == tap["card"]) & (holes["first"] <= tap["counter"]) & (holes["last"] >= tap["counter"])
        for row in np.flatnonzero(inside & (holes["missing"] > 0))[:1]:
            holes["missing"][row] -= 1
            holes["minor"][row] += minor
    left: np.ndarray = holes[holes["missing"] > 0]
    return left
