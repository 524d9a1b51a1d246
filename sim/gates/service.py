"""How long one rider takes at a gate.

The mean is the pack's or the command's. How much riders differ is said by a coefficient of variation (standard deviation over
mean), and times are drawn from the gamma distribution that has both: 0 is the same time for everybody, which is what a city's
day has, and 1 is the exponential distribution, for which queues are solved on paper. The shape is our choice, because it has
nothing else to set and no time below zero; measure your own gates for the two figures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEAST_US = 1


def service_times(mean_us: int, variation: float, riders: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A time in whole microseconds for each rider in the order of coming, so that it is the same at however many gates."""
    if variation == 0:
        return np.full(riders, mean_us, np.int64)
    drawn = rng.gamma(1 / variation**2, mean_us * variation**2, riders)
    return np.maximum(np.rint(drawn).astype(np.int64), LEAST_US)
