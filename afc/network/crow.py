"""As the crow flies: metres between stops in a straight line, which nobody beats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from afc.gtfs.shapes import EARTH_M


def crow_m(network: Any, a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """Metres between stops by number, each pair; on the scale of a city the earth is a plane. Evidence, never a price."""
    lat, lon = np.radians(network.lat), np.radians(network.lon)
    east = (lon[b] - lon[a]) * np.cos((lat[a] + lat[b]) / 2)
    metres: NDArray[np.float64] = EARTH_M * np.hypot(east, lat[b] - lat[a])
    return metres
