"""Who comes to the gates when: a steady stream, or trains that unload."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.world.stage import GATE_WALK_US

NO_TRAIN = -1


class Window(NamedTuple):
    """The time under study, from its first microsecond to the one that is no longer in it."""

    from_us: int
    to_us: int


class Arrivals(NamedTuple):
    """Riders in the order of coming: when, and out of which train (NO_TRAIN where it is none). `doors_us` is when each train
    opened its doors."""

    at_us: NDArray[np.int64]
    train: NDArray[np.int64]
    doors_us: NDArray[np.int64]


def stream(riders: int, window: Window, rng: np.random.Generator) -> Arrivals:
    """So many riders at moments drawn from the window, none knowing of another (a Poisson stream of a known number)."""
    at_us = np.sort(rng.integers(window.from_us, window.to_us, riders))
    return Arrivals(at_us, np.full(riders, NO_TRAIN, np.int64), np.zeros(0, np.int64))


def trains(
    riders: int, headway_us: int, window: Window, alight_us: int, spread_us: int, rng: np.random.Generator
) -> Arrivals:
    """A train each `headway_us` from the beginning of the window, each unloading so many riders.

    They get off one after another, `alight_us` apart, and walk as long to the gates as in a city's day; up to `spread_us`
    longer, each as drawn, where that is above 0.
    """
    doors_us = np.arange(window.from_us, window.to_us, headway_us, dtype=np.int64)
    train = np.repeat(np.arange(len(doors_us)), riders)
    off_us = np.tile(alight_us * np.arange(1, riders + 1, dtype=np.int64), len(doors_us))
    longer_us = rng.integers(0, spread_us + 1, len(train))
    at_us = doors_us[train] + off_us + GATE_WALK_US + longer_us
    order = np.argsort(at_us, kind="stable")
    return Arrivals(at_us[order], train[order], doors_us)
