"""A usual day's journeys made more or fewer, and those of a concert put among them.

Whoever stays at home, goes out once more or goes to a concert is drawn by chance of its own, so all others do what they would
have done.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.moment import clock_s
from sim.demand.journeys import APART_S
from sim.demand.profile import draw_starts

BEFORE_S = 5400, 1800
"""Between so long and so long before it begins, people set out for a concert."""
AFTER_S = 1200
"""Within so long after its end they set out for home."""


class Asked(NamedTuple):
    """Journeys as they are asked for: rider, clock seconds of setting out, from and to which stop; in the order of riders."""

    row: NDArray[np.int64]
    start_s: NDArray[np.int64]
    origin: NDArray[np.int32]
    destination: NDArray[np.int32]

    def taken(self, places: Any) -> Asked:
        """Some of them."""
        return Asked(*(column[places] for column in self))


def vary(
    row: NDArray[np.int64], start_s: NDArray[np.int64], factor: NDArray[np.float64],
    shares: NDArray[np.float64], quarter_s: NDArray[np.int64], rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Riders and starts with `factor[rider]` times as many journeys of each; a journey more begins at any hour of the day's."""
    wanted = factor[row]
    copies = np.floor(wanted).astype(np.int64) + (rng.random(len(row)) < wanted % 1)
    more = np.repeat(row, np.maximum(copies - 1, 0))
    all_rows = np.concatenate([row[copies > 0], more])
    starts = np.concatenate([start_s[copies > 0], draw_starts(shares, quarter_s, len(more), rng)])
    order = np.lexsort((starts, all_rows))
    return all_rows[order], starts[order]


def attend(
    asked: Asked, concert: Any, stop: int, home: NDArray[np.int32], scale: float, rng: np.random.Generator
) -> Asked:
    """The journeys with a concert's: its riders leave out what they would have done within that time."""
    begins_s, ends_s = clock_s(concert.begins), clock_s(concert.ends)
    able = np.flatnonzero(home != stop)
    who = np.sort(rng.choice(able, min(len(able), round(concert.riders * scale)), replace=False))
    going = np.zeros(len(home), np.bool_)
    going[who] = True
    meanwhile = (asked.start_s > begins_s - BEFORE_S[0] - APART_S) & (asked.start_s < ends_s + AFTER_S)
    kept = asked.taken(~(going[asked.row] & meanwhile))
    there = np.full(len(who), stop, np.int32)
    out_s = begins_s - rng.integers(BEFORE_S[1], BEFORE_S[0], len(who))
    back_s = ends_s + rng.integers(0, AFTER_S, len(who))
    ways = [kept, Asked(who, out_s, home[who], there), Asked(who, back_s, there, home[who])]
    joined = Asked(*(np.concatenate(columns) for columns in zip(*ways, strict=True)))
    return joined.taken(np.lexsort((joined.start_s, joined.row)))
