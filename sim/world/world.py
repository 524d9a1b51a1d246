"""The world of a run: the city's vehicles, readers and riders, day after day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afc.actions import NO_ACTIONS
from afc.keys import KeyRing
from afc.moment import at_us
from sim.demand.journeys import Journeys
from sim.demand.population import Population
from sim.demand.service import AS_USUAL, Service
from sim.progress import Progress
from sim.world.day import Day
from sim.world.daylog import DayLog
from sim.world.elsewhere import OfficeElsewhere
from sim.world.equipment import Device
from sim.world.estate import Estate
from sim.world.listing import Listing
from sim.world.office import Office, Send
from sim.world.stamping import Stamping
from sim.world.torn import Tears

REPORT_LATE_S = 9 * 3600
"""When the depot's technician has brought the last vehicles on line again."""


class World:
    """What lasts from one day to the next: the cards, the readers and what is still in their journals."""

    def __init__(
        self, city: Any, network: Any, population: Population, ring: KeyRing, torn: float = 0.0, scale: float = 0.0
    ) -> None:
        self.city, self.network, self.population = city, network, population
        self.estate = Estate(city, network, ring, population.seed, scale)
        self.listing: Listing | None = None
        self.tears = Tears(torn, population.seed, len(self.estate.devices))

    @property
    def devices(self) -> list[Device]:
        """The device register: every reader and what it is fixed to."""
        return self.estate.devices

    def run_day(
        self,
        service_date: date,
        journeys: Journeys,
        rates: NDArray[np.void],
        send: Send | OfficeElsewhere,
        progress: Progress | None = None,
        *,
        actions: NDArray[np.void] = NO_ACTIONS,
        service: Service = AS_USUAL,
    ) -> DayLog:
        """Simulate one service day.

        `rates` are what every reader carries on this day, `actions` are sorted, `service` says what runs. Sealed batches go to
        `send`, or to an office in another process.
        """
        office = self._office(send)
        day = Day(
            self.city, self.network, service_date, self.population, journeys, rates, self.estate, office, self.listing,
            actions, self.tears, service,
        )  # fmt: skip
        return day.run(progress)

    def report_late(self, service_date: date, send: Send | OfficeElsewhere) -> None:
        """The morning after: readers that found no connection at the depot send what they still hold."""
        office = self._office(send)
        late = office.news()[0]
        office.report(late, at_us(service_date + timedelta(days=1), REPORT_LATE_S, self.city.zone))
        if self.listing is not None:
            office.deliver(self.estate.without(self.listing.version, late), self.listing.message)
        office.news()

    def _office(self, send: Send | OfficeElsewhere) -> Stamping | OfficeElsewhere:
        if isinstance(send, OfficeElsewhere):
            return send
        return Stamping(self.estate.ring, Office(self.estate, send))
