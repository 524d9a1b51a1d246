"""The plan: which batch leaves when, and what is done to it on the way. Worked out before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.load.faults import Faults
from sim.load.mishaps import burst, cuts, doubled, swapped
from sim.load.offer import Offer
from sim.load.pool import devices_in, taps_in


class Plan(NamedTuple):
    """One row a sending, in order of time: when it is due, which batch it is (its place in what was taken from the pool), how
    its connection is cut (`Cut`), and whether it is a second copy."""

    due_s: NDArray[np.float64]
    batch: NDArray[np.int64]
    cut: NDArray[np.int64]
    again: NDArray[np.bool_]
    faults: dict[str, dict[str, int]]


def plan_of(offer: Offer, faults: Faults, batches: Sequence[bytes], rng: np.random.Generator) -> Plan:
    """Batches at the offer's pace, in the order of the pool; of `burst` batches each reader's next comes first."""
    taps, devices = taps_in(batches), devices_in(batches)
    told: dict[str, dict[str, int]] = {}
    order, due_s = np.arange(len(batches)), offer.due_s(np.cumsum(taps))
    if faults.outage:
        order, due_s = burst(offer, faults, taps, devices)
        at_once = order[due_s == faults.outage_s]
        told["outage"] = {"batches": len(at_once), "readers": len(np.unique(devices[at_once]))}
    if faults.reorder:
        order, swaps = swapped(order, devices, faults.reorder, rng)
        told["reorder"] = {"swapped": swaps}
    cut = np.zeros(len(order), np.int64)
    if faults.cut:
        cut = cuts(len(order), faults.cut, rng)
        told["cut"] = {"halfway": int((cut == 1).sum()), "unheard": int((cut == 2).sum())}
    again = np.zeros(len(order), bool)
    if faults.duplicates:
        due_s, order, cut, again = doubled(due_s, order, cut, offer.seconds, faults.duplicates, rng)
        told["duplicates"] = {"sent_twice": int(again.sum())}
    return Plan(due_s, order, cut, again, told)
