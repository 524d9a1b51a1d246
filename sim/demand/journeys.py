"""A day's journeys: who sets out when, from where to where, and along which legs.

Most riders go out and come back. A rider of one journey goes out before midday and comes home after; of three, goes out
once more in the evening, and how they get home then is not our business.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.demand.choice import LEG, LEGS_MAX
from sim.demand.population import Population
from sim.demand.profile import draw_starts

APART_S = 4500
"""Between two of a rider's journeys."""
MIDDAY_S = 13 * 3600
_SHUFFLES = 12

JOURNEY = np.dtype(
    [
        ("row", "<i4"), ("first_leg", "<i4"), ("start_s", "<i4"), ("legs", "<i1"), ("forgets", "<i1"), ("party", "<i1"),
        ("error", "<i1"),
    ]
)  # fmt: skip
"""A rider (row of the population), legs in order from `first_leg`, clock seconds of setting out, how many ride on the card,
and what the rider does by mistake."""

AS_MEANT, TWICE, WRONG_GATE, WRONG_LINE = range(4)
"""Mistakes: the card is held to the reader again at once; out of the gates again at the same station, and in once more; the
first two legs lead by another line to its next stop and back."""


class Journeys(NamedTuple):
    """A day of journeys and their legs; `unserved` found no line running at their hour and stay at home."""

    journeys: NDArray[np.void]
    legs: NDArray[np.void]
    unserved: int


def counts_per_rider(total: int, riders: int, mean: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many journeys each rider makes; riders who go out make `mean` (at least 1) on average, all together `total`."""
    mean = max(1.0, mean)
    active = rng.random(riders) < min(1.0, total / (riders * mean))
    most = max(2, int(np.ceil(mean)))
    counts = np.where(active, 1 + rng.binomial(most, (mean - 1) / most, riders), 0)
    while (surplus := int(counts.sum()) - total) != 0:
        able = np.flatnonzero(counts > 0) if surplus > 0 else np.arange(riders)
        changed = rng.choice(able, min(abs(surplus), len(able)), replace=False)
        counts[changed] -= np.sign(surplus)
    return counts


def when(
    row: NDArray[np.int64], shares: NDArray[np.float64], quarter_s: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Starting times, in order for each rider and apart from each other; `row` is the rider of each journey, in order.

    Times too near are thrown back with as many others and dealt again: the hours as a whole stay as drawn.
    """
    start_s = in_order(row, draw_starts(shares, quarter_s, len(row), rng))
    same = np.diff(row) == 0
    for _ in range(_SHUFFLES):
        near = np.flatnonzero(same & (np.diff(start_s) < APART_S)) + 1
        if len(near) == 0:
            break
        again = marked(np.concatenate([near, rng.integers(0, len(row), len(near))]), len(row))
        start_s[again] = start_s[rng.permutation(again)]
        dealt = np.zeros(row[-1] + 1, np.bool_)
        dealt[row[again]] = True
        theirs = np.flatnonzero(dealt[row])  # the others' are in order already
        start_s[theirs] = in_order(row[theirs], start_s[theirs])
    return start_s


def marked(places: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Places below n, each once and in order; with many of them this takes a fraction of `np.unique`."""
    mark = np.zeros(n, np.bool_)
    mark[places] = True
    return np.flatnonzero(mark)


def in_order(row: NDArray[np.int64], start_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each rider's starting times, earliest first: one sort of (rider, time) packed into one number."""
    packed = np.sort(row << 20 | start_s)
    ordered: NDArray[np.int64] = packed & ((1 << 20) - 1)
    return ordered


def ends(
    population: Population, row: NDArray[np.int64], start_s: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Origin and destination of each journey."""
    people = population.people
    turn = np.arange(len(row)) - np.searchsorted(row, row)
    homeward = np.where(counts[row] == 1, start_s >= MIDDAY_S, turn % 2 == 1)
    home, place = people["home"][row], people["place"][row]
    return np.where(homeward, place, home).astype(np.int32), np.where(homeward, home, place).astype(np.int32)


def pack_legs(
    population: Population, row: NDArray[np.int64], start_s: NDArray[np.int64], legs: NDArray[np.void],
    counts: NDArray[np.int8], rng: np.random.Generator,
) -> Journeys:  # fmt: skip
    """Put the legs of all journeys one after another, in the order of setting out; they come in the order of riders."""
    people = population.people
    legs["taps_out"] = rng.random(legs.shape) < people["tap_out"][row][:, None]
    served = np.flatnonzero(counts > 0)
    order = served[np.sort(start_s[served] << 32 | np.arange(len(served))) & 0xFFFFFFFF]
    journeys = np.zeros(len(order), JOURNEY)
    journeys["row"], journeys["start_s"], journeys["legs"] = row[order], start_s[order], counts[order]
    journeys["party"] = 1
    journeys["first_leg"] = np.cumsum(journeys["legs"]) - journeys["legs"]
    journeys["forgets"] = rng.random(len(order)) < people["forget"][journeys["row"]]
    shift = order * LEGS_MAX - journeys["first_leg"]
    places = np.repeat(shift, journeys["legs"]) + np.arange(journeys["legs"].sum(dtype=np.int64))
    bytes_of = legs.reshape(-1).view(np.dtype((np.void, LEG.itemsize)))  # bytes move three times as fast as records
    kept: NDArray[np.void] = bytes_of[places].view(LEG)
    return Journeys(journeys, kept, len(row) - len(order))


def take_companions(
    plan: Journeys, shares: NDArray[np.float64], gated: NDArray[np.bool_], rng: np.random.Generator
) -> None:
    """Some holders pay for one to three others too: `shares[i]` of those like that of journey i, and nobody through a gate,
    which lets in one at a time. `gated[leg]` are the legs behind gates.
    """
    journeys = plan.journeys
    through = np.add.reduceat(gated, journeys["first_leg"]) > 0 if len(journeys) else np.zeros(0, bool)
    chosen = (rng.random(len(journeys)) < shares) & ~through
    journeys["party"][chosen] += rng.integers(1, 4, int(chosen.sum())).astype(np.int8)
