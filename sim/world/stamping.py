"""Stamping: what readers wrote goes to the office with the MACs that their SAMs put on it, a great many taps at once.

A card's key costs four times as much as the MAC of one of its taps, so taps wait here until there are enough that many of them
are of the same cards. Everything else waits with them, in its order; so every byte is the same as if nothing waited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from afc.keys import KeyRing
from afc.tap import TAP
from sim.world.office import Office
from terminals.sam import stamp

TOGETHER_TAPS, TOGETHER_MOST = 1 << 18, 1 << 20
"""So many taps wait at first and at most: as many as the street may be ahead, or it would wait for more to be stamped."""
TOGETHER_PART = 4
"""In between, this part of what has come so far. The office gets its first work soon, and a day of any size is stamped in a
few dozen pieces, which are long enough for a journey to begin and end in."""


class Stamping:
    """Stands before an office, and is spoken to like one."""

    def __init__(self, ring: KeyRing, office: Office) -> None:
        self._ring, self._office = ring, office
        self._taps: list[NDArray[np.void]] = []
        self._count, self._stamped = 0, 0
        self._waiting: list[Callable[[NDArray[np.void]], None]] = []  # what tells the office, given the stamped taps

    def take_in(self, taps: NDArray[np.void]) -> None:
        """Taps that readers wrote; the array may be used again by whoever made it."""
        start, self._count = self._count, self._count + len(taps)
        mine = slice(start, self._count)
        self._taps.append(taps.copy())
        self._waiting.append(lambda stamped: self._office.take_in(stamped[mine]))
        if self._count >= min(max(TOGETHER_TAPS, self._stamped // TOGETHER_PART), TOGETHER_MOST):
            self._pass_on()

    def report(self, devices: Iterable[int], now_us: int) -> None:
        """Let these readers send what they have."""
        mine = list(devices)
        self._waiting.append(lambda _stamped: self._office.report(mine, now_us))

    def deliver(self, devices: Iterable[int], message: bytes) -> None:
        """Give these readers a denylist."""
        mine = list(devices)
        self._waiting.append(lambda _stamped: self._office.deliver(mine, message))

    def news(self) -> tuple[list[int], int]:
        """Readers with taps that are not receipted, and batches so far; nothing waits any more."""
        self._pass_on()
        return self._office.news()

    def _pass_on(self) -> None:
        """Stamp, and tell the office everything that waited."""
        together = np.concatenate([np.zeros(0, TAP), *self._taps])
        self._stamped += self._count
        waiting, self._waiting, self._taps, self._count = self._waiting, [], [], 0
        stamp(self._ring, together)
        for tell in waiting:
            tell(together)
