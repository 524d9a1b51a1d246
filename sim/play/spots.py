"""Where a story's words point to: gates of stations, doors of a route's first vehicle, machines; and readers by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from afc.city import City
from afc.fares.history import place
from afc.refusal import Refused
from sim.play.words import Ride
from sim.world import Estate
from sim.world.equipment import in_and_out, readers_in

NOWHERE = -1


class Spot(NamedTuple):
    """A reader (its row in the estate) where it stands: stop and pattern, for vehicles."""

    row: int
    stop: int = NOWHERE
    pattern: int = NOWHERE


class Spots:
    """A city's readers, found by words."""

    def __init__(self, city: City, estate: Estate) -> None:
        self.city, self.network, self.estate = city, city.network, estate
        self.equipment = estate.equipment

    def ends(self, leg: Ride, medium: int) -> tuple[Spot, Spot]:
        """Where a leg begins, and where it ends if it does."""
        service = self.city.services[place([one.id for one in self.city.services], leg.service, "service")]
        stops = [self.stop(one) for one in (leg.from_, leg.to or leg.from_)]
        if service.access != "station":
            return self.doors(leg, stops, medium)
        rows = int(self.equipment.gate_in[stops[0]]), int(self.equipment.gate_out[stops[1]])
        if rows[0] < 0 or (leg.to and rows[1] < 0):
            raise Refused("GATE_MISSING", f"there is no gate at {leg.from_ if rows[0] < 0 else leg.to}")
        return Spot(rows[0], stops[0]), Spot(rows[1], stops[1])

    def doors(self, leg: Ride, stops: Sequence[int], medium: int) -> tuple[Spot, Spot]:
        """The doors of a route's first vehicle that are for such a card."""
        route = place(self.network.route_ids, leg.route, "route")
        ways = (p for p, one in enumerate(self.network.patterns) if one.route == route and goes(one, stops, leg))
        pattern = next(ways, None)
        if pattern is None:
            raise Refused("WAY_MISSING", f"route {leg.route} does not go there from {leg.from_}")
        vehicle = self.estate.fleet.route.index(route)
        ins, outs = in_and_out(self.city, readers_in(self.city, leg.service), medium)
        first = int(self.equipment.vehicle_reader[vehicle])
        return Spot(first + ins[0], stops[0], pattern), Spot(first + outs[0], stops[1], pattern)

    def machine(self, verb: str, stop: str) -> Spot:
        """The machine of a stop that loads cards, or that sells passes."""
        column = self.equipment.loads if verb == "load" else self.equipment.sells
        return Spot(int(column[self.stop(stop)]), self.stop(stop))

    def named(self, words: str) -> set[int]:
        """Readers by device number: `bus 10` those of a route's first vehicle, `mill` those of a stop."""
        service, _, route = words.partition(" ")
        if route:
            place([one.id for one in self.city.services], service, "service")
            number = place(self.network.route_ids, route, "route")
            return set(self.estate.aboard(self.estate.fleet.route.index(number)))
        stop = self.stop(words)
        return {row.device for row in self.estate.devices if row.stop == stop}

    def stop(self, name: str) -> int:
        """A stop by its id."""
        return place(self.network.stop_ids, name, "stop")


def goes(pattern: Any, stops: Sequence[int], leg: Ride) -> bool:
    """Does a pattern call at these stops in this order, and go on after the first?"""
    calls = list(pattern.stops)
    if stops[0] not in calls[:-1]:
        return False
    return not leg.to or stops[1] in calls[calls.index(stops[0]) + 1 :]
