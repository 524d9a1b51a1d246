"""The numbers of readers and vehicles over the editions of a pack: what there was keeps its number, what is new comes after.

Within one edition readers are numbered as they are put up. A new route would give every gate behind it another number, so
that from one edition to the next a thing is known by where it is: the n-th vehicle of a route, a spot at a stop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sim.world.equipment import Device, Equipment
from sim.world.fleet import make_fleet

Place = tuple[str, str, int, str, int]
"""Kind, then route or stop or party, the vehicle of the route counted from 0, the spot, and the n-th reader there."""
Readers = dict[Place, Device]


def readers_by_place(city: Any) -> Readers:
    """The readers of one edition by where they are, numbered as if there were no other edition."""
    network = city.network
    route = make_fleet(network, tuple(city.calendar.day_types), city.day_cut_s).route
    nth, seen = nth_of(route), Counter[tuple[str, str, int, str]]()
    found = {}
    for row in Equipment(city, network, route).devices:
        at = (row.kind, city.parties[row.operator].id, 0, row.spot)
        if row.vehicle >= 0:
            at = (row.kind, network.route_ids[route[row.vehicle]], nth[row.vehicle], row.spot)
        elif row.stop >= 0:
            at = (row.kind, network.stop_ids[row.stop], 0, row.spot)
        found[*at, seen[at]] = row
        seen[at] += 1
    return found


def nth_of(route: Iterable[int]) -> list[int]:
    """How many vehicles of its route come before each vehicle.

    >>> nth_of([0, 0, 1, 2, 2])
    [0, 1, 0, 0, 1]
    """
    before = Counter[int]()
    found = []
    for one in route:
        found.append(before[one])
        before[one] += 1
    return found


def numbered(editions: Iterable[Any]) -> Readers:
    """The readers of the last of some editions, under the numbers that the registers have for them."""
    ever: Readers = {}
    now: Readers = {}
    for city in editions:
        now = as_before(ever, readers_by_place(city))
        ever |= now
    return now


def as_before(ever: Readers, fresh: Readers) -> Readers:
    """Readers under the numbers that they have already, and new ones behind the highest that there ever was."""
    if not ever:
        return fresh
    device = max(row.device for row in ever.values())
    vehicle = max(row.vehicle for row in ever.values())
    vehicles = {place[1:3]: row.vehicle for place, row in ever.items() if row.vehicle >= 0}
    found = {}
    for place, row in fresh.items():
        if row.vehicle >= 0 and place[1:3] not in vehicles:
            vehicle += 1
            vehicles[place[1:3]] = vehicle
        known = ever.get(place)
        device += known is None
        number, on = known.device if known else device, vehicles[place[1:3]] if row.vehicle >= 0 else row.vehicle
        found[place] = row._replace(device=number, vehicle=on)
    return found
