"""When journeys begin, so that the taps fall into the hours in which they were counted.

Riders tap some time after they set out, and later again for a second leg. The hours of setting out are found by asking,
round after round, in which hours too many or too few taps would come, and handing that back to when their riders set out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUARTER_S = 900
QUARTERS = 96
_ROUNDS = 60


def start_shares(
    profile: NDArray[np.float64], lags_s: NDArray[np.float64], cut_s: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Share of journeys that begin in each quarter hour of the service day, and when that quarter begins (clock seconds).

    `profile` is the share of tap-ins by clock hour; `lags_s` how long after setting out the taps of a journey come.
    """
    start_s = cut_s + QUARTER_S * np.arange(QUARTERS, dtype=np.int64)
    hour = start_s // 3600 % 24
    delay = np.bincount((lags_s // QUARTER_S).astype(np.int64), minlength=1)[:QUARTERS].astype(np.float64)
    delay /= delay.sum()
    wanted = profile / profile.sum()
    shares = set_out_before(wanted[hour], delay)
    for _ in range(_ROUNDS):
        found = np.bincount(hour, np.convolve(shares, delay)[:QUARTERS], minlength=24)
        too_few = np.divide(wanted, found, out=np.zeros(24), where=found > 0)
        shares *= set_out_before(too_few[hour], delay)
        shares /= shares.sum()
    return shares, start_s


def set_out_before(taps: NDArray[np.float64], delay: NDArray[np.float64]) -> NDArray[np.float64]:
    """By quarter hour of setting out: the mean over when its riders tap."""
    mean: NDArray[np.float64] = np.convolve(taps[::-1], delay)[:QUARTERS][::-1]
    return mean


def draw_starts(
    shares: NDArray[np.float64], start_s: NDArray[np.int64], n: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Starting times in clock seconds, anywhere within their quarter hour."""
    quarter = rng.choice(len(shares), n, p=shares)
    drawn: NDArray[np.int64] = start_s[quarter] + rng.integers(0, QUARTER_S, n)
    return drawn
