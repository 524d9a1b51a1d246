"""Malacca's bus fares, worked out from the rules as they are told and from nothing of this product.

Until April 2024 a stage bus costs 60 sen and 14 sen a kilometre, up to the next 10 sen, at least 1.00 and at most 5.00;
line 17 costs one price, 1.50 and later 2.00. A card of Panorama takes a tenth off, down to 10 sen; pupils, seniors and
disabled riders then pay half, and half a step counts as a whole one. Since May 2024 (BAS.MY) the first 2 km cost 1.00,
each kilometre after them 14 sen, 5.00 at most; nothing comes off by card; those riders pay nothing once they are
registered and the full fare before. Children to 6 pay nothing. Citizens may hold a pass of thirty days, good on stage
buses and on line 17. The tourist bus asks 5.00, of the young 2.50, and knows no other price; the loops ask nothing.

Who leaves a stage bus without tapping out owes the fare to the end of the route, asked for at the next boarding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

LINE_17 = {"2015-01-01": 150, "2016-10-01": 200, "2018-08-20": 200, "2024-05-01": 200}
BAS_MY = "2024-05-01"
HALF = ("pupil", "senior", "oku")
PASS_LINES = ("stage_bus", "tourist_line")
PASS_S = 30 * 86_400


class Rider(NamedTuple):
    """Who rides, with which card."""

    category: str
    medium: str
    citizen: bool = False
    registered: bool = False
    has_pass: bool = False


class Ride(NamedTuple):
    """One boarding, in seconds after a midnight; `metres` is None if the rider did not tap out."""

    service: str
    at_s: int
    metres: int | None
    to_end: int


def charges(tariff: str, rider: Rider, rides: Sequence[Ride]) -> list[int]:
    """What each boarding costs, with what the boarding before left owing."""
    told, owed, pass_from_s = [], 0, None
    for ride in rides:
        due, owed = owed, 0
        if rider.has_pass and rider.citizen and tariff == BAS_MY and ride.service in PASS_LINES:
            pass_from_s = ride.at_s if pass_from_s is None else pass_from_s
            if ride.at_s - pass_from_s < PASS_S:
                told.append(due)
                continue
        if ride.service == "stage_bus" and ride.metres is None:
            owed = fare(tariff, rider, "stage_bus", ride.to_end)
        else:
            due += fare(tariff, rider, ride.service, ride.metres or 0)
        told.append(due)
    return told


def fare(tariff: str, rider: Rider, service: str, metres: int) -> int:
    """One ride."""
    if service == "free_loop":
        return 0
    if service == "hop_on":
        return 250 if rider.category in ("pupil", "child") else 500
    if rider.category == "child":
        return 0
    minor = LINE_17[tariff] if service == "tourist_line" else by_distance(tariff, metres)
    if tariff == BAS_MY:
        return 0 if rider.category in HALF and rider.registered else minor
    if rider.medium == "panorama_card":
        minor = minor * 9 // 100 * 10
    if rider.category in HALF:
        minor = (minor // 2 + 5) // 10 * 10
    return minor


def by_distance(tariff: str, metres: int) -> int:
    """The stage fare; thousandths of a sen are counted so that nothing is rounded but the end."""
    thousandths = 100_000 + 14 * max(metres - 2000, 0) if tariff == BAS_MY else 60_000 + 14 * metres
    return min(max(-(-thousandths // 10_000) * 10, 100), 500)
