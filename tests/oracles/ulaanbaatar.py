"""Ulaanbaatar's fares since 2025-02-01 for adults, worked out from the published rules and from nothing of this product.

1,000 opens four boardings of one day on any route; the fifth pays again. A U-money card keeps the right only by tapping out
at every alighting; a UBcard never taps out. Airport buses stand outside: 5,000 a boarding. At Naadam the shuttles are free.
Several riders on one card go on together, or the owner alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FARE, AIRPORT = 1_000_00, 5_000_00
BOARDINGS = 4
DAY_CUT_S = 4 * 3600


class Ride(NamedTuple):
    """One boarding, in seconds after a midnight."""

    service: str
    at_s: int
    taps_out: bool
    riders: int


def charges(medium: str, rides: Sequence[Ride], festival_days: Sequence[int] = ()) -> list[int]:
    """What each boarding costs; `festival_days` are days after that midnight's."""
    bundle: list[Ride] = []
    paid = []
    for ride in rides:
        day = (ride.at_s - DAY_CUT_S) // 86_400
        if ride.service == "airport":
            paid.append(AIRPORT * ride.riders)
        elif ride.service == "shuttle" and day in festival_days:
            paid.append(0)
        elif goes_on(medium, bundle, ride, day):
            bundle.append(ride)
            paid.append(0)
        else:
            bundle = [ride]
            paid.append(FARE * ride.riders)
    return paid


def goes_on(medium: str, bundle: Sequence[Ride], ride: Ride, day: int) -> bool:
    """Is there a boarding left in the bundle of today?"""
    if not bundle or len(bundle) == BOARDINGS or (bundle[0].at_s - DAY_CUT_S) // 86_400 != day:
        return False
    if medium == "umoney" and not bundle[-1].taps_out:
        return False
    return ride.riders in (1, bundle[-1].riders)
