"""Mishaps: what faults of the way do to a plan, by columns: its order, its moments, its connections."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.load.faults import Faults
from sim.load.offer import Offer

AFTER_S = 1.0
"""Within which a second copy follows."""


def burst(
    offer: Offer, faults: Faults, taps: NDArray[np.int64], devices: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Order and due moments of all batches where some of those that had come later come at once.

    Every reader brings its next batch, then those that have more bring another, until they are enough; so a reader's
    batches still leave in their order.
    """
    due_s = offer.due_s(np.cumsum(taps))
    before = int(np.searchsorted(due_s, faults.outage_s, "right"))
    later = np.arange(before, len(taps))
    turn = nth_of_its_reader(devices[later])
    at_once = np.sort(later[np.lexsort((later, turn))[: faults.outage]])
    rest = np.setdiff1d(later, at_once)
    rest_s = offer.due_s(taps[:before].sum() + np.cumsum(taps[rest]))
    order = np.concatenate([np.arange(before), at_once, rest])
    return order, np.concatenate([due_s[:before], np.full(len(at_once), faults.outage_s), rest_s])


def nth_of_its_reader(devices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which batch of its reader each is, from 0.

    >>> nth_of_its_reader(np.array([7, 9, 7, 7, 9])).tolist()
    [0, 0, 1, 2, 1]
    """
    order = np.argsort(devices, kind="stable")
    first = np.searchsorted(devices[order], devices[order])
    turn = np.empty(len(devices), np.int64)
    turn[order] = np.arange(len(devices)) - first
    return turn


def swapped(
    order: NDArray[np.int64], devices: NDArray[np.int64], share: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], int]:
    """The order with a share of the batches behind the next one of their reader, and how many changed places."""
    order = order.copy()
    by_reader = np.argsort(devices[order], kind="stable")
    pairs = np.flatnonzero(devices[order[by_reader[:-1]]] == devices[order[by_reader[1:]]])
    chosen = np.sort(rng.permutation(pairs)[: round(share * len(order))])
    apart = chosen[np.diff(chosen, prepend=-2) > 1]  # nobody changes places twice
    first, second = by_reader[apart], by_reader[apart + 1]
    order[first], order[second] = order[second], order[first]
    return order, len(apart)


def cuts(n: int, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """For each sending 0, or 1 or 2 in turn for those whose connection is cut (`Cut`)."""
    cut = np.zeros(n, np.int64)
    chosen = rng.permutation(n)[: round(share * n)]
    cut[chosen] = 1 + np.arange(len(chosen)) % 2
    return cut


def doubled(
    due_s: NDArray[np.float64], order: NDArray[np.int64], cut: NDArray[np.int64], end_s: float, share: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:  # fmt: skip
    """All sendings with a second copy of some, up to a second later but inside the run."""
    chosen = rng.permutation(len(order))[: round(share * len(order))]
    copies_s = np.minimum(due_s[chosen] + AFTER_S * rng.random(len(chosen)), np.maximum(end_s, due_s[chosen]))
    times = np.concatenate([due_s, copies_s])
    by_time = np.argsort(times, kind="stable")
    again = np.arange(len(times)) >= len(due_s)
    both, whole = np.concatenate([order, order[chosen]]), np.concatenate([cut, np.zeros(len(chosen), np.int64)])
    return times[by_time], both[by_time], whole[by_time], again[by_time]
