"""The fare fold over taps whose legs are measured already: the loop that a bench times, compiled and interpreted."""

from __future__ import annotations

from typing import Any

import numpy as np

from afc.executor import rule
from afc.fares.charge import charge
from afc.fares.state import LINES_MAX, REFUSED, Plain


@rule
def fold(cards: Any, events: Any, rows: Any, rates: Any, scratch: Any, minor: Any) -> int:
    """All taps one after another, `minor[i]` being what tap i costs; how many were refused, which cost nothing."""
    refused, r = 0, rates[0]
    image, _, lines = scratch
    for i in range(len(events)):
        image[0] = cards[rows[i]]
        lines[:] = 0
        minor[i] = charge(image[0], events[i], r, lines)
        if minor[i] >= REFUSED:
            cards[rows[i]] = image[0]
        else:
            minor[i] = 0
            refused += 1
    return refused


def interpreted(cards: np.ndarray, rates: np.ndarray, events: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The money of each leg, by the same rules as they stand."""
    plain, r = [Plain(card) for card in cards], Plain(rates)
    blank = [[0, 0, 0] for _ in range(LINES_MAX)]
    minor = [charge(plain[row], Plain(e), r, [line[:] for line in blank]) for e, row in zip(events, rows, strict=True)]
    return np.asarray(np.array(minor).reshape(-1, 2).sum(axis=1))
