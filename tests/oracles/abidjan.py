"""Abidjan's fares, worked out from the published prices and from nothing of this product.

Every boarding costs its class of vehicle: ordinary buses 200 francs, those to Bingerville 250, express buses 500, boats
200 (150 before 2018), private boats 300. Wibus cost 400 on trial in the last nine days of April 2016, since then 300,
or 500 boarded at Palmeraie or Angré. Staff, police and riders with a disability ride free. With a named card a pass
pays for 30 days from its first ride: ordinary buses and Bingerville for pupils from 04:30 to 22:00 except on Sundays
and holidays, the same at any hour for students, and boats as well for civil servants. Otherwise the purse pays, or
nobody boards. A day lasts from 04:00 to 04:00.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

PRICES = {"ordinary": 200, "bingerville": 250, "express": 500, "boat": 200, "boat_private": 300}
REACH = {
    "pupil": {"ordinary", "bingerville"},
    "student": {"ordinary", "bingerville"},
    "civil": {"ordinary", "bingerville", "boat"},
}
FREE = {"staff", "police", "disabled"}
FAR = {"palmeraie", "angre_djibi"}
HOLIDAYS = {date(2018, 11, 1), date(2018, 11, 15)}


class Ride(NamedTuple):
    """One boarding at a stop."""

    service: str
    stop: str
    at: datetime


class Card(NamedTuple):
    """A card at first; `held` is its pass, if any."""

    rider: str
    named: bool
    balance: int
    held: str


def charges(card: Card, rides: Sequence[Ride]) -> list[tuple[int | None, int]]:
    """For each boarding the charge, or None where the reader stays shut, and the purse afterwards."""
    balance, until, told = card.balance, datetime(9999, 1, 1), list[tuple[int | None, int]]()  # noqa: DTZ001
    for ride in rides:
        if card.held and pays(card, ride) and ride.at < until:
            until = min(until, ride.at + timedelta(days=30))
            told.append((0, balance))
            continue
        due = 0 if card.rider in FREE else price(ride)
        told.append((due if due <= balance else None, balance - due if due <= balance else balance))
        balance = told[-1][1]
    return told


def pays(card: Card, ride: Ride) -> bool:
    """Is the ride one that the pass is for, at an hour when it holds?"""
    if not card.named or ride.service not in REACH[card.held]:
        return False
    day = (ride.at - timedelta(hours=4)).date()
    rests = day.weekday() == 6 or day in HOLIDAYS
    return card.held != "pupil" or (not rests and time(4, 30) <= ride.at.time() < time(22))


def price(ride: Ride) -> int:
    """The price of the class of vehicle on that day."""
    day = (ride.at - timedelta(hours=4)).date()
    if ride.service == "boat" and day < date(2018, 3, 1):
        return 150
    if ride.service == "wibus":
        trial = date(2016, 4, 22) <= day <= date(2016, 4, 30)
        return 400 if trial else 500 if ride.stop in FAR else 300
    return PRICES[ride.service]
