"""What is otherwise on a date: which departures do not run, how slow the others are, how many go out, and where to.

Events are data of a scenario; here they become what riders know and what vehicles do. Without events nothing here is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.fares.history import position
from afc.moment import clock_s
from afc.pack.schema_events import Closure, Concert, FreeDay, Snow
from sim.demand.choice import LEG, LEGS_MAX, Sample
from sim.demand.knowledge import ask, learn
from sim.demand.lines import Lines, hourly
from sim.demand.routes import Walks
from sim.demand.service import Service

ALWAYS_S = 48 * 3600


KNOWN_S = 900
"""So long before a line is closed riders do not set out for it any more."""


class Closed(NamedTuple):
    """Patterns that do not run, from and to which clock second."""

    patterns: NDArray[np.bool_]
    from_s: int
    to_s: int


class Otherwise(NamedTuple):
    """A date's events: the service, departures by pattern that run, what is closed when, concerts, and journeys beside a usual
    day's."""

    service: Service
    departures: list[NDArray[np.int32]]
    closed: tuple[Closed, ...]
    concerts: tuple[Concert, ...]
    journeys: float


def otherwise(city: Any, network: Any, events: Sequence[Any], day: date, day_type: str) -> Otherwise | None:
    """What a date's events come to; None where it has none."""
    todays = [event for event in events if event.on in (None, day)]
    if not todays:
        return None
    closed = tuple(closed_by(city, network, event) for event in todays if isinstance(event, Closure))
    snows = [event for event in todays if isinstance(event, Snow)]
    headways = float(np.prod([snow.headways for snow in snows]))
    departures = network.departures(day_type)
    runs = [running(at_s, p, closed, headways, city.day_cut_s) for p, at_s in enumerate(departures)]
    crowds = [event.journeys for event in todays if isinstance(event, Snow | FreeDay)]
    return Otherwise(
        Service(np.concatenate(runs), float(np.prod([snow.slower for snow in snows]))),
        [at_s[kept] for at_s, kept in zip(departures, runs, strict=True)],
        closed,
        tuple(event for event in todays if isinstance(event, Concert)),
        float(np.prod(crowds)),
    )


def closed_by(city: Any, network: Any, event: Closure) -> Closed:
    """The patterns of a closure's services and routes; one that nobody knows is refused."""
    services = [position(city.services, name, "service") for name in event.services]
    routes = [network.route(name) for name in event.routes]
    route = np.array([pattern.route for pattern in network.patterns])
    patterns = np.isin(route, routes) | np.isin(np.asarray(network.route_service)[route], services)
    return Closed(patterns, clock_s(event.from_) if event.from_ else 0, clock_s(event.to) if event.to else ALWAYS_S)


def running(
    at_s: NDArray[np.int32], pattern: int, closed: Sequence[Closed], headways: float, cut_s: int
) -> NDArray[np.bool_]:
    """Which departures of a pattern run: of those that are not closed one in `headways`, evenly spread. One before the day cut
    belongs to the night after."""
    k, clock = np.arange(len(at_s)), at_s + 86_400 * (at_s < cut_s)
    kept = np.floor((k + 1) / headways) > np.floor(k / headways)
    for one in closed:
        if one.patterns[pattern]:
            kept &= (clock < one.from_s) | (clock >= one.to_s)
    return kept


def slowed(lines: Lines, slower: float) -> Lines:
    """The lines with rides that take so many times as long."""
    if slower == 1:
        return lines
    rides = lines.rides.copy()
    rides["ride_s"] = np.rint(rides["ride_s"] * slower)
    return lines._replace(rides=rides, call_run_s=np.rint(lines.call_run_s * slower).astype(np.int32))


def ways_otherwise(
    lines: Lines, walks: Walks, bias_s: NDArray[np.float64], events: Otherwise, sample: Sample
) -> tuple[NDArray[np.void], NDArray[np.int8]]:
    """Legs of a date's journeys. Whoever sets out while something is closed knows the network without it; then others know it
    as it runs on that date."""
    lines, table = slowed(lines, events.service.slower), hourly(events.departures)
    while_closed = np.zeros(len(sample.start_s), np.int64)
    for i, one in enumerate(events.closed):
        shut = (sample.start_s >= one.from_s - KNOWN_S) & (sample.start_s < one.to_s)
        while_closed += shut.astype(np.int64) << i
    legs, counts = np.zeros((len(sample.start_s), LEGS_MAX), LEG), np.zeros(len(sample.start_s), np.int8)
    for which in np.unique(while_closed).tolist():
        rows = np.flatnonzero(while_closed == which)
        runs = np.ones(len(table), np.bool_)
        for i, one in enumerate(events.closed):
            if which >> i & 1:
                runs &= ~one.patterns
        known = learn(lines, walks, table * runs[:, None], bias_s)
        origin, destination, start_s, chance = sample
        part = Sample(origin[rows], destination[rows], start_s[rows], chance[rows])
        legs[rows], counts[rows] = ask(lines, walks, known, part)
    return legs, counts
