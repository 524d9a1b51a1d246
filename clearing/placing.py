"""Placing: does a tap name things that the city's pack has? A reader signs what it was told, and rules look up by number.

What names a stop or a product that nobody has is kept aside before a rule looks anything up by it.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

import numpy as np

from afc.actions import Action
from afc.fares.rates import PRODUCTS_MAX
from afc.tap import NO_PATTERN, NO_STOP, TapKind

_PIECE = 16_384  # taps looked at together: all their fields are still in the processor's memory


class Unplaced(Enum):
    """Why a tap of an accepted batch cannot even be looked at by the rules."""

    PLACE_UNKNOWN = "It names a stop, pattern, rider category, medium or product that the city does not have."


class Known(NamedTuple):
    """How many of each thing the city has, the readers that belong to a service, and the stops of each pattern."""

    stops: int
    categories: int
    media: int
    serving: np.ndarray
    calls: np.ndarray


def known_of(city: Any, register: np.ndarray, tables: Any) -> Known:
    """What taps may name, under these registers."""
    serving = np.unique(register["device"][register["service"] >= 0])
    return Known(len(city.network.stop_ids), len(city.categories), len(city.media), serving, tables.calls)


def placed(taps: np.ndarray, known: Known) -> np.ndarray:
    """Which taps name nothing but what there is."""
    fits = np.ones(len(taps), bool)
    for at in range(0, len(taps), _PIECE):
        fits[at : at + _PIECE] = _fits(taps[at : at + _PIECE], known)
    return fits


def _fits(taps: np.ndarray, known: Known) -> np.ndarray:
    stop, pattern = taps["stop"], taps["pattern"]
    rides, moving = taps["kind"] <= TapKind.EXIT, pattern != NO_PATTERN
    fits: np.ndarray = (taps["category"] < known.categories) & (taps["medium"] < known.media)
    fits &= (taps["product"] <= PRODUCTS_MAX) & ((stop < known.stops) | (stop == NO_STOP) & ~rides)
    fits &= ~moving | (pattern < len(known.calls))
    ordered = taps["kind"] == TapKind.ACTION
    if ordered.any():
        fits[ordered] &= np.isin(taps["product"][ordered], list(Action))
    on_pattern = rides & moving & fits
    fits[on_pattern] = taps["stop_seq"][on_pattern] < known.calls[pattern[on_pattern]]
    alone = (rides | (taps["kind"] == TapKind.CASH)) & ~moving
    if alone.any():
        fits[alone] &= np.isin(taps["device"][alone], known.serving)
    return fits
