"""Riders repeat: who rode at a quarter past seven on Tuesday does so on Wednesday, give or take some minutes.

The first date of its kind in a run shows each rider's habit, and every later date of that kind repeats it, but for those who do
something else today. How many these are, and how punctual the others, is synthetic.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.demand.journeys import in_order, when

ELSE = 0.15
"""Share of riders who do something else on another date of the same kind."""
PUNCTUAL_S = 300.0
"""Standard deviation of when the others set out."""


class Habit(NamedTuple):
    """How many journeys each rider makes, the rider of each in order, and clock seconds of setting out."""

    counts: NDArray[np.int64]
    row: NDArray[np.int64]
    start_s: NDArray[np.int64]


def repeated(
    habit: Habit, shares: NDArray[np.float64], quarter_s: NDArray[np.int64], rng: np.random.Generator
) -> Habit:
    """The habit on another date. As many journeys are made, and at the same hours."""
    other = rng.random(len(habit.counts)) < ELSE
    counts = habit.counts.copy()
    counts[other] = rng.permutation(habit.counts[other])
    row = np.repeat(np.arange(len(counts)), counts)
    start_s = np.zeros(len(row), np.int64)
    usual = habit.start_s[~other[habit.row]]
    late_s = np.rint(rng.normal(0, PUNCTUAL_S, len(usual))).astype(np.int64)
    start_s[~other[row]] = np.maximum(usual + late_s, quarter_s[0])
    start_s[other[row]] = when(row[other[row]], shares, quarter_s, rng)
    return Habit(counts, row, in_order(row, start_s))
