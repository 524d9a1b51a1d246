"""Begun: a journey under way when a version of the tariff begins is rated to its end by the version that it began under.

Reader and clearing house ask the same two questions: under which version did what the card holds begin, and does the next
tap go on with it?
"""

from __future__ import annotations

import numpy as np

from afc.fares.codes import JOINED

Earlier = tuple[tuple[int, np.ndarray], ...]
"""Versions that were in force before the one of today, the newest first: the moment at which each ended, and its rates."""

_NOTHING_US = 1 << 62


def since_us(cards: np.ndarray) -> np.ndarray:
    """When the open leg's journey began, or that of the latest leg; later than everything where a card holds neither."""
    alone = (cards["leg_open"] == 1) & (cards["leg_in_journey"] != JOINED)
    began = np.where(alone, cards["leg_in_us"], cards["j_start_us"])
    return np.where((cards["leg_open"] == 1) | (cards["j_legs"] > 0), began, _NOTHING_US)


def begun_under(cards: np.ndarray, earlier: Earlier) -> np.ndarray:
    """For each card (CARD[n]) the version under which that began: 0 is today's, 1 the newest of `earlier`, and so on."""
    ended = np.array([ended_us for ended_us, _ in earlier], np.int64)
    return np.asarray((since_us(cards)[:, None] < ended).sum(axis=1))


def goes_on(journey: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Is the leg of a tap part of a journey that its card had begun `before`? A new journey has a new number."""
    return np.asarray(journey <= before["journeys"])
