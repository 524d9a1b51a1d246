"""One rider's rides, told as legs as a clerk writes them, turned into the events that the fare folds over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np

from afc.fares.codes import ENTRY, EXIT, LOAD
from afc.fares.history import position
from afc.fares.state import EVENT, Plain
from afc.moment import from_us, local_us
from afc.network.distance import count_leg, leg_distance_m, leg_sections
from afc.refusal import Refused

Leg = Mapping[str, Any]


class Ride(NamedTuple):
    """A leg as events: tap-in, and the tap-out if there was one; `top_up` is loaded before it."""

    tap_in: np.ndarray
    tap_out: np.ndarray | None
    top_up: int


class Rides:
    """Turns legs into rides; remembers dates, routes and vehicles named before."""

    def __init__(self, city: Any, version: Mapping[str, Any] | None = None) -> None:
        self.city, self.version, self.date, self.count = city, version or {}, "", 0
        self.routes: dict[str, int] = {}
        self.vehicles: dict[str, int] = {}

    def ride(self, leg: Leg) -> Ride:
        """The events of one leg; times without a date continue the date before."""
        self.count += 1
        service = position(self.city.services, leg["service"], "service")
        in_us = self.moment(leg["in"])
        event = np.zeros(1, EVENT)
        event["kind"], event["t_us"], event["service"], event["group"] = ENTRY, in_us, service, leg.get("group", 1)
        station = self.city.services[service].access == "station"
        event["route"] = -1 if station else self.number(self.routes, leg.get("route"))
        event["vehicle"] = -1 if station else self.number(self.vehicles, leg.get("vehicle"))
        event["operator"], event["pattern"], event["stop"] = -1, -1, -1
        if "from" in leg:
            event["stop"] = self.city.network.stop(leg["from"])
        tap_out = self.tap_out(event, leg, station, in_us)
        self.to_the_end(event, leg, station)
        return Ride(event, tap_out, leg.get("top_up", 0))

    def number(self, names: dict[str, int], name: str | None) -> int:
        """A small number for a route or vehicle; a leg that names none rides one never seen before."""
        return names.setdefault(name or f"#{self.count}", len(names))

    def moment(self, text: str) -> int:
        """A time with its date, or a clock time on the date of the leg before."""
        if " " not in text and "T" not in text:
            if not self.date:
                raise Refused("TIME_MALFORMED", f'"{text}" has no date', cure="The first leg names its date.")
            text = f"{self.date} {text}"
        self.date = text[:10]
        return local_us(text, self.city.zone)

    def tap_out(self, tap_in: np.ndarray, leg: Leg, station: bool, in_us: int) -> np.ndarray | None:
        """The tap-out with what the leg counts; a clock earlier than the tap-in is the next morning."""
        if "out" not in leg:
            return None
        event, date = tap_in.copy(), self.date
        out_us = self.moment(leg["out"])
        if out_us < in_us and " " not in leg["out"]:
            self.date = (from_us(in_us, self.city.zone) + timedelta(days=1)).date().isoformat()
            out_us = self.moment(leg["out"])
        elif date != self.date and out_us < in_us:
            raise Refused("TIME_ORDER", f"the tap-out at {leg['out']} comes before the tap-in")
        event["kind"], event["t_us"] = EXIT, out_us
        if "alight_vehicle" in leg:
            event["vehicle"] = self.number(self.vehicles, leg["alight_vehicle"])
        if "to" in leg:
            event["stop"] = self.city.network.stop(leg["to"])
            i, j, _, pattern = self.calls(leg, leg["to"]) if not station else (*self.ends(leg), 0, -1)
            self.measure(event, i, j, pattern)
        self.count_as_told(event, leg)
        return event

    def count_as_told(self, event: np.ndarray, leg: Leg) -> None:
        """What the leg itself says of its length goes before what the network says."""
        ids = self.city.network.zone_ids
        if isinstance(zones := leg.get("zones", 0), int):
            event["zones"] = (1 << zones) - 1 if zones else event["zones"]
        else:
            event["zones"] = sum(1 << ids.index(zone) for zone in zones)
            event["ends"] = 1 << ids.index(zones[0]) | 1 << ids.index(zones[-1])
        if "distance_m" in leg:
            event["dist_m"] = leg["distance_m"]
        if "stages" in leg:
            event["stages"] = leg["stages"]
        if "hops" in leg or "stations" in leg:
            event["hops"][0][0] = leg.get("hops", leg.get("stations", 1) - 1)

    def to_the_end(self, event: np.ndarray, leg: Leg, station: bool) -> None:
        """What a ride to the end of the route would count: told as `to_end`, or the route's last stop."""
        count = leg.get("to_end", 0)
        if count:
            few = min(count, 1000)  # stations and stages, which are counted in two bytes
            event["dist_m"], event["stages"], event["hops"][0][0] = count, few, few - 1
            event["zones"] = (1 << min(count, 62)) - 1
        elif not station and "from" in leg and ("to" in leg or "towards" in leg):
            first, _, last, pattern = self.calls(leg, leg.get("towards", leg.get("to")))
            along = self.city.network.patterns[pattern].along_m
            missing = self.version.get("missing_tap_out", {}).get("fare", {}).get(leg["service"])
            if missing == "farthest_terminal" and along[first] > along[last] // 2:
                last = 0
            self.measure(event, first, last, pattern)

    def measure(self, event: np.ndarray, i: int, j: int, pattern: int) -> None:
        """What lies between two calls of a pattern or, where it is -1, between two stops by the path inside the gates."""
        network = self.city.network
        a, b = (network.patterns[pattern].stops[call] for call in (i, j)) if pattern >= 0 else (i, j)
        plain = Plain(event)
        count_leg(plain, a, i, b, j, pattern, network.tables)
        plain.into(event)
        event["dist_m"] = leg_distance_m(a, i, b, j, pattern, network.tables)
        event["sections"] = leg_sections(a, b, pattern, network.tables)

    def ends(self, leg: Leg) -> tuple[int, int]:
        """The numbers of a leg's two stops."""
        return self.city.network.stop(leg["from"]), self.city.network.stop(leg["to"])

    def calls(self, leg: Leg, to: str) -> tuple[int, int, int, int]:
        """Where a leg's two stops stand on its route: both calls, the route's last call, and the pattern."""
        network = self.city.network
        a, b = network.stop(leg["from"]), network.stop(to)
        for p, pattern in enumerate(network.patterns):
            stops = list(pattern.stops)
            if network.route_ids[pattern.route] == leg.get("route") and a in stops and b in stops[stops.index(a) :]:
                i = stops.index(a)
                return i, stops.index(b, i), len(stops) - 1, p
        where = f'route "{leg.get("route")}" does not run from "{leg["from"]}" to "{to}"'
        raise Refused("RIDE_IMPOSSIBLE", where, cure="Name the route, or give distance_m.")


def measure_whole(event: np.ndarray, card: Plain, city: Any) -> None:
    """Write into an exit between gates the metres from the gate where the card's journey began."""
    first, here = int(card.j_stop), int(event["stop"][0])  # type: ignore[attr-defined]
    if int(card.j_legs) > 1 and first >= 0 and here >= 0 and event["vehicle"][0] < 0:  # type: ignore[attr-defined]
        event["whole_m"] = leg_distance_m(first, 0, here, 0, -1, city.network.tables)


def load_event(minor: int, t_us: int) -> np.ndarray:
    """EVENT[1] of value loaded at a counter."""
    event = np.zeros(1, EVENT)
    event["kind"], event["amount"], event["t_us"], event["group"] = LOAD, minor, t_us, 1
    return event
