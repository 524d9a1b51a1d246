"""Who drives: made-up numbers. A driver has the same block every day, up to the hour of change; then another has it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from afc.moment import clock_s
from sim.demand.chance import child

FIRST = 10_001


class Drivers:
    """The two drivers of each vehicle."""

    def __init__(self, city: Any, network: Any, routes: tuple[int, ...], seed: int) -> None:
        self.numbers: NDArray[np.int64] = FIRST + child(seed, "drivers").permutation(2 * len(routes)).reshape(-1, 2)
        services = [city.services[network.route_service[route]].id for route in routes]
        self._change_s = [clock_s(city.demand.fleet[service].driver_change) for service in services]

    def of(self, vehicle: int, departure_s: int) -> int:
        """Who drives a trip, by when the timetable lets it leave (clock seconds)."""
        return int(self.numbers[vehicle, int(departure_s >= self._change_s[vehicle])])
