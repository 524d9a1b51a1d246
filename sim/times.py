"""How long each part of a run took, by what it said that it was doing; told beside what it did, and in no digest."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence

from sim.progress import Progress

TIMES_FILE = "times.json"


class Times:
    """Progress that is passed on, with a note of when each thing began."""

    def __init__(self, progress: Progress, before: Sequence[tuple[str, float]] = ()) -> None:
        self._progress, self._before, self._began = progress, before, list[tuple[str, float]]()

    def __call__(self, what: str, part: float, taps: int = 0) -> None:
        """What is being done now, how much of it is done, and of how many taps."""
        if not self._began or self._began[-1][0] != what:
            self._began.append((what, time.perf_counter()))
        self._progress(what, part, taps)

    def told(self) -> list[tuple[str, float]]:
        """Seconds by the clock on the wall of everything that was done so far, in its order.

        `before` is what a run that was stopped had told: what it did twice took both together.
        """
        ends = [at for _, at in self._began[1:]] + [time.perf_counter()]
        sums: defaultdict[str, float] = defaultdict(float, self._before)
        for (what, at), end in zip(self._began, ends, strict=True):
            sums[what] += end - at
        return [(what, round(seconds, 3)) for what, seconds in sums.items()]
