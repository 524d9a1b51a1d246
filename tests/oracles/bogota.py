"""Bogotá's fares of February 2026, worked out from the published rules and from nothing of this product.

Every boarding costs 3,550. A named card may board twice more for nothing within 125 minutes of the first validation, the last
second included: from a zonal bus to anything, from the trunk or the cable to anything else, but never the same route as just
before nor the same bus. A named card may owe two rides, until a top-up brings it back to zero. With a TransMiPass a boarding
burns an entry, at most six a day; without an entry left for the day the purse pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FARE = 3_550_00
WINDOW_S = 125 * 60
DAY_CUT_S = 3 * 3600


class Ride(NamedTuple):
    """One boarding, in seconds after a midnight; `load` is topped up before it. Stations have no route and no vehicle."""

    service: str
    route: str
    vehicle: str
    at_s: int
    load: int


class Card(NamedTuple):
    """A card in the morning; `entries` are those left on a TransMiPass."""

    named: bool
    balance: int
    entries: int


def charges(card: Card, rides: Sequence[Ride]) -> list[tuple[int | None, int]]:
    """For each boarding the charge, or None where the reader stays shut, and the purse afterwards."""
    balance, entries, owed_rides = card.balance, card.entries, 0
    burnt: list[int] = []
    journey: list[Ride] = []
    told: list[tuple[int | None, int]] = []
    for ride in rides:
        if ride.load:
            balance += ride.load
            owed_rides = 0 if balance >= 0 else owed_rides
        day = (ride.at_s - DAY_CUT_S) // 86_400
        if entries > 0 and burnt.count(day) < 6:
            entries -= 1
            burnt.append(day)
            told.append((0, balance))
            continue
        free = card.named and transfers(journey, ride)
        if not free and balance < FARE:
            if not card.named or owed_rides == 2:
                told.append((None, balance))
                continue
            owed_rides += 1
        journey = [*journey, ride] if free else [ride]
        balance -= 0 if free else FARE
        told.append((0 if free else FARE, balance))
    return told


def transfers(journey: Sequence[Ride], ride: Ride) -> bool:
    """Is this the second or third boarding of a journey that is still open?"""
    if not journey or len(journey) == 3 or ride.at_s - journey[0].at_s > WINDOW_S:
        return False
    last = journey[-1]
    if "zonal" not in (last.service, ride.service):
        return last.service != ride.service
    return not ride.route or (ride.route != last.route and ride.vehicle != last.vehicle)
