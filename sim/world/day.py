"""One service day, as processes: vehicles run their trips, riders on foot move on, readers report to the office.

Time is UTC microseconds. Processes are vehicles and devices; riders are rows, so events grow with vehicles and not with
riders.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import date
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from afc.actions import NO_ACTIONS
from afc.executor import compiled
from afc.moment import DAY_US, MINUTE_US, SECOND_US
from afc.tap import TAP
from sim.demand.chance import child
from sim.demand.journeys import Journeys
from sim.demand.population import Population
from sim.demand.service import AS_USUAL, Service
from sim.progress import Progress
from sim.world import foot, inspectors, ride
from sim.world.daylog import Account, DayLog, make_log
from sim.world.elsewhere import OfficeElsewhere
from sim.world.estate import DEPOT, GATES, MACHINES, Estate
from sim.world.fleet import LAYOVER_S, Trip, running
from sim.world.listing import Listing
from sim.world.machine import entry
from sim.world.office import Office
from sim.world.setting import calls_of, clock_zero_us, set_crowd, set_desk, set_ground, set_vehicles
from sim.world.stage import DWELL_FREE_US, NO_ROOM, TAPS, TICK_US, WAIT_BINS, WAITED, Desk
from sim.world.stamping import Stamping
from sim.world.torn import Tears

Process = Generator[simpy.Event, None, None]
COLLECT_US = 15 * MINUTE_US
GATE_ROUNDS, KIOSK_ROUNDS = 4, 16
JUST_BEFORE_US = 1
WORTH_IT = 100
"""Taps for which a reader on line does not wait for its turn: half a batch."""


class Day:
    """The processes of a day and the stage that they share."""

    def __init__(
        self, city: Any, network: Any, service_date: date, population: Population, journeys: Journeys,
        rates: NDArray[np.void], estate: Estate, office: Office | Stamping | OfficeElsewhere, listing: Listing | None = None,
        actions: NDArray[np.void] = NO_ACTIONS, tears: Tears | None = None, service: Service = AS_USUAL,
    ) -> None:  # fmt: skip
        self.city, self.network, self.service_date = city, network, service_date
        self.estate, self.unserved = estate, journeys.unserved
        tally = np.zeros(WAITED + len(city.services) * WAIT_BINS, np.int64)
        self.crowd = set_crowd(city, network, service_date, population, journeys, tally)
        self.desk = set_desk(network, population, rates, estate, tally, actions)
        self.vehicles = set_vehicles(city, network, service_date, estate)
        self.ground = set_ground(city, network, service_date, population, estate)
        self.zero_us = clock_zero_us(city, service_date)
        self.env = simpy.Environment(initial_time=self.crowd.day_us)
        self.account = Account()
        self.tears = tears or Tears(0.0, population.seed, len(estate.devices))
        self.tears.begin(service_date)
        self.office, self.listing = office, listing
        self.offline = estate.offline(city, network, service_date)
        self.out = 0
        self.gates = [row.device for row in estate.devices if row.kind == "gate"]  # they get lists all at once
        self.home, self.batches_before = office.news()
        self.held = np.zeros(len(estate.devices) + 1, np.int64)
        self.service = service
        self.calls = calls_of(network, self.service.slower)
        crowd, desk, vehicles = self.crowd, self.desk, self.vehicles
        self._visit_bus = entry(ride.visit_bus, crowd, desk, vehicles, 0, 0, 0)
        self._visit_train = entry(ride.visit_train, crowd, vehicles, 0, 0, 0)
        self._start_trip = entry(ride.start_trip, desk, vehicles, 0, 0, 0, 0, 0, 0, 0)
        self._end_trip = entry(ride.end_trip, desk, vehicles, 0, 0, 0, 0, 0)

    def run(self, progress: Progress | None) -> DayLog:
        """Everything until the last vehicle is home and nobody walks any more."""
        before = int(self.desk.cards["balance"].sum())
        day_type = self.city.calendar.day_types[self.city.day_type(self.service_date)]
        blocks = running(self.estate.fleet.blocks[day_type], self.service.runs)
        self.out = sum(bool(trips) for trips in blocks)
        for vehicle, trips in enumerate(blocks):
            if trips:
                self.env.process(self.vehicle(vehicle, trips))
        self.env.process(self.collector(progress))
        self.env.process(self.inspect())
        self.env.run(until=self.env.process(self.on_foot()))
        self.collect(gates=True, kiosks=True)
        purses = before, int(self.desk.cards["balance"].sum())
        late, batches = self.office.news()
        self.account.batches = batches - self.batches_before
        return make_log(
            self.city,
            self.service_date,
            self.crowd,
            self.account,
            unserved=self.unserved,
            late=tuple(late),
            purses=purses,
        )

    def vehicle(self, vehicle: int, trips: tuple[Trip, ...]) -> Process:
        """One vehicle's day: trip after trip, then the depot."""
        env = self.env
        visit = self.visit_train if self.vehicles.rows["gated"][vehicle] else self.visit_bus
        for trip in trips:
            early_us = self.zero_us + trip.departure_s * SECOND_US - env.now
            if early_us > 0:
                yield env.timeout(early_us)
            pattern = self.network.patterns[trip.pattern]
            self.start_trip(vehicle, trip, pattern)
            for call, run_us in self.calls[trip.pattern]:
                came_us = env.now
                doors_us = yield from self.open_doors(visit, vehicle, call)
                stay_us = max(run_us, doors_us, run_us + doors_us - DWELL_FREE_US)
                yield env.timeout(stay_us - (env.now - came_us))
            self.end_trip(vehicle, pattern)
            yield env.timeout(LAYOVER_S * SECOND_US)
        self.out -= 1
        if not self.offline[vehicle]:
            self.home.extend(self.estate.brought_in(vehicle))

    def open_doors(
        self, visit: Callable[[int, int, int], int], vehicle: int, call: int
    ) -> Generator[simpy.Event, None, int]:
        """A vehicle at a stop, while riders get off and on; how long its doors are busy.

        Whoever comes on foot meanwhile, in a half-minute that was not looked at before, gets in too if there is room.
        """
        env, row = self.env, self.vehicles.rows[vehicle]
        doors_us = more_us = visit(vehicle, call, int(env.now))
        while more_us and self.tick_of(env.now) < self.tick_of(env.now + more_us) and row["load"] < row["capacity"]:
            yield env.timeout(more_us)
            more_us = visit(vehicle, call, int(env.now))
            doors_us += more_us
        return doors_us

    def tick_of(self, now_us: float) -> int:
        """The half-minute of the day in which a moment lies."""
        return int(now_us - self.crowd.day_us) // TICK_US

    def desk_of(self, readers: list[int]) -> Desk:
        """The desk of readers that riders meet together: with the denylist once all of them hold it."""
        if self.listing is None or (self.estate.lists[readers] < self.listing.version).any():
            return self.desk
        return self.desk._replace(denylist=self.listing.cards)

    def visit_bus(self, vehicle: int, call: int, now_us: int) -> int:
        """A bus at a stop: how long its doors are busy."""
        readers = self.estate.aboard(vehicle) if self.listing else []
        doors_us = self._visit_bus(self.crowd, self.desk_of(readers), self.vehicles, vehicle, call, now_us)
        while doors_us == NO_ROOM:
            self.make_room()
            doors_us = self._visit_bus(self.crowd, self.desk_of(readers), self.vehicles, vehicle, call, now_us)
        return doors_us

    def visit_train(self, vehicle: int, call: int, now_us: int) -> int:
        """A vehicle behind gates at a station."""
        return self._visit_train(self.crowd, self.vehicles, vehicle, call, now_us)

    def start_trip(self, vehicle: int, trip: Trip, pattern: Any) -> None:
        """The driver logs on to a trip."""
        driver = self.estate.drivers.of(vehicle, trip.departure_s)
        facts = int(pattern.route), trip.pattern, trip.number, int(pattern.stops[0]), driver, int(self.env.now)
        while self._start_trip(self.desk, self.vehicles, vehicle, *facts) == NO_ROOM:
            self.make_room()

    def end_trip(self, vehicle: int, pattern: Any) -> None:
        """The driver's console notes the metres."""
        last, metres = len(pattern.stops) - 1, int(pattern.along_m[-1])
        stop = int(pattern.stops[last])
        while self._end_trip(self.desk, self.vehicles, vehicle, stop, last, int(self.env.now), metres) == NO_ROOM:
            self.make_room()

    def on_foot(self) -> Process:
        """Riders between vehicles, half a minute at a time, until every vehicle is home and nobody is on the way.

        A half-minute is looked at just before the vehicles of its first moment: whoever comes in it stands in their queue.
        """
        moving = self.crowd.moving
        for tick in range(len(moving)):
            self.step(tick)
            if self.out == 0 and (moving[tick:] < 0).all():
                return
            yield self.env.timeout(TICK_US - (JUST_BEFORE_US if tick == 0 else 0))
        while self.out > 0:
            yield self.env.timeout(TICK_US)

    def step(self, tick: int) -> None:
        """Everybody who arrives somewhere in a half-minute."""
        while compiled(foot.walk)(self.crowd, self.desk_of(self.gates), self.ground, tick) == NO_ROOM:
            self.make_room()

    def inspect(self) -> Process:
        """Every visit of the day's inspectors, one after another."""
        rng = child(self.estate.seed, "inspectors", self.service_date.isoformat())
        for one in inspectors.rounds_of(self.city, self.estate.equipment, self.crowd.day_us, rng):
            yield self.env.timeout(max(0, one.at_us - self.env.now))
            home = np.flatnonzero(self.crowd.riding == 0)
            place = self.where_to_check(one.service, rng)
            if place is not None:
                self.write_down(inspectors.check(one, self.desk, home, place, int(self.env.now), rng))

    def where_to_check(self, service: int, rng: np.random.Generator) -> inspectors.Found | None:
        """Who is in a vehicle of a service, or on a platform behind its gates; None where nobody is anywhere."""
        if self.city.services[service].access == "station":
            stops = np.unique(
                self.crowd.calls["stop"][(self.crowd.calls["service"] == service) & (self.crowd.calls["head"] >= 0)]
            )
            if len(stops) == 0:
                return None
            stop = int(rng.choice(stops))
            return inspectors.on_platform(self.crowd, stop)
        running = np.flatnonzero((self.vehicles.rows["service"] == service) & (self.vehicles.rows["load"] > 0))
        if len(running) == 0:
            return None
        return inspectors.in_vehicle(self.crowd, self.desk, self.vehicles, int(rng.choice(running)))

    def write_down(self, records: NDArray[np.void]) -> None:
        """Records that no rule made, behind the taps so far."""
        n = int(self.desk.tally[TAPS])
        while n + len(records) > len(self.desk.taps):
            self.make_room()
            n = int(self.desk.tally[TAPS])
        self.desk.taps[n : n + len(records)] = records
        self.desk.tally[TAPS] += len(records)

    def collector(self, progress: Progress | None) -> Process:
        """Every quarter of an hour: bring in what readers on line and vehicles at the depot have."""
        rounds = 0
        while True:
            yield self.env.timeout(COLLECT_US)
            rounds += 1
            self.collect(gates=rounds % GATE_ROUNDS == 0, kiosks=rounds % KIOSK_ROUNDS == 0)
            if progress is not None:
                part = (self.env.now - self.crowd.day_us) / DAY_US
                progress(f"simulate {self.service_date}", min(part, 1.0), int(self.account.taps.sum()))

    def collect(self, *, gates: bool, kiosks: bool) -> None:
        """Sort out the taps so far and let readers report: all vehicles at the depot, and of the readers on line all of a
        kind, or else those that have enough to be worth it."""
        self.empty_buffer()
        turn, enough = {GATES: gates, MACHINES: kiosks, DEPOT: False}, (self.held >= WORTH_IT).tolist()
        on_line = [
            device for device, line in self.estate.lines.items() if turn[line] or (enough[device] and line != DEPOT)
        ]
        self.office.report(sorted(self.home + on_line), int(self.env.now))
        if self.listing is not None and self.env.now >= self.listing.from_us:
            in_touch = self.home + [device for device, line in self.estate.lines.items() if turn[line]]
            self.office.deliver(self.estate.without(self.listing.version, in_touch), self.listing.message)
        self.held[on_line] = 0
        self.home = []

    def empty_buffer(self) -> None:
        """Move the taps so far into the readers' memory."""
        taps = self.desk.taps[: self.desk.tally[TAPS]]
        self.account.add(taps)
        taps, never = self.tears.tear(taps)
        self.account.count(never)
        self.held += np.bincount(taps["device"], minlength=len(self.held))
        self.office.take_in(taps)
        self.desk.tally[TAPS] = 0

    def make_room(self) -> None:
        """Empty the buffer of taps; if that was not it, make it longer."""
        if self.desk.tally[TAPS] > 0:
            self.empty_buffer()
        else:
            self.desk = self.desk._replace(taps=np.zeros(2 * len(self.desk.taps), TAP))
