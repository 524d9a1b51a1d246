"""A town of one street, and one card's day in it.

rail      gates at seven stops, two fare sections, distance by path
bus, red  readers on board, along the same street
ferry     never part of a journey that drawn tariffs make
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import SimpleNamespace as Of
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from afc.fares.codes import ENTRY, EXIT, LOAD, SALE
from afc.fares.compile import compile_rates
from afc.fares.history import Answer, Interpreted
from afc.fares.rides import measure_whole
from afc.fares.state import EVENT, Plain, new_cards
from afc.moment import SECOND_US
from afc.network import Network, Pattern
from afc.network.distance import count_leg
from afc.pack.calendar import Calendar

Version = dict[str, Any]
ZONE = ZoneInfo("Asia/Seoul")
SERVICES, GATED, JOINING = ("rail", "bus", "red", "ferry"), 0, ("rail", "bus", "red")
CATEGORIES = ("adult", "child")
FOUNDING_DAY, FREE_DAY = date(2026, 3, 2), date(2026, 3, 4)

STOPS = ("harbour", "market", "hill", "bridge", "mill", "park", "cape")
ALONG_M = np.array([0, 900, 3_000, 5_000, 9_000, 16_000, 21_000], np.int32)
STOP_ZONES = np.array([0b001, 0b010, 0b011, 0b110, 0b100, 0b100, 0b100], np.int64)
"""Of centre, hills and shore; hill and bridge lie in two of them."""


def street(stops: tuple[str, ...] = STOPS, services: tuple[str, ...] = SERVICES) -> Network:
    """The street, whose stops may be numbered in another order: two routes of each service up and down all of it."""
    n, at, of = len(STOPS), np.array([stops.index(stop) for stop in STOPS], np.int32), range(2 * len(services))
    zones, flat, section = np.zeros(n, np.int64), np.zeros(n), ("near",) * 3 + ("far",) * 3
    zones[at] = STOP_ZONES
    routes = tuple(f"{services[i // 2]}{i % 2}" for i in of)
    route_service, nobody = np.array([i // 2 for i in of], np.int32), np.zeros(n, np.int32)
    stage, gated = np.array([1, 1, 2, 3, 4, 4, 5], np.int32), services.index("rail")
    patterns = tuple(
        Pattern(i, 0, at, ALONG_M, ALONG_M, nobody[1:], section if i // 2 == gated else ("",) * 6, stage) for i in of
    )
    return Network(
        "drawn", ("town",), stops, stops, flat, flat, nobody, nobody + gated, routes, routes, 0 * route_service, route_service,
        patterns, (), ("near", "far"), ("centre", "hills", "shore"), zones, (gated,), {},
    )  # fmt: skip


TOWN = Of(
    services=tuple(Of(id=name, access="station" if name == "rail" else "vehicle") for name in SERVICES),
    categories=tuple(Of(id=name) for name in CATEGORIES),
    media=(Of(id="card", funding="prepaid"), Of(id="bankcard", funding="postpaid")),
    parties=(Of(id="town"),),
    attributes=("personalised",),
    network=street(),
    zone=ZONE,
    day_cut_s=4 * 3600,
    calendar=Calendar(
        day_types=("weekday", "sunday"), week=(0, 0, 0, 0, 0, 1, 1), horizon=date(2026, 6, 30),
        holidays={FOUNDING_DAY: 1}, terms=((date(2026, 2, 2), date(2026, 6, 19)),),
    ),
)  # fmt: skip


class Leg(NamedTuple):
    """One boarding as drawn; `out_us` None is no tap-out, `load` and `sale` happen at a counter before it, `out_vehicle` is
    another vehicle to step down from."""

    service: int
    in_us: int
    out_us: int | None
    stops: tuple[int, int]
    metres: int
    sections: int
    route: int
    vehicle: int
    group: int
    load: int
    sale: bool
    out_vehicle: int | None = None


class Day(NamedTuple):
    """A card and what is done with it."""

    category: int
    medium: int
    personalised: bool
    balance: int
    holds_pass: bool
    quota_rides: int
    legs: tuple[Leg, ...]

    def card(self, rates: np.ndarray) -> np.ndarray:
        """The card in the morning."""
        card = new_cards(1)
        card["card"], card["category"], card["medium"] = 7, self.category, self.medium
        card["attributes"], card["balance"] = self.personalised, self.balance
        card["quota_rides"] = self.quota_rides
        if self.holds_pass and rates["products"][0]:
            card["product"], card["pass_entries"] = 1, rates["product_entries"][0][0]
        return card

    def events(self, rates: np.ndarray) -> Iterator[np.ndarray]:
        """Every presentation of the card, in order of time."""
        for leg in self.legs:
            if leg.load:
                yield event(LOAD, leg, leg.in_us - SECOND_US, amount=leg.load)
            if leg.sale and rates["products"][0]:
                yield event(SALE, leg, leg.in_us - SECOND_US, amount=5_000, product=int(rates["products"][0]))
            yield event(ENTRY, leg, leg.in_us)
            if leg.out_us is not None:
                yield event(EXIT, leg, leg.out_us)

    def shifted(self, days: int) -> Day:
        """The same day so many days later."""
        us = days * 86_400 * SECOND_US
        later = [
            leg._replace(in_us=leg.in_us + us, out_us=None if leg.out_us is None else leg.out_us + us)
            for leg in self.legs
        ]
        return self._replace(legs=tuple(later))


def event(kind: int, leg: Leg, t_us: int, amount: int = 0, product: int = 0) -> np.ndarray:
    """EVENT[1] of one presentation."""
    e = np.zeros(1, EVENT)
    e["kind"], e["service"], e["group"], e["t_us"] = kind, leg.service, leg.group, t_us
    e["route"], e["vehicle"], e["pattern"], e["operator"] = leg.route, leg.vehicle, leg.route, leg.service
    e["amount"], e["product"], e["stop"] = amount, product, leg.stops[kind == EXIT]
    if kind == EXIT:
        count(e, leg, leg.stops)
        e["dist_m"], e["sections"] = leg.metres, leg.sections
        e["vehicle"] = leg.vehicle if leg.out_vehicle is None else leg.out_vehicle
    elif kind == ENTRY and leg.route >= 0:
        count(e, leg, (leg.stops[0], len(STOPS) - 1))
        e["dist_m"] = ALONG_M[-1] - ALONG_M[leg.stops[0]]
    return e


def count(e: np.ndarray, leg: Leg, stops: tuple[int, int]) -> None:
    """Write stations, stages and zones between two stops into an event; metres may be drawn apart from them."""
    plain = Plain(e)
    count_leg(plain, stops[0], stops[0], stops[1], stops[1], leg.route, TOWN.network.tables)
    plain.into(e)


def rates_of(version: Mapping[str, Any]) -> np.ndarray:
    """RATES[1] of a drawn tariff."""
    return compile_rates(TOWN, version, 0)


class Told(NamedTuple):
    """One presentation and what came of it; `journey` is the number of its leg's journey."""

    event: np.ndarray
    answer: Answer
    journey: int


def tell(version: Mapping[str, Any], day: Day) -> tuple[list[Told], Interpreted]:
    """Play a day under a tariff, interpreted; the card as it is in the end comes with it."""
    rates = rates_of(version)
    card, told = Interpreted(day.card(rates), rates), []
    for one in day.events(rates):
        measure(one, card.card)
        answer = card.tap(one)
        told.append(Told(one, answer, card.card.leg_journey))  # type: ignore[attr-defined]
    return told, card


def measure(e: np.ndarray, card: Plain) -> None:
    """Write into an exit what only the card knows: how far it is from the first gate of its journey."""
    if e["kind"] == EXIT:
        measure_whole(e, card, TOWN)
