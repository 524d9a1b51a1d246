"""Who travels between which stops: the stops' weights joined by how far apart they are.

A stop attracts in proportion to its weight, less the longer the way takes, and not at all within walking distance.
Rows and columns are then balanced so that each stop sends and receives its share.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WALKABLE_M = 600.0
"""Nobody takes a vehicle to a stop this near."""
SPREAD_S = 2400.0
"""How much longer a way may be felt before one rider in e makes it."""
_BALANCING_ROUNDS = 12


def stop_weights(stop_ids: tuple[str, ...], weights: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(as origins, as destinations) of every stop. Stops that the table leaves out have none; an empty table, all alike."""
    if not weights:
        return np.ones(len(stop_ids)), np.ones(len(stop_ids))
    pairs = [_pair(weights.get(stop, 0)) for stop in stop_ids]
    both = np.array(pairs, np.float64)
    return both[:, 0].copy(), both[:, 1].copy()


def _pair(weight: Any) -> tuple[float, float]:
    if isinstance(weight, int | float):
        return float(weight), float(weight)
    return float(weight.o), float(weight.d)


def crow_m(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres between all stops as the crow flies; a flat earth is good enough within a city."""
    metres = 111_195.0
    north = (lat[:, None] - lat[None, :]) * metres
    east = (lon[:, None] - lon[None, :]) * metres * np.cos(np.radians(lat.mean()))
    away: NDArray[np.float64] = np.hypot(north, east)
    return away


def trip_matrix(
    cost: NDArray[np.float32], away_m: NDArray[np.float64], out: NDArray[np.float64], into: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The share of all journeys between each pair of stops; sums to 1."""
    pull = np.where(np.isfinite(cost) & (away_m > WALKABLE_M), np.exp(-cost / SPREAD_S), 0.0)
    pull *= out[:, None] * into[None, :]
    assert pull.sum() > 0, "no stop with riders can be reached from another"
    for _ in range(_BALANCING_ROUNDS):
        pull *= _ratio(out / out.sum(), pull.sum(axis=1) / pull.sum())[:, None]
        pull *= _ratio(into / into.sum(), pull.sum(axis=0) / pull.sum())[None, :]
    share: NDArray[np.float64] = pull / pull.sum()
    return share


def _ratio(wanted: NDArray[np.float64], found: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
