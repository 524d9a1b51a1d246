"""How long each part of a run took, by what it said that it was doing; told beside what it did, and in no digest."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES_FILE = "times.json"


class Times:
    """Progress that is passed on, with a note of when each thing began."""

    def __init__(self, progress: Callable[[str, float], None]) -> None:
        self._progress, self._began = progress, list[tuple[str, float]]()

    def __call__(self, what: str, part: float) -> None:
        """What is being done now, and how much of it is done."""
        if not self._began or self._began[-1][0] != what:
            self._began.append((what, time.perf_counter()))
        self._progress(what, part)

    def told(self) -> list[tuple[str, float]]:
        """Seconds by the clock on the wall of everything that was done so far, in its order."""
        ends = [at for _, at in self._began[1:]] + [time.perf_counter()]
        return [(what, round(end - at, 3)) for (what, at), end in zip(self._began, ends, strict=True)]
