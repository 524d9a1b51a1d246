"""How long things took: percentiles by rank, each a time that somebody really waited."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Spread(NamedTuple):
    """Milliseconds within which 50, 90, 95 and 99 of 100 had their answer, and the longest."""

    p50: float = 0.0
    p90: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


def spread(seconds: NDArray[np.float64]) -> Spread:
    """The spread of some times in seconds; nothing is interpolated.

    >>> spread(np.arange(1, 101) / 1000)
    Spread(p50=50.0, p90=90.0, p95=95.0, p99=99.0, max=100.0)
    """
    if len(seconds) == 0:
        return Spread()
    ms = np.quantile(1000 * seconds, (0.5, 0.9, 0.95, 0.99, 1.0), method="inverted_cdf")
    return Spread(*(round(float(one), 3) for one in ms))
