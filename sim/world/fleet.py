"""The timetable as vehicles run it: trips put together into blocks, one vehicle a block, the same numbers every day.

At a terminal the vehicle that has waited longest takes the next departure; if none has come in yet, one more leaves the
depot. A vehicle keeps its number from day to day, so the fleet of a route is the most vehicles that any kind of day needs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

from sim.world.sisters import leaving

LAYOVER_S = 180


class Trip(NamedTuple):
    """A vehicle trip: its number in the day's timetable, its pattern, and when it leaves (clock seconds)."""

    number: int
    pattern: int
    departure_s: int


class Fleet(NamedTuple):
    """Vehicles by number: the route of each, and by kind of day the trips of each."""

    route: tuple[int, ...]
    blocks: dict[str, tuple[tuple[Trip, ...], ...]]


def make_fleet(network: Any, day_types: tuple[str, ...], cut_s: int, sisters: Sequence[int] = ()) -> Fleet:
    """Blocks of all routes for all kinds of day. `sisters` are the vehicles of each departure, by service; 1 where none are
    given."""
    routes = len(network.route_ids)
    made = {day_type: [build_blocks(network, trips) for trips in trips_by_route(network, day_type, cut_s, sisters)]
            for day_type in day_types}  # fmt: skip
    size = [max(len(made[day_type][r]) for day_type in day_types) for r in range(routes)]
    blocks = {}
    for day_type in day_types:
        padded = [[*made[day_type][r], *[()] * (size[r] - len(made[day_type][r]))] for r in range(routes)]
        blocks[day_type] = tuple(tuple(block) for of_route in padded for block in of_route)
    return Fleet(tuple(r for r in range(routes) for _ in range(size[r])), blocks)


def trips_by_route(network: Any, day_type: str, cut_s: int, sisters: Sequence[int] = ()) -> list[list[Trip]]:
    """The day's trips of each route in the order of departure. A departure before the day cut belongs to the night after."""
    trips: list[list[Trip]] = [[] for _ in network.route_ids]
    number = 0
    for p, departures in enumerate(network.departures(day_type)):
        route = network.patterns[p].route
        for vehicles in leaving(departures, sisters[network.route_service[route]] if sisters else 1):
            number += 1
            night_s = 86_400 if vehicles[0] < cut_s else 0
            trips[route] += [Trip(number, p, at_s + night_s) for at_s in vehicles]
    return [sorted(of_route, key=lambda t: (t.departure_s, t.number)) for of_route in trips]


def build_blocks(network: Any, trips: list[Trip]) -> list[list[Trip]]:
    """Trips of one route as blocks, in the order in which vehicles leave the depot."""
    blocks: list[list[Trip]] = []
    idle: dict[int, deque[tuple[int, int]]] = {}
    for trip in trips:
        pattern = network.patterns[trip.pattern]
        here = idle.setdefault(int(pattern.stops[0]), deque())
        if here and here[0][0] <= trip.departure_s:
            block = here.popleft()[1]
        else:
            block = len(blocks)
            blocks.append([])
        blocks[block].append(trip)
        ready_s = trip.departure_s + int(pattern.run_s[-1]) + LAYOVER_S
        there = idle.setdefault(int(pattern.stops[-1]), deque())
        there.append((ready_s, block))
        if len(there) > 1 and there[-2][0] > ready_s:
            there = idle[int(pattern.stops[-1])] = deque(sorted(there))
    return blocks


def running(blocks: tuple[tuple[Trip, ...], ...], runs: Any) -> tuple[tuple[Trip, ...], ...]:
    """Blocks of a date on which only some of the timetable's departures run; `runs` by their number from 0, or None for all.

    A vehicle goes empty to where its next trip begins.
    """
    if runs is None:
        return blocks
    return tuple(tuple(trip for trip in block if runs[trip.number - 1]) for block in blocks)
