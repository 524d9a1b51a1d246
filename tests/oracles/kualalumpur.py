"""Kuala Lumpur's fares since December 2015, worked out from the notices and from nothing of this product.

On rail, KTM and trunk buses.

Rail: 70 sen, and for each kilometre 30.0 sen to 4 km, 26.4 to 9, 21.6 to 14, 18.0 to 19, 14.4 to 24 and 10.8 after; the
monorail asks 58.8 and 37.2 in the first two bands. Cards lower what comes on top of the 70: to 85 in 100, the weekly
card to 77, the monthly one to 68. Up to the next 10 sen, from 80 sen to what the longest way by token, 11.20, becomes.
Who stays more than two hours pays the most; who does not tap out owes the most at the next tap-in. KTM: 15 sen a
kilometre up to the next 10 sen, from 1.20 to 19.20, a fifth less by card, three tenths by monthly card, up to the next
10 sen. Trunk buses: by zones; a card leaves the dearest ride at the tap-in and has the rest back. Since April 2019
cards pay a fifth less there.

Students, the old and the disabled pay half of the cash fare with any card, children under 7 nothing. From 17 July to 31
August 2017 rail was half price, to the nearest 5 sen. Citizens' My50 opens all but KTM since 2022 for thirty service
days, which end at 03:00.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

BANDS = [
    (4_000, 300),
    (5_000, 264),
    (5_000, 216),
    (5_000, 180),
    (5_000, 144),
    (10**9, 108),
]  # metres, tenths of a sen a kilometre
MONORAIL = [(4_000, 588), (5_000, 372), *BANDS[2:]]
ON_TOP = {"tng": 85, "rapid_card": 85, "bank_card": 85, "smart7": 77, "smart30": 68, "token": 100}
ZONES = {"2015-12-02": [100, 190, 250, 300], "2019": [100, 200, 250, 300]}
HALF = ("student", "senior", "oku")
STAY_S, DAY_S, CUT_S = 7_200, 86_400, 3 * 3_600


class Rider(NamedTuple):
    """Who rides, with which card."""

    category: str
    medium: str
    has_my50: bool = False


class Ride(NamedTuple):
    """One ride in seconds after a midnight; without `out_s` there was no tap-out. `size` is metres, on trunk buses zones."""

    service: str
    in_s: int
    out_s: int | None
    size: int
    monorail: bool = False


def charges(tariff: str, rider: Rider, rides: Sequence[Ride]) -> list[int]:
    """What each ride costs, with what the ride before left owing."""
    told, owed, first_day = [], 0, None
    for ride in rides:
        due, owed = owed, 0
        day = (ride.in_s - CUT_S) // DAY_S
        if rider.has_my50 and tariff == "2022-01-01" and ride.service != "ktm":
            first_day = day if first_day is None else first_day
            if day < first_day + 30:
                told.append(due)
                continue
        if ride.out_s is not None:
            long = ride.service == "rail" and ride.out_s - ride.in_s > STAY_S
            told.append(due + fare(tariff, rider, ride, dearest=long))
        elif ride.service == "bus_trunk" and rider.medium in ("tng", "rapid_card", "smart7", "smart30"):
            told.append(due + fare(tariff, rider, ride, dearest=True))
        else:
            owed = fare(tariff, rider, ride, dearest=True)
            told.append(due)
    return told


def fare(tariff: str, rider: Rider, ride: Ride, dearest: bool) -> int:
    """One ride, or the dearest that it could have been."""
    size = 10**9 if dearest else ride.size
    if rider.category == "child":
        return 0
    price = {"rail": by_rail, "ktm": by_ktm, "bus_trunk": by_trunk}[ride.service]
    if rider.category in HALF:
        minor = price(tariff, "token", size, ride.monorail) // 2
    else:
        minor = price(tariff, rider.medium, size, ride.monorail)
    if tariff == "2017-07-17" and ride.service == "rail":
        minor = (minor + 5) // 10 * 5
    return minor


def by_rail(_tariff: str, medium: str, metres: int, monorail: bool) -> int:
    """Bands of distance, in millionths of a sen."""
    most = up(70_000_000 + 1_050_000_000 * ON_TOP[medium] // 100)
    rest, on_top = metres, 0
    for length, rate in MONORAIL if monorail else BANDS:
        on_top += min(rest, length) * rate * ON_TOP[medium]
        rest -= min(rest, length)
    return min(max(up(70_000_000 + on_top), 80), most)


def by_ktm(_tariff: str, medium: str, metres: int, _monorail: bool) -> int:
    """The ticket, and what a card takes off it."""
    ticket = min(max(up(metres * 15_000), 120), 1920)
    left = {"tng": 80, "rapid_card": 80, "smart7": 80, "smart30": 70}.get(medium, 100)
    return up(ticket * left * 10_000)


def by_trunk(tariff: str, medium: str, zones: int, _monorail: bool) -> int:
    """The cash price, since 2019 a fifth less by card, to the nearest 10 sen."""
    minor = ZONES["2019" if tariff >= "2019" else "2015-12-02"][min(zones, 4) - 1]
    return minor if tariff < "2019" or medium == "token" else (minor * 8 + 50) // 100 * 10


def up(millionths: int) -> int:
    """Up to the next 10 sen."""
    return -(-millionths // 10_000_000) * 10
