"""Manila's fares from 2021 on, worked out from the notices and from nothing of this product.

LRT-1 and LRT-2 ask so much and so much a kilometre, rounded to a peso for Beep; the ticket is that rounded up to
five pesos. MRT-3 asks by stations passed. The Carousel asks for five kilometres and then by the metre, jeepneys for
four and then by started kilometres; cards pay them in quarters of a peso, coins in pesos. Seniors and persons with
disability have a share taken off with a card of their own or with coins, students with coins only; bank cards know
neither. Discounts on the rails are rounded to a peso. Nothing is ever taken off for a change. A forgotten tap-out
is paid with the next ride, and two hours inside are the limit.

Coins are a ticket at a gate. All sums are exact fractions of a peso until the one rounding that the notice names.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

RAILS, COINS = ("lrt1", "lrt2", "mrt3"), ("sjt", "cash")
STAY_S = 2 * 3600
MRT3 = ((2, 13), (4, 16), (7, 20), (10, 24), (12, 28))


class Tariff(NamedTuple):
    """`lrt`: the first pesos, pesos a kilometre, metres of the shortest and longest ride. Shares are in per cent."""

    lrt: dict[str, tuple[Fraction, Fraction, int, int]]
    carousel: tuple[Fraction, Fraction]
    off: int
    student_off: int
    mrt3_free: bool = False


def line(start: str, km: str, shortest: int, longest: int) -> tuple[Fraction, Fraction, int, int]:
    """A railway with a formula."""
    return Fraction(start), Fraction(km), shortest, longest


OLD = {"lrt1": line("11", "1", 588, 18_073), "lrt2": line("11", "1", 928, 16_587)}
LRT2 = line("13.29", "1.21", 928, 16_587)
CAROUSEL_2020, CAROUSEL_2023 = (Fraction(13), Fraction("2.20")), (Fraction(15), Fraction("2.65"))
TARIFFS = {
    "2021-07-05": Tariff(OLD, CAROUSEL_2020, 20, 20),
    "2022-03-28": Tariff(OLD, CAROUSEL_2020, 20, 20, mrt3_free=True),
    "2023-01-01": Tariff(OLD, CAROUSEL_2023, 20, 20),
    "2023-08-02": Tariff({"lrt1": line("13.29", "1.21", 588, 18_073), "lrt2": LRT2}, CAROUSEL_2023, 20, 20),
    "2024-11-16": Tariff({"lrt1": line("13.29", "1.21", 588, 24_373), "lrt2": LRT2}, CAROUSEL_2023, 20, 20),
    "2025-04-02": Tariff({"lrt1": line("16.25", "1.47", 588, 24_373), "lrt2": LRT2}, CAROUSEL_2023, 20, 20),
    "2025-06-20": Tariff({"lrt1": line("16.25", "1.47", 588, 24_373), "lrt2": LRT2}, CAROUSEL_2023, 20, 50),
    "2025-07-16": Tariff({"lrt1": line("16.25", "1.47", 588, 24_373), "lrt2": LRT2}, CAROUSEL_2023, 50, 50),
}
CAROUSEL_M = 27_831
# The Carousel from end to end in coins since 2023, with 20 per cent off and without.
PUBLISHED_WHOLE = {True: Fraction(61), False: Fraction(76)}
JEEPNEYS = {"jeepney_modern": (Fraction(15), Fraction("2.20")), "jeepney": (Fraction(13), Fraction("1.80"))}


class Ride(NamedTuple):
    """One ride, in seconds after a midnight; `length` is stations passed on MRT-3, metres elsewhere. `to_end` is the length to
    the end of the route, `out_s` None if nobody tapped out."""

    service: str
    length: int
    to_end: int
    in_s: int
    out_s: int | None


def nearest(pesos: Fraction, step: Fraction) -> Fraction:
    """To a multiple, halves up."""
    return floor(pesos / step + Fraction(1, 2)) * step


def share_off(tariff: Tariff, rider: str, medium: str, service: str) -> Fraction:
    """What part of the fare a rider is let off."""
    if rider == "student":
        percent = (tariff.student_off if service in RAILS else 20) if medium in COINS else 0
    elif rider == "adult" or medium == "emv":
        percent = 0
    else:
        percent = tariff.off if service in RAILS else 20
    return Fraction(percent, 100)


def fare(tariff: Tariff, rider: str, medium: str, service: str, length: int) -> Fraction:
    """One ride in pesos."""
    off = share_off(tariff, rider, medium, service)
    step = Fraction(1) if medium in COINS else Fraction(1, 4)
    if service == "mrt3":
        return (
            Fraction(0)
            if tariff.mrt3_free
            else nearest(next(Fraction(p) for most, p in MRT3 if length <= most) * (1 - off), Fraction(1))
        )
    if service in tariff.lrt:
        full = railway(*tariff.lrt[service], length, medium in COINS)
        return nearest(full * (1 - off), Fraction(1))
    if service == "carousel":
        start, km = tariff.carousel
        whole = nearest((start + km * Fraction(CAROUSEL_M - 5000, 1000)) * (1 - off), step)
        if tariff.carousel == CAROUSEL_2023 and medium in COINS:
            whole = PUBLISHED_WHOLE[off > 0]
        return min(nearest((start + km * Fraction(max(length - 5000, 0), 1000)) * (1 - off), step), whole)
    start, km = JEEPNEYS[service]
    return nearest((start + km * ceil(Fraction(max(length - 4000, 0), 1000))) * (1 - off), step)


def railway(start: Fraction, km: Fraction, shortest: int, longest: int, metres: int, ticket: bool) -> Fraction:
    """The formula between its shortest and its longest ride; the ticket goes up to the next five pesos."""
    pesos = nearest(start + km * Fraction(min(max(metres, shortest), longest), 1000), Fraction(1))
    return Fraction(ceil(pesos / 5) * 5) if ticket else pesos


def dearest(tariff: Tariff, rider: str, medium: str, ride: Ride) -> Fraction:
    """What a ride costs whose end nobody knows: the line's dearest, on a jeepney the way to the end of the route."""
    if ride.service in JEEPNEYS:
        return fare(tariff, rider, medium, ride.service, ride.to_end)
    return fare(tariff, rider, medium, ride.service, 12 if ride.service == "mrt3" else 40_000)


def charges(version: str, rider: str, medium: str, rides: Sequence[Ride]) -> list[int]:
    """Centavos for each ride, what the ride before left owing included."""
    tariff, owed, told = TARIFFS[version], Fraction(0), []
    for ride in rides:
        if ride.out_s is None:
            told.append(int(owed * 100))
            owed = dearest(tariff, rider, medium, ride)
            continue
        pesos = fare(tariff, rider, medium, ride.service, ride.length)
        if ride.service in RAILS and ride.out_s - ride.in_s > STAY_S:
            pesos = max(pesos, dearest(tariff, rider, medium, ride))
        told.append(int((owed + pesos) * 100))
        owed = Fraction(0)
    return told
