"""From a city pack and a scenario to a demand: the riders, and the journeys of any date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afc.fares.cases import versions_of
from afc.fares.compile import in_force
from sim.demand.calibrate import find_bias, lean
from sim.demand.chance import child
from sim.demand.choice import LEGS_MAX, Sample
from sim.demand.elastic import Answer, answer
from sim.demand.errors import with_errors
from sim.demand.gravity import crow_m, stop_weights, trip_matrix
from sim.demand.habits import Habit, repeated
from sim.demand.journeys import Journeys, counts_per_rider, ends, pack_legs, take_companions, when
from sim.demand.knowledge import Knowledge, ask, learn, tap_ins
from sim.demand.lines import hourly, read_lines
from sim.demand.otherwise import Otherwise, otherwise, ways_otherwise
from sim.demand.population import Population, draw_cells, make_population
from sim.demand.profile import draw_starts, start_shares
from sim.demand.routes import felt_cost, read_walks
from sim.demand.service import AS_USUAL, Service
from sim.demand.varied import Asked, attend, vary

SAMPLE = 20_000


def build(city: Any, network: Any, scenario: Any) -> Demand:
    """The demand of a scenario (anything with `seed`, `scale` and `start`; it may have `event`, `elasticity` and `errors`)."""
    events = getattr(scenario, "event", ())
    elasticity, errors = getattr(scenario, "elasticity", None), getattr(scenario, "errors", None)
    return Demand(city, network, scenario.scale, scenario.seed, scenario.start, events, elasticity, errors)


class Demand:
    """A city's riders and what they know of its network. `population` changes as they ride; the rest does not."""

    def __init__(
        self, city: Any, network: Any, scale: float, seed: int, start: date, events: Sequence[Any] = (),
        elasticity: Any = None, errors: Any = None,
    ) -> None:  # fmt: skip
        self.city, self.network, self.scale, self.seed, self.start = city, network, scale, seed, start
        self.events, self.elasticity, self.errors = tuple(events), elasticity, errors
        self._answers: dict[date, Answer] = {}
        self.lines = read_lines(city, network)
        self.walks = read_walks(network, self.lines)
        self.busiest: str = max(city.demand.day, key=lambda name: city.demand.day[name].boardings)
        self._known: dict[str, Knowledge] = {}
        self.bias_s = np.zeros(len(city.services))
        self.trips = self.spread()
        self._split()

    def _split(self) -> None:
        """Bring the split among services to what was counted."""
        where = self.city, self.network, self.lines, self.walks
        self.bias_s = find_bias(*where, self.table(self.busiest), self.sample(self.busiest))
        self._known.clear()
        self.trips = lean(*where, self.known(self.busiest), self.trips, child(self.seed, "lean"))

    def table(self, day_type: str) -> NDArray[np.float64]:
        """Departures by pattern and hour."""
        return hourly(self.network.departures(day_type))

    def known(self, day_type: str) -> Knowledge:
        """The routes of a kind of day."""
        if day_type not in self._known:
            self._known[day_type] = learn(self.lines, self.walks, self.table(day_type), self.bias_s)
        return self._known[day_type]

    def spread(self) -> NDArray[np.float64]:
        """Share of journeys by home and place, from the stops' weights and the costs of the busiest kind of day."""
        out, into = stop_weights(tuple(self.network.stop_ids), self.city.demand.stops)
        away_m = crow_m(np.asarray(self.network.lat), np.asarray(self.network.lon))
        felt = felt_cost(self.known(self.busiest).routes[0], self.city.demand.riders.change_felt_s)
        return trip_matrix(felt, away_m, out, into)

    def profile(self, day_type: str) -> NDArray[np.float64]:
        """Share of tap-ins by clock hour."""
        return np.asarray(self.city.demand.day[day_type].profile, np.float64)

    def sample(self, day_type: str) -> Sample:
        """Journeys typical of a kind of day, half of them homeward."""
        rng = child(self.seed, "sample", day_type)
        home, place = np.divmod(draw_cells(self.trips, SAMPLE, rng), self.trips.shape[1])
        homeward = rng.random(SAMPLE) < 0.5
        shares, quarter_s = start_shares(self.profile(day_type), np.array([600.0]), self.city.day_cut_s)
        return Sample(
            np.where(homeward, place, home).astype(np.int32), np.where(homeward, home, place).astype(np.int32),
            draw_starts(shares, quarter_s, SAMPLE, rng), rng.random((SAMPLE, 1 + LEGS_MAX)),
        )  # fmt: skip

    def rhythm(self, day_type: str) -> tuple[float, NDArray[np.float64], NDArray[np.int64]]:
        """Tap-ins a journey, and the shares of journeys by quarter hour of setting out."""
        legs, counts = ask(self.lines, self.walks, self.known(day_type), self.sample(day_type))
        taps = tap_ins(self.lines, np.asarray(self.network.gates, np.int32), legs, counts)
        shares, quarter_s = start_shares(self.profile(day_type), taps.lag_s, self.city.day_cut_s)
        return taps.per_journey, shares, quarter_s

    @cached_property
    def population(self) -> Population:
        """As many riders as the busiest kind of day needs."""
        per_journey, _, _ = self.rhythm(self.busiest)
        boardings = self.city.demand.day[self.busiest].boardings * self.scale
        size = max(1, round(boardings / (self.city.demand.riders.journeys_per_card * per_journey)))
        versions = versions_of(self.city)
        version = versions[in_force(versions, self.start)]
        return make_population(self.city, version, size, self.trips, child(self.seed, "riders"), self.seed)

    def journeys(self, service_date: date) -> Journeys:
        """The journeys of a date."""
        day_type = self.city.calendar.day_types[self.city.day_type(service_date)]
        events = self.otherwise(service_date)
        asked, rng = self.asked(service_date, day_type, events)
        chance = rng.random((len(asked.row), 1 + LEGS_MAX))
        sample = Sample(asked.origin, asked.destination, asked.start_s, chance)
        legs, used = self.ways(sample, day_type, events)
        plan = pack_legs(self.population, asked.row, asked.start_s, legs, used, rng)
        habits = np.array([group.companions for group in self.city.demand.riders.group])
        if habits.any():
            shares = habits[self.population.people["group"][plan.journeys["row"]]]
            gated = self.lines.by_gate[self.lines.pattern_service[self.lines.call_pattern[plan.legs["on"]]]]
            take_companions(plan, shares, gated, child(self.seed, "companions", service_date.isoformat()))
        if self.errors is None:
            return plan
        table = hourly(events.departures) if events else self.table(day_type)
        return with_errors(plan, self.lines, table, self.errors, child(self.seed, "errors", service_date.isoformat()))

    def asked(self, service_date: date, day_type: str, events: Otherwise | None) -> tuple[Asked, np.random.Generator]:
        """Who sets out when, from where to where, and the chance that is left for how."""
        per_journey, shares, quarter_s = self.rhythm(day_type)
        total = round(self.city.demand.day[day_type].boardings * self.scale / per_journey)
        riders, name = len(self.population.people), service_date.isoformat()
        first = self.first_like(service_date)
        rng = child(self.seed, "journeys", first.isoformat())
        counts = counts_per_rider(total, riders, self.city.demand.riders.journeys_per_card, rng)
        row = np.repeat(np.arange(riders), counts)
        start_s = when(row, shares, quarter_s, rng)
        if first != service_date:
            habit, by = Habit(counts, row, start_s), child(self.seed, "habits", name)
            counts, row, start_s = repeated(habit, shares, quarter_s, by)
            rng = child(self.seed, "journeys", name)
        factor = self.factor(service_date, events)
        if factor is not None:
            row, start_s = vary(row, start_s, factor, shares, quarter_s, child(self.seed, "more or fewer", name))
            counts = np.bincount(row, minlength=riders)
        asked = Asked(row, start_s, *ends(self.population, row, start_s, counts))
        for i, concert in enumerate(events.concerts if events else ()):
            stop, by = self.network.stop(concert.stop), child(self.seed, "concert", name, i)
            asked = attend(asked, concert, stop, self.population.people["home"], self.scale, by)
        return asked, rng

    def factor(self, service_date: date, events: Otherwise | None) -> NDArray[np.float64] | None:
        """By rider, journeys beside a usual day's under the tariff of the count; None where nothing is otherwise."""
        fewer = events.journeys if events else 1.0
        if self.elasticity is None:
            return None if fewer == 1 else np.full(len(self.population.people), fewer)
        return self.answered(service_date).factor * fewer

    def answered(self, service_date: date) -> Answer:
        """How riders answer to the fares of a date, under the scenario's elasticity."""
        if service_date not in self._answers:
            self._answers[service_date] = answer(self, self.elasticity, service_date)
        return self._answers[service_date]

    def otherwise(self, service_date: date) -> Otherwise | None:
        """What a date's events come to."""
        day_type = self.city.calendar.day_types[self.city.day_type(service_date)]
        return otherwise(self.city, self.network, self.events, service_date, day_type)

    def service(self, service_date: date) -> Service:
        """What runs on a date, and how fast."""
        events = self.otherwise(service_date)
        return events.service if events else AS_USUAL

    def first_like(self, service_date: date) -> date:
        """The first date of the run that is of the same kind; one before the run is its own."""
        kind = self.city.day_type(service_date)
        days = (self.start + timedelta(days=i) for i in range((service_date - self.start).days))
        return next((day for day in days if self.city.day_type(day) == kind), service_date)

    def ways(
        self, sample: Sample, day_type: str, events: Otherwise | None
    ) -> tuple[NDArray[np.void], NDArray[np.int8]]:
        """The legs of a date's journeys, by what riders know of that date."""
        if events is None:
            return ask(self.lines, self.walks, self.known(day_type), sample)
        return ways_otherwise(self.lines, self.walks, self.bias_s, events, sample)
