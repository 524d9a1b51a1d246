"""The limit: the highest rate that holds every threshold, found by doubling and then by halving what lies between."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

FLOOR = 16
"""Where not even this part of the first rate holds, nothing is said to hold."""


class Limit(NamedTuple):
    """The highest rate that held, 0.0 where none did, and the lowest that broke, or None where none did."""

    held: float
    broke: float | None


def find_limit(holds: Callable[[float], bool], first: float, most: float, resolution: float) -> Limit:
    """Try rates until the lowest that broke is at most `resolution` (0.1 is 10 %) above the highest that held.

    >>> find_limit(lambda rate: rate <= 1_300, 500, 100_000, 0.1)
    Limit(held=1250.0, broke=1375.0)
    """
    held, rate = 0.0, first
    while rate <= most:
        if not holds(rate):
            return between(holds, held, rate, first / FLOOR, resolution)
        held, rate = rate, 2 * rate
    if held < most and not holds(most):
        return between(holds, held, most, first / FLOOR, resolution)
    return Limit(most, None)


def between(holds: Callable[[float], bool], held: float, broke: float, floor: float, resolution: float) -> Limit:
    """Halve until the two are near enough to each other, or nothing is left."""
    while broke > floor and broke - held > resolution * held:
        middle = (held + broke) / 2
        if holds(middle):
            held = middle
        else:
            broke = middle
    return Limit(held, broke)
