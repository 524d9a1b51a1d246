"""Mecca's fares, worked out from the published prices and from nothing of this product.

Since November 2023 a boarding of a city bus costs 4 riyals, of an express bus 8, of a Ramadan shuttle 7 from a car park
inside the city and 16 from a checkpoint; children under six free, half for a disability. A pass pays boardings of city
buses, a day's 4, a week's 16 or a month's 50, until 24 hours, 7 or 30 days after its first; past that the purse pays.
On the Mashaer metro a band of one colour opens the reader at its three stations on the six days of the Hajj of 2024, 14
to 19 June, each from 04:00 to 04:00; a green band for seven such days from the first at all stations; whoever has none
would have to pay 400. A purse that holds less than the fare keeps its money, and its holder stays outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

FARES = {"regular": 4_00, "express": 8_00, "shuttle_inner": 7_00, "shuttle_outer": 16_00, "mashaer": 400_00}
PASSES = {"day": (4, timedelta(hours=24)), "week": (16, timedelta(days=7)), "month": (50, timedelta(days=30))}
HAJJ = {date(2024, 6, day) for day in range(14, 20)}


class Ride(NamedTuple):
    """One boarding; `group` is the number in the name of a metro station, 0 elsewhere."""

    service: str
    at: datetime
    group: int


class Card(NamedTuple):
    """What is on a card at first; `trips` are those left on its pass, `bands` the groups of stations of its bands."""

    rider: str
    balance: int
    held: str
    trips: int
    bands: frozenset[int]


def charges(card: Card, rides: Sequence[Ride]) -> list[tuple[int | None, int]]:
    """For each boarding the charge, or None where the reader stays shut, and the purse afterwards."""
    balance, trips, until, told = card.balance, card.trips, None, list[tuple[int | None, int]]()
    for ride in rides:
        if card.held in PASSES and ride.service == "regular" and trips and (until is None or ride.at < until):
            until = until or ride.at + PASSES[card.held][1]
            trips -= 1
            told.append((0, balance))
            continue
        if card.held == "all_stations" and ride.service == "mashaer":
            told.append((0 if service_date(ride.at) in HAJJ else None, balance))
            continue
        due = fare(card, ride)
        told.append((due if due <= balance else None, balance - due if due <= balance else balance))
        balance = told[-1][1]
    return told


def fare(card: Card, ride: Ride) -> int:
    """What the purse is asked for."""
    if ride.service == "mashaer":
        open_to = service_date(ride.at) in HAJJ and ride.group in card.bands
        return 0 if open_to or card.rider == "child" else FARES["mashaer"]
    return {"child": 0, "disabled": FARES[ride.service] // 2}.get(card.rider, FARES[ride.service])


def service_date(at: datetime) -> date:
    """The day that a moment belongs to."""
    return (at - timedelta(hours=4)).date()
