"""Seoul's fares of 2026-01-01 for adults, worked out from the published rules and from nothing of this product.

Rail 1,550 for 10 km, then 100 for each started 5 km, beyond 50 km for each started 8 km. A bus alone is flat; Gyeonggi buses
add up to 700 by distance. Legs that transfer cost the dearest base and 100 for each started 5 km beyond 10 km (30 km as soon as
a wide-area or night bus is among them), and never more than the legs alone. A transfer is a boarding within 30 minutes of the
tap-out (60 when that was between 21:00 and 07:00), at most four, never the same route, never rail to rail; back into the same
station within 15 minutes counts once. Before 06:30 the first base is 20 % less. Whoever does not tap out pays the discount of
that leg at the next boarding, or 700 on a lone Gyeonggi bus.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

BASE = {
    "rail": 1550, "blue": 1500, "green": 1500, "circ": 1400, "red": 3000, "night": 2500, "village": 1200,
    "gg_general": 1650, "gg_express": 3200,
}  # fmt: skip
WIDE = {"red", "night", "gg_express"}
EARLY = {"rail", "blue", "green", "circ", "red", "village"}
DISTANCE_BUS_FREE_M = {"gg_general": 10_000, "gg_express": 30_000}


class Ride(NamedTuple):
    """One leg; times in seconds after a midnight, `out_s` None without a tap-out."""

    service: str
    route: str
    in_s: int
    out_s: int | None
    metres: int
    station_in: str
    station_out: str
    riders: int


def steps(metres: int, size_m: int) -> int:
    """Started steps."""
    return (max(metres, 0) + size_m - 1) // size_m


def rail_metres(metres: int) -> int:
    """What distance adds on rails."""
    return 100 * (steps(min(metres, 50_000) - 10_000, 5_000) + steps(metres - 50_000, 8_000))


def alone(ride: Ride) -> int:
    """A leg on a card of its own, for one rider."""
    if ride.service == "rail":
        return BASE["rail"] + rail_metres(ride.metres)
    if ride.service in DISTANCE_BUS_FREE_M:
        return BASE[ride.service] + min(100 * steps(ride.metres - DISTANCE_BUS_FREE_M[ride.service], 5_000), 700)
    return BASE[ride.service]


def together(rides: Sequence[Ride]) -> int:
    """The whole journey, all riders."""
    first, riders = rides[0], rides[0].riders
    if all(ride.service == "rail" for ride in rides):
        fare = BASE["rail"] + rail_metres(sum(ride.metres for ride in rides))
    elif len(rides) == 1:
        fare = alone(first)
    else:
        free_m = 30_000 if WIDE & {ride.service for ride in rides} else 10_000
        fare = max(BASE[ride.service] for ride in rides)
        fare += 100 * steps(sum(ride.metres for ride in rides) - free_m, 5_000)
    fare = min(fare, sum(alone(ride) for ride in rides)) * riders
    early = first.service in EARLY and 4 * 3600 <= first.in_s % 86_400 < 6 * 3600 + 1800
    return fare - (BASE[first.service] * riders // 5 if early else 0)


def transfers(journey: Sequence[Ride], ride: Ride) -> bool:
    """Does this boarding continue the journey?"""
    if not journey or len(journey) == 5 or journey[-1].out_s is None or journey[-1].riders != ride.riders:
        return False
    last, wait_s = journey[-1], ride.in_s - (journey[-1].out_s or 0)
    clock_s = (last.out_s or 0) % 86_400
    if wait_s > (3600 if clock_s >= 21 * 3600 or clock_s < 7 * 3600 else 1800):
        return False
    if last.service == ride.service == "rail":
        again = any(a.service == b.service == "rail" for a, b in pairwise(journey))
        return ride.station_in == last.station_out and wait_s <= 900 and not again
    return ride.service == "rail" or ride.route != last.route


def charges(rides: Sequence[Ride]) -> list[int]:
    """What each leg brings: its tap-in, with what is collected there for the leg before, and its tap-out."""
    journey: list[Ride] = []
    paid, owing = [], 0
    for ride in rides:
        journey = journey if transfers(journey, ride) else []
        before = together(journey) if journey else 0
        boarding = together([*journey, ride._replace(metres=0)]) - before
        journey = [*journey, ride if ride.out_s is not None else ride._replace(metres=0)]
        paid.append(owing + together(journey) - before)
        owing = 0
        if ride.out_s is None and len(journey) > 1:
            owing = BASE[ride.service] * ride.riders - boarding
        elif ride.out_s is None and ride.service in DISTANCE_BUS_FREE_M:
            owing = 700 * ride.riders
    return paid
