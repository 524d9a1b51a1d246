"""How the service of a date differs from the timetable: what riders know of it, and what vehicles do."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Service(NamedTuple):
    """Departures that run, by their number in the timetable from 0, all where it is None; and how many times as long rides
    take."""

    runs: NDArray[np.bool_] | None = None
    slower: float = 1.0


AS_USUAL = Service()
