"""When journeys begin, so that the taps fall into the hours in which they were counted.

Riders tap some time after they set out, and later again for a second leg. The hours of setting out are found by asking,
round after round, in which hours too many or too few taps would come.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUARTER_S = 900
_ROUNDS = 40


def start_shares(
    profile: NDArray[np.float64], lags_s: NDArray[np.float64], cut_s: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Share of journeys that begin in each quarter hour of the service day, and when that quarter begins (clock seconds).

    `profile` is the share of tap-ins by clock hour; `lags_s` how long after setting out the taps of a journey come.
    """
    start_s = cut_s + QUARTER_S * np.arange(96, dtype=np.int64)
    hour = start_s // 3600 % 24
    delay = np.bincount((lags_s // QUARTER_S).astype(np.int64), minlength=1).astype(np.float64)
    delay /= delay.sum()
    wanted = profile / profile.sum()
    shares = wanted[hour] / 4
    for _ in range(_ROUNDS):
        taps = np.convolve(shares, delay)[:96]
        found = np.bincount(hour, taps, minlength=24)
        shares = shares * np.divide(wanted, found, out=np.zeros(24), where=found > 0)[hour]
        shares /= shares.sum()
    return shares, start_s


def draw_starts(
    shares: NDArray[np.float64], start_s: NDArray[np.int64], n: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Starting times in clock seconds, anywhere within their quarter hour."""
    quarter = rng.choice(len(shares), n, p=shares)
    drawn: NDArray[np.int64] = start_s[quarter] + rng.integers(0, QUARTER_S, n)
    return drawn
