"""One rider's rides, told as legs, turned into the events that the fare folds over.

This is the small door to the fare: worked examples, a quote at a counter, a question at the command line. It runs the rules
interpreted, or compiled over records of one, and both must say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np

from afc.executor import compiled
from afc.fares.charge import ENTRY, EXIT, LOAD, charge
from afc.fares.state import EVENT, LINES_MAX, Plain, Refusal, Rule, new_cards
from afc.moment import from_us, local_us
from afc.network.distance import leg_distance_m, leg_sections
from afc.refusal import Refused, nearest


class Line(NamedTuple):
    """One reason of a charge: the rule, its minor units, and how many of what (steps, riders, metres) it counted."""

    rule: Rule
    minor: int
    quantity: int


class Answer(NamedTuple):
    """What one tap came to: the charge or a refusal, its reasons, and the purse afterwards."""

    minor: int
    refusal: Refusal | None
    lines: tuple[Line, ...]
    balance: int


class Ride(NamedTuple):
    """A leg as events: tap-in, and the tap-out if there was one; `top_up` is loaded before it."""

    tap_in: np.ndarray
    tap_out: np.ndarray | None
    top_up: int


class Interpreted:
    """A card whose taps are priced by the rules as they stand."""

    def __init__(self, card: np.ndarray, rates: np.ndarray) -> None:
        self.card = Plain(card)
        self.carry(rates)

    def carry(self, rates: np.ndarray) -> None:
        """From now on readers carry these rates."""
        self.rates = Plain(rates)

    def tap(self, event: np.ndarray) -> Answer:
        """Apply one event; a refusal leaves the card as it was."""
        image, lines = self.card.copy(), [[0, 0, 0] for _ in range(LINES_MAX)]
        minor = charge(image, Plain(event), self.rates, lines)
        if minor >= 0:
            self.card = image
        return answer(minor, lines, self.card.balance)  # type: ignore[attr-defined]

    def opened_journey(self) -> bool:
        """Was the last boarding the first of a journey that later legs may continue?"""
        return opened(self.card)


class Compiled:
    """A card whose taps are priced by the same rules in machine code."""

    def __init__(self, card: np.ndarray, rates: np.ndarray) -> None:
        self.card = card.copy()
        self.carry(rates)

    def carry(self, rates: np.ndarray) -> None:
        """From now on readers carry these rates."""
        self.rates = rates

    def tap(self, event: np.ndarray) -> Answer:
        """Apply one event; a refusal leaves the card as it was."""
        image, lines = self.card.copy(), np.zeros((LINES_MAX, 3), np.int64)
        minor = int(compiled(charge)(image[0], event[0], self.rates[0], lines))
        if minor >= 0:
            self.card = image
        return answer(minor, lines.tolist(), int(self.card["balance"][0]))

    def opened_journey(self) -> bool:
        """Was the last boarding the first of a journey that later legs may continue?"""
        return opened(Plain(self.card))


def opened(card: Any) -> bool:
    """Is the leg on the card the first of the journey on it?"""
    return bool(card.leg_in_journey == 1 and card.j_legs == 1)


def answer(minor: int, lines: Sequence[Sequence[int]], balance: int) -> Answer:
    """Name what the rule returned."""
    if minor < 0:
        return Answer(0, Refusal(-minor), (), balance)
    return Answer(minor, None, tuple(Line(Rule(a), b, c) for a, b, c in lines if a), balance)


def issue_card(city: Any, version: Mapping[str, Any], rider: str, medium: str, before: Mapping[str, Any]) -> np.ndarray:
    """CARD[1] of a rider category on a medium, with the state that a worked example begins from."""
    card = new_cards(1)
    card["category"] = position(city.categories, rider, "rider category")
    card["medium"] = position(city.media, medium, "fare medium")
    card["balance"] = before.get("balance", 10**9)
    for attribute in before.get("attributes", []):
        card["attributes"] |= 1 << place(city.attributes, attribute, "card attribute")
    if criteria := before.get("criteria"):
        card["quota_rides"] = quota_rides(version, criteria)
    if product := before.get("product"):
        ids = [row["id"] for row in version.get("product", [])]
        card["product"] = ids.index(product) + 1
        card["pass_entries"] = before.get("pass_entries", version["product"][ids.index(product)].get("entries", 0))
    return card


def quota_rides(version: Mapping[str, Any], criteria: Sequence[str]) -> int:
    """Rides a month that a holder's criteria earn: the largest of them, -1 where the tariff has no such list."""
    tables = [row["rides_by"] for row in version.get("quota", []) if "rides_by" in row]
    return max((table.get(c, 0) for table in tables for c in criteria), default=-1)


def position(rows: Sequence[Any], wanted: str, what: str) -> int:
    """Where an id stands in the city's list, or a refusal that names the near ones."""
    return place([row.id for row in rows], wanted, what)


def place(ids: Sequence[str], wanted: str, what: str) -> int:
    """Where a word stands in a list of words, or a refusal that names the near ones."""
    if wanted not in ids:
        known = f"Known: {', '.join(ids)}."
        raise Refused("ID_UNKNOWN", f'"{wanted}" is no {what} of this city', cure=nearest(wanted, ids) or known)
    return list(ids).index(wanted)


class Rides:
    """Turns legs as a clerk writes them into rides; remembers dates, routes and vehicles named before."""

    def __init__(self, city: Any) -> None:
        self.city, self.date, self.count = city, "", 0
        self.routes: dict[str, int] = {}
        self.vehicles: dict[str, int] = {}

    def ride(self, leg: Mapping[str, Any]) -> Ride:
        """The events of one leg; times without a date continue the date before."""
        self.count += 1
        service = position(self.city.services, leg["service"], "service")
        in_us = self.moment(leg["in"])
        event = np.zeros(1, EVENT)
        event["kind"], event["t_us"], event["service"], event["group"] = ENTRY, in_us, service, leg.get("group", 1)
        station = self.city.services[service].access == "station"
        event["route"] = -1 if station else self.number(self.routes, leg.get("route"))
        event["vehicle"] = -1 if station else self.number(self.vehicles, leg.get("vehicle"))
        event["operator"], event["pattern"] = -1, -1
        event["stop"] = self.city.network.stop(leg["from"]) if "from" in leg else -1
        return Ride(event, self.tap_out(event, leg, station, in_us), leg.get("top_up", 0))

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

    def tap_out(self, tap_in: np.ndarray, leg: Mapping[str, Any], station: bool, in_us: int) -> np.ndarray | None:
        """The tap-out with the tariff distance of the leg; a clock earlier than the tap-in is the next morning."""
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
        event["dist_m"] = leg.get("distance_m", 0)
        if "to" in leg:
            event["stop"] = self.city.network.stop(leg["to"])
            if "distance_m" not in leg:
                event["dist_m"], event["sections"] = self.distance(leg, station)
        return event

    def distance(self, leg: Mapping[str, Any], station: bool) -> tuple[int, int]:
        """Metres and fare sections between two stops: by path between gates, along the named route in a vehicle."""
        network = self.city.network
        a, b = network.stop(leg["from"]), network.stop(leg["to"])
        if station:
            return leg_distance_m(a, 0, b, 0, -1, network.tables), leg_sections(a, b, -1, network.tables)
        for p, pattern in enumerate(network.patterns):
            stops = list(pattern.stops)
            if network.route_ids[pattern.route] == leg.get("route") and a in stops and b in stops[stops.index(a) :]:
                i = stops.index(a)
                return leg_distance_m(a, i, b, stops.index(b, i), p, network.tables), 0
        where = f'route "{leg.get("route")}" does not run from "{leg["from"]}" to "{leg["to"]}"'
        raise Refused("RIDE_IMPOSSIBLE", where, cure="Name the route, or give distance_m.")


def load_event(minor: int, t_us: int) -> np.ndarray:
    """EVENT[1] of value loaded at a counter."""
    event = np.zeros(1, EVENT)
    event["kind"], event["amount"], event["t_us"], event["group"] = LOAD, minor, t_us, 1
    return event
