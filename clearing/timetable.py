"""What was operated beside what the timetable had, by operator and route: the question of whoever orders the service.

A scheduled trip was operated if some vehicle's own record says that it came to its end; if it is shorter than the
timetable has it, it counts as short too. What no record speaks of was missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from afc.moment import SECOND_US, day_start_us
from afc.refusal import Refused, nearest
from clearing.house import House
from clearing.trips import TRIPS, Columns
from clearing.views import Detail

SHORT_PERCENT = 95
"""Below so many hundredths of the timetable's metres a trip was short."""


class Line(NamedTuple):
    """One operator on one route on one service date. `unended` trips were begun and have no end; `extra` ones are not in the
    timetable, or another vehicle had them too; kilometres are metres here."""

    operator: str
    route: str
    scheduled: int = 0
    operated: int = 0
    missed: int = 0
    short: int = 0
    extra: int = 0
    unended: int = 0
    scheduled_m: int = 0
    operated_m: int = 0
    boardings: int = 0
    alightings: int = 0
    cash_riders: int = 0
    checks: int = 0


def lines(house: House, day: date, route: str = "") -> list[Line]:
    """Every operator and route with scheduled or operated trips on a service date."""
    city = house.on(day)
    network = city.network
    if route and route not in network.route_ids:
        known = nearest(route, network.route_ids) or f"Known: {', '.join(list(network.route_ids)[:12])}."
        raise Refused("ROUTE_UNKNOWN", f'there is no route "{route}"', where="--route", cure=known)
    plan, trips = scheduled(city, day), trips_on(house, day)
    planned, done = plan["pattern"], ended_once(trips, plan)
    route_of = np.array([pattern.route for pattern in network.patterns])
    metres_of = np.array([int(pattern.along_m[-1]) for pattern in network.patterns])
    at = np.where(done, trips["trip"].astype(np.int64) - 1, 0)
    planned_m = metres_of[planned[at]] if len(planned) else at
    short = done & (trips["metres"] * 100 < SHORT_PERCENT * planned_m)
    seen = np.zeros(len(planned), bool)
    seen[at[done]] = True
    theirs, by_plan = np.array(city.holders(day))[network.route_operator[route_of[planned]]], route_of[planned]
    of, by_trip, over = trips["operator"], trips["route"], trips["end_us"] > 0
    counted = {name: trips[name] for name in ("boardings", "alightings", "cash_riders", "checks")}
    found = []
    for o, r in sorted(
        {*zip(theirs.tolist(), by_plan.tolist(), strict=True), *zip(of.tolist(), by_trip.tolist(), strict=True)}
    ):
        mine, plans = (of == o) & (by_trip == r), (theirs == o) & (by_plan == r)
        if r < 0 or (route and network.route_ids[r] != route):
            continue
        sums = {name: int(column[mine].sum()) for name, column in counted.items()}
        found.append(Line(
            city.parties[o].id, network.route_ids[r], int(plans.sum()), int((done & mine).sum()),
            int((plans & ~seen).sum()), int((short & mine).sum()), int((over & ~done & mine).sum()),
            int((~over & mine).sum()), int(metres_of[planned[plans]].sum()), int(trips["metres"][mine].sum()), **sums,
        ))  # fmt: skip
    return found


def scheduled(city: Any, day: date) -> Columns:
    """The vehicle trips of a date by the timetable, in the order of their numbers from 1."""
    departures = city.network.departures(city.calendar.day_types[city.day_type(day)])
    return {"pattern": np.repeat(np.arange(len(departures)), [len(some) for some in departures])}


def trips_on(house: House, day: date) -> Columns:
    """Trips that began on a service date, whichever closed date brought them; one without a log-on began as planned."""
    city = house.on(day)
    from_us, to_us = (day_start_us(d, city.zone, city.day_cut_s) for d in (day, day + timedelta(days=1)))
    run_us = np.array([int(pattern.run_s[-1]) * SECOND_US for pattern in city.network.patterns] + [0])
    parts = []
    for trips in detail_of(house, day):
        pattern = np.where(trips["pattern"] < len(run_us) - 1, trips["pattern"], -1)
        began_us = np.where(trips["start_us"] > 0, trips["start_us"], trips["end_us"] - run_us[pattern])
        mine = (began_us >= from_us) & (began_us < to_us)
        parts.append({name: column[mine] for name, column in trips.items()})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def detail_of(house: House, day: date) -> Iterator[Columns]:
    """The trips of each closed date from a service date on."""
    detail = Detail(house.folder)
    closed = {str(d.clearing_date) for d in house.store.days() if d.state == "closed"}
    dates = [name for name in detail.dates if name >= day.isoformat() and name in closed]
    if not dates:
        raise Refused(
            "DAY_UNKNOWN", f"no date from {day} on is closed", where="--date", cure="Close it: afc clearing run"
        )
    for name in dates:
        yield detail.table(name, TRIPS)


def ended_once(trips: Columns, plan: Columns) -> np.ndarray:
    """Which trips are scheduled, came to their end, and are the first to say so of their number."""
    number = trips["trip"].astype(np.int64)
    inside = (number >= 1) & (number <= len(plan["pattern"])) & (trips["end_us"] > 0)
    inside[inside] = plan["pattern"][number[inside] - 1] == trips["pattern"][inside]
    rows = np.flatnonzero(inside)
    _, first = np.unique(number[rows], return_index=True)
    done = np.zeros(len(number), bool)
    done[rows[first]] = True
    return done
