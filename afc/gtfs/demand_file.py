"""demand.toml of a pack made from a feed: the other city's riders, in the measure of this city's departures."""

from __future__ import annotations

from collections.abc import Mapping

from afc.gtfs.borrow import Table
from afc.gtfs.days import DAY_TYPES
from afc.gtfs.plan import Plan, day_type_there
from afc.pack.schema_demand import Vehicle

_FULL_MAX = 0.4  # boardings for each place offered; a vehicle that is fuller all day long leaves riders behind


def demand_table(plan: Plan) -> Table:
    """demand.toml: the other city's riders, as many as this city's departures carry there."""
    like = plan.like
    start = plan.week.dates["weekday"]
    groups = [
        group.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True) for group in like.demand.riders.group
    ]
    fleet = {name: _vehicles(like.demand.fleet[name]) for name in plan.services}
    stations = (
        like.demand.stations.model_dump(exclude={"reader"}) if like.demand.stations else {"lanes": 4, "lane_s": 2.0}
    )
    return {
        "source": f"{plan.borrowed} Stops are weighted by their departures, boardings by all departures.",
        "scenario": [
            {
                "name": f"{plan.id}-weekday",
                "start": start,
                "days": 1,
                "scale": 1.0,
                "seed": 1,
                "about": "One ordinary day.",
            }
        ],
        "day": {day: _day(plan, day) for day in DAY_TYPES},
        "riders": {"journeys_per_card": like.demand.riders.journeys_per_card, "group": groups},
        "stops": _weights(plan),
        "fleet": fleet,
        "stations": stations,
    }


def _vehicles(like: Vehicle) -> Table:
    """Vehicles as they are there, with as many readers; whose make those are is that city's matter."""
    return like.model_dump(exclude={"readers", "driver_change", "part"}) | {
        "devices": len(like.readers) or like.devices
    }


def _day(plan: Plan, day: str) -> Table:
    like = plan.like.demand.day[day_type_there(plan, day)]
    there = sum(map(len, plan.like.network.departures(day_type_there(plan, day))))
    here = dict.fromkeys(plan.services, 0)
    for way in plan.adopted.ways:
        here[plan.adopted.services[way.route]] += len(way.departures[day])
    total = sum(here.values())
    places = sum(count * plan.like.demand.fleet[name].capacity for name, count in here.items())
    boardings = min(like.boardings * total // max(there, 1), int(places * _FULL_MAX))
    return {"boardings": boardings, "profile": like.profile, "services": _shares(here)}


def _shares(here: Mapping[str, int]) -> dict[str, float]:
    """Shares by departures, in ten-thousandths that make a whole; a day without service gives it all to the first."""
    total = sum(here.values())
    if not total:
        return {name: float(i == 0) for i, name in enumerate(here)}
    parts = {name: count * 10_000 // total for name, count in here.items()}
    first = next(iter(parts))
    parts[first] += 10_000 - sum(parts.values())
    return {name: part / 10_000 for name, part in parts.items()}


def _weights(plan: Plan) -> dict[str, int]:
    calls = [0] * len(plan.adopted.places)
    for way in plan.adopted.ways:
        for place in way.places:
            calls[place] += len(way.departures["weekday"])
    return {place.id: count for place, count in zip(plan.adopted.places, calls, strict=True) if count}
