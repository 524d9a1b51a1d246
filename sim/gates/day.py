"""Riders of a scenario's day at one station, as they come to its gates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.keys import KeyRing, sim_environment
from sim import demand
from sim.gates.arrivals import Arrivals
from sim.gates.place import Place, Way
from sim.progress import Progress
from sim.run import rates_on
from sim.scenario import Scenario
from sim.world import Estate
from sim.world.microscopic import played_out
from sim.world.watched import NOT_WRITTEN, NoOffice, Noted, WatchedDay


class Seen(NamedTuple):
    """What was seen at the gates: riders in the order of coming, when trains opened their doors, and when the clock of the
    timetable was at 0 (UTC microseconds)."""

    noted: list[Noted]
    doors_us: list[int]
    zero_us: int


class Check(NamedTuple):
    """The day's own passages against the microscopic mode: how many, and how many at the same microsecond."""

    riders: int
    same: int


def see(scenario: Scenario, place: Place, until_us: int, progress: Progress) -> Seen:
    """Play the scenario's first day until `until_us` of the timetable's clock, and watch the station."""
    city = scenario.load()
    progress("learn the network", 0.0)
    riders = demand.build(city, city.network, scenario)
    ring = KeyRing.from_seed(scenario.seed, sim_environment(city.id))
    estate = Estate(city, city.network, ring, scenario.seed)
    office = NoOffice(estate, lambda batches, _now_us: [None] * len(batches))
    journeys = riders.journeys(scenario.start)
    day = WatchedDay(
        city, city.network, scenario.start, riders.population, journeys, rates_on(city, scenario.start), estate, office
    )
    day.watch(place.stop, day.zero_us + until_us)
    day.run(progress)
    return Seen(day.noted, day.doors_us, day.zero_us)


def arrivals_of(seen: Seen, way: Way, until_us: int) -> Arrivals:
    """Those who came one way, or both, before `until_us`."""
    chosen = [one for one in seen.noted if way in ("both", "out" if one.out else "in")]
    at_us = np.array([one.at_us for one in chosen], np.int64) - seen.zero_us
    early = at_us < until_us
    train = np.array([one.train for one in chosen], np.int64)
    return Arrivals(at_us[early], train[early], np.array(seen.doors_us, np.int64) - seen.zero_us)


def check(seen: Seen, place: Place) -> Check:
    """Play the day's riders through the pack's own gates, each way by itself, and compare with the moments on their taps."""
    compared = [compare([one for one in seen.noted if one.out is out], place) for out in (False, True)]
    return Check(sum(one.riders for one in compared), sum(one.same for one in compared))


def compare(noted: list[Noted], place: Place) -> Check:
    """One direction. A refused entry takes its turn at a gate and leaves no tap to compare."""
    at_us, tap_us = (np.array([getattr(one, name) for one in noted], np.int64) for name in ("at_us", "tap_us"))
    services: NDArray[np.int64] = np.full(len(noted), place.lane_us, np.int64)
    end_us = played_out(at_us, services, place.lanes).end_us
    written = tap_us != NOT_WRITTEN
    return Check(int(written.sum()), int((end_us == tap_us)[written].sum()))
