"""Cards pulled away too early, on purpose: a share of all presentations ends without the card's word.

In half of them the card had been written, and the rider is let through all the same. In the other half it had not, and is
held to the reader again at once: the reader has two records of it, of which the first never happened.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from afc.moment import SECOND_US
from afc.tap import TapState
from sim.demand.chance import child


class Tears:
    """The tears of a run. Readers number what never happened, too, so all that they write later has higher numbers."""

    def __init__(self, share: float, seed: int, devices: int) -> None:
        self.share, self._seed = share, seed
        self._later = np.zeros(devices + 1, np.uint32)
        self._rng = child(seed, "torn")

    def begin(self, service_date: date) -> None:
        """Draw anew for a day."""
        self._rng = child(self._seed, "torn", service_date.isoformat())

    def tear(self, taps: NDArray[np.void]) -> tuple[NDArray[np.void], NDArray[np.void]]:
        """The taps as readers have written them down, in the order of each reader's numbers; and which never happened."""
        if not self.share:
            return taps, taps[:0]
        torn = (self._rng.random(len(taps)) < self.share) & (taps["counter"] > 0)
        written = self._rng.random(len(taps)) < 0.5
        taps = taps.copy()
        taps["state"][torn & written] = TapState.UNRATIFIED
        again = np.flatnonzero(torn & ~written)
        never = taps[again]
        never["state"], never["time_us"] = TapState.UNRATIFIED, never["time_us"] - SECOND_US
        every = np.insert(taps, again, never)
        at = again + np.arange(len(again))
        added = np.zeros(len(every), np.uint32)
        added[at + 1] = 1  # the tap for which the card was held to the reader again
        order = np.argsort(every["device"], kind="stable")
        device, sums = every["device"][order], np.cumsum(added[order], dtype=np.uint32)
        first = np.concatenate([[True], device[1:] != device[:-1]]) if len(device) else np.zeros(0, bool)
        before = sums - added[order]
        every["seq"][order] += self._later[device] + sums - np.maximum.accumulate(np.where(first, before, 0))
        self._later += np.bincount(never["device"], minlength=len(self._later)).astype(np.uint32)
        return every, every[at]
