"""Beijing's fares of 2026-01-15, worked out from the published rules and from nothing of this product.

Rail costs 3 yuan to 6 km, 4 to 12, 5 to 22, 6 to 32 and 1 more for each started 20 km; every band runs 99 m longer than
it says. Whoever enters one of the low-peak stations before seven on a working day with a card or a code pays half. In a
calendar month rides get 20 % cheaper once 100 yuan are paid, half price from 150 and full price again from 400; the
airport line stays out of it at 25 yuan. Past four hours inside, 3 yuan more. Out at one of a pair of stations and in at
the other within half an hour makes one ride of the two: the second exit charges what the whole costs more than the
first. A bus costs 2 yuan for 10 km and 1 for each started 5 km: half of it with a card or a code, four fifths on routes
that leave the city, a quarter for students, nothing for seniors. Forgotten on a bus, the tap-out costs the ride to the
farthest terminal at the next tap-in, with a code at the cash price; forgotten at a gate, 3 yuan. A card needs 3 yuan at
the gate and 1 on the bus and may then go below zero; it holds 1,000 at most. A ticket for days carries its code on rail
for 24 hours each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

DAY_S, DAY_CUT_S = 86_400, 3 * 3600
AIRPORT = 2500
LEAST = {"rail": 300, "bus": 100, "bus_suburban": 100, "airport_express": 500}
PURSE_MAX = 1_000_00
PAIRS = [
    ("dazhongsi_12", "dazhongsi_13"),
    ("fuxingmen", "taipingqiao"),
    ("guanganmennei", "niujie"),
    ("muxidi", "muxidi_16"),
]
LOW_PEAK = {"tuqiao", "nanshao", "tongyunmen", "qingnianlu"}  # four of the twenty-five


class Ride(NamedTuple):
    """One ride, in seconds after the midnight before Friday 2026-01-30; `out_s` None without a tap-out, `end_m` to the
    farthest terminal; `load` is topped up before it."""

    service: str
    in_s: int
    out_s: int | None
    metres: int
    end_m: int
    station_in: str
    station_out: str
    load: int


class Card(NamedTuple):
    """A card or a code in the morning: what it has paid this month, and the days of a ticket on it."""

    rider: str
    medium: str
    balance: int
    spent: int
    days: int


class First(NamedTuple):
    """A ride on rail that a walk over the street may continue."""

    station_in: str
    station_out: str
    out_s: int
    low_peak: bool
    paid: int
    alone: int


def steps(metres: int, size_m: int) -> int:
    """Started steps."""
    return (max(metres, 0) + size_m - 1) // size_m


def rail(metres: int) -> int:
    """The price by metres before any discount."""
    short = 300 + 100 * sum(metres > bound for bound in (6_099, 12_099, 22_099, 32_099))
    return short if metres <= 32_099 else 600 + 100 * steps(metres - 32_099, 20_000)


def cash(metres: int) -> int:
    """A bus in coins."""
    return 200 + 100 * steps(metres - 10_000, 5_000)


def bus(rider: str, service: str, metres: int) -> int:
    """A bus with a card or a code."""
    coins = cash(metres)
    if rider == "senior":
        return 0
    return coins // 4 if rider == "student" else coins * 4 // 5 if service == "bus_suburban" else coins // 2


def service_day(at_s: int) -> int:
    """Days after the Friday; the night until three belongs to the day before."""
    return (at_s - DAY_CUT_S) // DAY_S


def is_low_peak(ride: Ride) -> bool:
    """Before seven on a working day at a station of the list; Saturday and Sunday are the days 1 and 2."""
    early = DAY_CUT_S <= ride.in_s % DAY_S < 7 * 3600
    return early and ride.station_in in LOW_PEAK and service_day(ride.in_s) % 7 not in (1, 2)


def monthly(fare: int, spent: int) -> int:
    """The fare after what the month has brought so far."""
    return fare * 4 // 5 if 10_000 <= spent < 15_000 else fare // 2 if 15_000 <= spent < 40_000 else fare


def charges(card: Card, rides: Sequence[Ride], whole_m: Mapping[tuple[str, str], int]) -> list[tuple[int | None, int]]:
    """For each ride the charge, or None where the reader stays shut, and the purse afterwards; `whole_m` between stations."""
    balance, spent, month, owed, ends_s = card.balance, card.spent, 1, 0, 0
    first: First | None = None
    told: list[tuple[int | None, int]] = []
    for ride in rides:
        balance += ride.load if balance + ride.load <= PURSE_MAX else 0
        carried = ride.service == "rail" and card.days > 0 and (ends_s == 0 or ride.in_s < ends_s)
        free = carried or (card.rider == "senior" and ride.service.startswith("bus"))
        if card.medium == "yikatong" and balance < owed + (0 if free else LEAST[ride.service]):
            told.append((None, balance))
            continue
        due, owed = owed, 0
        if carried:
            ends_s = ends_s or ride.in_s + card.days * DAY_S
        elif ride.service == "airport_express":
            due += AIRPORT
        elif ride.service != "rail" and ride.out_s is None:
            owed = cash(ride.end_m) if card.medium == "qr" else bus(card.rider, ride.service, ride.end_m)
        elif ride.service != "rail":
            due += bus(card.rider, ride.service, ride.metres)
        elif ride.out_s is None:
            owed, first = 300, None
        else:
            paid = 0
            if first is not None and walked(first, ride):
                fare = min(rail(whole_m[first.station_in, ride.station_out]), first.alone + rail(ride.metres))
                fare, paid, first = max(fare // 2 if first.low_peak else fare, first.paid), first.paid, None
            else:
                alone, half = rail(ride.metres), is_low_peak(ride)
                fare = alone // 2 if half else alone
                first = First(ride.station_in, ride.station_out, ride.out_s, half, fare, alone)
            now = 1 if service_day(ride.in_s) < 2 else 2
            spent, month = (spent, month) if now == month else (0, now)
            asked = monthly(fare - paid, spent)
            spent += asked
            due += asked + (300 if ride.out_s - ride.in_s > 4 * 3600 else 0)
        balance -= due
        told.append((due, balance))
    return told


def walked(first: First, ride: Ride) -> bool:
    """Did the rider walk from one station of a pair to the other within half an hour?"""
    there = (first.station_out, ride.station_in) in PAIRS or (ride.station_in, first.station_out) in PAIRS
    return there and ride.in_s - first.out_s <= 1800
