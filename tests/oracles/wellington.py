"""Wellington's fares since 2018-07-15, worked out from the published rules and from nothing of this product.

A ride costs by how many of the concentric zones it touches, both ends counted; a stop on a boundary counts as whichever
zone makes the fewest. A Snapper links up to five Metlink buses, each boarded within 30 minutes of the tap-out before,
the last second included: together they cost what one bus through the same zones costs, less what was paid. Cash links
nothing. Adults with a Snapper pay a quarter less when the journey begins outside the peaks, all day at weekends, and
SuperGold holders nothing. A forgotten tap-out is made good at the next tap-in with the cash fare to the end of the
route. A purse below zero stays outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

SNAPPER = [171, 281, 374, 420, 513]
CASH = [250, 400, 500, 600, 700]
CASH_HALF = [150, 200, 250, 300, 350]  # half, in steps of 50 cents
WINDOW_S, BUSES, OVERDRAFT = 1800, 5, 20_00
LINKED = {"go", "valley", "newlands"}

# Service, then stops with the zones of each, in the order of the route; every bus runs back as well.
LINES = {
    "1": ("go", "island_bay:3 berhampore:23 newtown_hospital:2 basin_reserve:1 courtenay_place:1 lambton_quay:1 "
                "wellington_station:1 kaiwharawhara:2 ngauranga:3 johnsonville:3 johnsonville_west:3"),
    "2": ("go", "miramar:3 kilbirnie:23 hataitai:2 courtenay_place:1 manners_cuba:1 lambton_quay:1 "
                "wellington_station:1"),
    "83": ("valley", "eastbourne:5 days_bay:5 petone:4 ngauranga:3 kaiwharawhara:2 wellington_station:1 "
                     "lambton_quay:1 courtenay_place:1"),
    "130": ("valley", "naenae:5 waterloo:4 queensgate:4 petone:4"),
    "56": ("newlands", "johnsonville:3 newlands:3 ngauranga:3 kaiwharawhara:2 wellington_station:1 courtenay_place:1"),
    "80": ("valley_direct", "wainuiomata:5 wainuiomata_hill:4 petone:4 ngauranga:3 kaiwharawhara:2 "
                            "wellington_station:1 courtenay_place:1"),
    "91": ("airport", "airport:3 kilbirnie:23 hataitai:2 courtenay_place:1 wellington_station:1 kaiwharawhara:2 "
                      "ngauranga:3 petone:4 queensgate:4"),
}  # fmt: skip


class Ride(NamedTuple):
    """One bus from a stop to another of its line, in seconds after a midnight; without `out_s` the rider forgot to tap out."""

    line: str
    a: int
    b: int
    in_s: int
    out_s: int | None


def stops(line: str) -> list[str]:
    """The stops of a line by name."""
    return [stop.split(":")[0] for stop in LINES[line][1].split()]


def touched(line: str, a: int, b: int) -> list[str]:
    """The zones of each stop from one call to another."""
    return [stop.split(":")[1] for stop in LINES[line][1].split()[min(a, b) : max(a, b) + 1]]


def fewest(zones: Iterable[str]) -> int:
    """How many zones at least: each stop lies in one of those written for it."""
    return min(len(set(choice)) for choice in product(*set(zones)))


def cash_price(rider: str, n: int) -> int:
    """A cash ticket."""
    return 0 if rider == "infant" else (CASH_HALF if rider in ("child", "accessible") else CASH)[n - 1]


def price(rider: str, medium: str, n: int, service: str, off_peak: bool) -> int:
    """So many zones, begun in the peak or not."""
    if rider == "supergold" and off_peak:
        return 0
    if medium == "cash" or rider == "infant":
        return cash_price(rider, n)
    quarter_off = rider == "tertiary" or (rider == "adult" and off_peak and service != "airport")
    percent = 50 if rider in ("child", "accessible") else 75 if quarter_off else 100
    return (SNAPPER[n - 1] * percent + 50) // 100


def is_off_peak(at_s: int, free_days: Sequence[int]) -> bool:
    """Outside the peaks; the evening lasts to four in the morning. `free_days` are weekends and holidays."""
    clock = at_s % 86_400
    return (
        (at_s - 4 * 3600) // 86_400 in free_days or 9 * 3600 <= clock < 15 * 3600 or clock >= 66_600 or clock < 4 * 3600
    )


def charges(
    rider: str, medium: str, balance: int, free_days: Sequence[int], rides: Sequence[Ride]
) -> list[tuple[int | None, int]]:
    """What the taps of each ride cost, None where the reader stays shut, and the purse afterwards."""
    owed, told = 0, list[tuple[int | None, int]]()
    zones, buses, paid, since_s, begun_off = list[str](), 0, 0, 0, False
    for ride in rides:
        if balance < owed or (balance < 0 and rider != "infant"):
            told.append((None, balance))
            continue
        due, owed = owed, 0
        service, off_peak = LINES[ride.line][0], is_off_peak(ride.in_s, free_days)  # the clock of the tap-in
        goes_on = medium == "snapper" and service in LINKED and 0 < buses < BUSES and ride.in_s - since_s <= WINDOW_S
        mine = touched(ride.line, ride.a, ride.b)
        if not goes_on and service in LINKED:
            zones, buses, paid, begun_off = [], 0, 0, off_peak
        if ride.out_s is None:
            end = len(stops(ride.line)) - 1 if ride.b > ride.a else 0
            owed = (
                0 if rider == "supergold" and off_peak else cash_price(rider, fewest(touched(ride.line, ride.a, end)))
            )
            buses = 0 if service in LINKED else buses
        elif service in LINKED:
            zones, buses, since_s = [*zones, *mine], buses + 1, ride.out_s
            whole = max(price(rider, medium, fewest(zones), service, begun_off), paid)
            due, paid = due + whole - paid, whole
        else:
            due += price(rider, medium, fewest(mine), service, off_peak)
        assert balance - due >= -OVERDRAFT, "no ride costs more than a purse may owe"
        balance -= due
        told.append((due, balance))
    return told
