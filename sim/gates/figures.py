"""What n gates came to: waits, queue, use, and how long a train's riders took to be gone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.moment import MINUTE_US
from sim.gates.arrivals import NO_TRAIN, Arrivals, Window
from sim.world.microscopic import Failure, Passages

PERCENTILES = {"p50": 50, "p95": 95, "p99": 99}


class Figures(NamedTuple):
    """Whole microseconds where the name ends so; other figures are of the window. `wait_us` has mean, p50, p95, p99 and max,
    `cleared_us` is the longest time from a train's doors to the last of its riders through the gates, None without trains."""

    riders: int
    per_minute: float
    busiest_minute: int
    wait_us: dict[str, int]
    queue_mean: float
    queue_max: int
    busy: float
    cleared_us: int | None


def figures(passed: Passages, arrivals: Arrivals, window: Window, gates: int, failures: tuple[Failure, ...]) -> Figures:
    """The figures of a window: waits of those who came in it, and the queue, the gates and the passages while it lasted."""
    came = (passed.arrival_us >= window.from_us) & (passed.arrival_us < window.to_us)
    through = passed.end_us[(passed.end_us >= window.from_us) & (passed.end_us < window.to_us)]
    length_us = window.to_us - window.from_us
    closed_us = sum(
        window.to_us - max(failure.from_us, window.from_us) for failure in failures if failure.from_us < window.to_us
    )
    queue = queue_lengths(passed, window, 1)
    return Figures(
        riders=int(came.sum()),
        per_minute=len(through) * MINUTE_US / length_us,
        busiest_minute=int(np.bincount((through - window.from_us) // MINUTE_US, minlength=1).max()),
        wait_us=waits((passed.start_us - passed.arrival_us)[came]),
        queue_mean=overlap_us(passed.arrival_us, passed.start_us, window) / length_us,
        queue_max=int(queue.max()),
        busy=overlap_us(passed.start_us, passed.end_us, window) / (gates * length_us - closed_us),
        cleared_us=cleared(passed, arrivals, window),
    )


def waits(wait_us: NDArray[np.int64]) -> dict[str, int]:
    """Mean (rounded down), percentiles and maximum; a percentile is the wait of a real rider, the nearest rank from above."""
    if len(wait_us) == 0:
        return dict.fromkeys(("mean", *PERCENTILES, "max"), 0)
    ranked = np.sort(wait_us)
    ranks = {name: int(ranked[-(-percent * len(ranked) // 100) - 1]) for name, percent in PERCENTILES.items()}
    return {"mean": int(ranked.sum()) // len(ranked), **ranks, "max": int(ranked[-1])}


def queue_lengths(passed: Passages, window: Window, bins: int) -> NDArray[np.int64]:
    """The longest queue in each of so many equal parts of the window; it only grows when somebody comes."""
    edges = window.from_us + (window.to_us - window.from_us) * np.arange(bins, dtype=np.int64) // bins
    came = (passed.arrival_us >= window.from_us) & (passed.arrival_us < window.to_us)
    moments = np.union1d(edges, passed.arrival_us[came])
    begun_us = np.sort(passed.start_us)
    standing = np.searchsorted(passed.arrival_us, moments, "right") - np.searchsorted(begun_us, moments, "right")
    longest: NDArray[np.int64] = np.maximum.reduceat(standing, np.searchsorted(moments, edges))
    return longest


def overlap_us(from_us: NDArray[np.int64], to_us: NDArray[np.int64], window: Window) -> int:
    """How much of these times lies in the window, added up."""
    return int((np.clip(to_us, *window) - np.clip(from_us, *window)).sum())


def cleared(passed: Passages, arrivals: Arrivals, window: Window) -> int | None:
    """From the doors of a train to its last rider through: the longest, of trains that opened them in the window."""
    out = arrivals.train != NO_TRAIN
    last_us = np.full(len(arrivals.doors_us), -1, np.int64)
    np.maximum.at(last_us, arrivals.train[out], passed.end_us[out])
    counted = (last_us >= 0) & (arrivals.doors_us >= window.from_us) & (arrivals.doors_us < window.to_us)
    return int((last_us - arrivals.doors_us)[counted].max()) if counted.any() else None
