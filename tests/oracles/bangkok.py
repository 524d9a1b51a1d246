"""Bangkok's fares of November 2025, worked out from the published rules and from nothing of this product.

BTS asks for the stations of its core and for those of its extensions, both together at most 65; a pack of trips pays
the core. The MRT asks for the stations of the Blue line and 20 for the Purple one, 14 less for whoever rides both. Red
is 20 however far. A senior pays half and a student a tenth less on the MRT and a senior half on Red, in whole baht,
half up; on the BTS tables of their own say so, and a student's is for the extension alone. With a bank card, within 30
minutes of tapping out, the second of Purple and Red at Bang Son has 20 taken off, Yellow after Blue 15 and Blue after
Yellow 14, at most three times in a row. Whoever stays three hours, or does not tap out, pays the dearest ride. The HOP
card pays at most 40 a day on buses or on boats, 50 on both; a missing tap-out is no part of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SUKHUMVIT = [*(f"n{i}" for i in range(24, 0, -1) if i != 6), "cen", *(f"e{i}" for i in range(1, 24))]
SILOM = ["w1", "cen", *(f"s{i}" for i in range(1, 13))]
PURPLE_BLUE = [*(f"pp{i:02d}" for i in range(1, 16)), *(f"bl{i:02d}" for i in range(10, 26))]
YELLOW = [f"yl{i:02d}" for i in range(1, 24)]
CORE = [17, 17, 25, 28, 32, 35, 40, 43, 47]
SENIOR_CORE = [9, 9, 13, 14, 16, 18, 20, 22, 24]
EXTENSION = [0, 17, 19, 22, 24, 27, 29, 32, 34, 37, 39, 42, 44, 45]
BLUE = [17, 17, 20, 22, 25, 27, 30, 32, 35, 37, 40, 42, 45]
YELLOW_PRICES = [15, 15, 18, 20, 23, 25, 28, 30, 33, 35, 38, 40, 43, 45]
DEAREST = {"bts": 65, "mrt": 45 + 20 - 14, "red": 20, "yellow": 45, "bus_tsb": 25, "boat": 20}
OFF = {("mrt", "red"): 20, ("red", "mrt"): 20, ("mrt", "yellow"): 15, ("yellow", "mrt"): 14}
MEETING = [{"pp15", "rw02"}, {"bl15", "yl01"}]
LIMIT_S, WINDOW_S, DAY_CUT_S = 3 * 3600, 30 * 60, 3 * 3600


class Ride(NamedTuple):
    """A ride in seconds after a midnight, without `out_s` if nobody tapped out. Buses and boats have metres, gates stations."""

    service: str
    start: str
    end: str
    metres: int
    in_s: int
    out_s: int | None


class Card(NamedTuple):
    """Who pays with what; `trips` are left on a pack of the BTS."""

    category: str
    medium: str
    trips: int


def charges(card: Card, rides: Sequence[Ride]) -> list[int]:
    """What each ride takes from the purse, in baht; a missing tap-out is taken with the tap-in that finds it."""
    told, trips, unfinished, before, changes = list[int](), card.trips, 0, None, 0
    paid = dict[tuple[str, int], int]()
    for ride in rides:
        due, unfinished = unfinished, 0
        on_pack = ride.service == "bts" and trips > 0
        trips -= on_pack
        off = 0
        if ride.service in ("mrt", "red", "yellow"):
            off = taken_off(before, ride, card) if changes < 3 else 0
            changes, before = changes + 1 if off else 0, ride
        if ride.out_s is None:
            unfinished = 0 if on_pack else reduced(DEAREST[ride.service], ride.service, card.category)
        elif on_pack:
            due += extension(ride, card.category)
        else:
            fare = max(price(ride, card.category) - off, 0)
            fare = below_daily_maximum(fare, ride, paid) if card.medium == "hop" else fare
            late = ride.service in ("bts", "mrt") and ride.out_s - ride.in_s > LIMIT_S
            due += reduced(DEAREST[ride.service], ride.service, card.category) if late else fare
        told.append(due)
    return told


def price(ride: Ride, category: str) -> int:
    """The ride alone."""
    if ride.service == "bts":
        inside = stations(ride, core=True)
        outside = extension(ride, category)
        core = (SENIOR_CORE if category == "senior" else CORE)[min(inside, 8)] if inside or not outside else 0
        return min(core + outside, 33 if category == "senior" else 65)
    if ride.service == "mrt":
        a, b = sorted(PURPLE_BLUE.index(stop) for stop in (ride.start, ride.end))
        purple, blue = max(min(b, 15) - a, 0), max(b - max(a, 15), 0)
        both = BLUE[min(blue, 12)] + 20 - 14 if purple and blue else 20 if purple else BLUE[min(blue, 12)]
        return reduced(both, "mrt", category)
    if ride.service == "yellow":
        apart = abs(YELLOW.index(ride.start) - YELLOW.index(ride.end))
        return reduced(YELLOW_PRICES[min(apart, 13)], "yellow", category)
    if ride.service == "red":
        return reduced(20, "red", category)
    if ride.service == "boat":
        return 20
    return 15 if ride.metres <= 4_000 else 20 if ride.metres <= 16_000 else 25


def stations(ride: Ride, core: bool) -> int:
    """Stations of a ride along one line, inside the core or outside it."""
    line, first, last = (SUKHUMVIT, "n8", "e9") if {ride.start, ride.end} <= set(SUKHUMVIT) else (SILOM, "w1", "s8")
    a, b = sorted(line.index(stop) for stop in (ride.start, ride.end))
    inside = max(min(b, line.index(last)) - max(a, line.index(first)), 0)
    return inside if core else b - a - inside


def extension(ride: Ride, category: str) -> int:
    """What the extension costs: 30 off a hundred for students, half for seniors, half up."""
    full = EXTENSION[min(stations(ride, core=False), 13)]
    return (full * {"senior": 50, "student": 70}.get(category, 100) + 50) // 100


def reduced(fare: int, service: str, category: str) -> int:
    """Whole baht, half up. The dearest ride of the BTS is a senior's 33."""
    if category == "senior" and service in ("bts", "mrt", "red", "yellow"):
        return (fare + 1) // 2
    return (fare * 90 + 50) // 100 if category == "student" and service == "mrt" else fare


def taken_off(before: Ride | None, ride: Ride, card: Card) -> int:
    """What the ride before takes off this one."""
    if card.medium != "emv" or before is None or before.out_s is None or ride.in_s - before.out_s > WINDOW_S:
        return 0
    return OFF.get((before.service, ride.service), 0) if {before.end, ride.start} in MEETING else 0


def below_daily_maximum(fare: int, ride: Ride, paid: dict[tuple[str, int], int]) -> int:
    """What is left of the fare under the three maxima of the day."""
    day = (ride.in_s - DAY_CUT_S) // 86_400
    if ride.service not in ("bus_tsb", "boat"):
        return fare
    for kind, most in ((ride.service, 40), ("both", 50)):
        fare = min(fare, most - paid.get((kind, day), 0))
    for kind in (ride.service, "both"):
        paid[kind, day] = paid.get((kind, day), 0) + fare
    return fare
