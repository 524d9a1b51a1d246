"""Reads a clerk's timetable of one card and prices it with a city's own pack, interpreted and compiled.

    2026-03-04
    08:00  village gwanak02  10 min  2.0 km
    08:15  load              20000
    08:18  rail              14 min  gangnam -> sadang
    09:00  blue 143          3 riders

Columns stand two blanks apart. Without minutes nobody taps out. `bus 17` names the vehicle, `by ubcard` another card.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from afc.city import City
from afc.fares.cases import MACHINES, Checker


class Told(NamedTuple):
    """For each ride what it cost, why it was refused if it was, and the purse afterwards."""

    charges: list[int]
    refused: list[str]
    balance: list[int]


def tell(city: City, timetable: str, rider: str = "adult", medium: str | None = None, **before: Any) -> Told:
    """Price a timetable; `before` is what the card holds: balance, attributes, product, pass_entries, quota_used."""
    case = {
        "name": "story",
        "rider": rider,
        "medium": medium or city.media[0].id,
        "before": before,
        "legs": legs_of(timetable),
    }
    told = []
    for machine in MACHINES.values():
        legs = Checker(city).price(case, machine)
        told.append(Told([leg.charge for leg in legs], [leg.refused for leg in legs], [leg.balance for leg in legs]))
    assert told[0] == told[1], "both ways of running the rules tell the same story"
    return told[0]


def legs_of(timetable: str) -> list[dict[str, Any]]:
    """The lines of a timetable as the legs of a case."""
    legs: list[dict[str, Any]] = []
    day, load = "", 0
    for line in filter(None, map(str.strip, timetable.splitlines())):
        clock, *columns = re.split(r"\s{2,}", line)
        if not columns:
            day = clock
        elif columns[0] == "load":
            load = int(columns[1])
        else:
            legs.append(leg_of(f"{day} {clock}", columns) | {"top_up": load})
            load = 0
    return legs


def leg_of(boarding: str, columns: list[str]) -> dict[str, Any]:
    """One ride."""
    service, _, route = columns[0].partition(" ")
    leg: dict[str, Any] = {"service": service, "in": boarding}
    if route:
        leg["route"] = route
    for column in columns[1:]:
        leg |= phrase(boarding, column)
    return leg


def phrase(boarding: str, column: str) -> dict[str, Any]:
    """What one column says."""
    words = column.split()
    match words:
        case [n, "min"]:
            return {"out": later(boarding, minutes=int(n))}
        case [n, "s"]:
            return {"out": later(boarding, seconds=int(n))}
        case [n, "km"]:
            return {"distance_m": round(float(n) * 1000)}
        case [n, "riders"]:
            return {"group": int(n)}
        case [a, "->", b]:
            return {"from": a, "to": b}
        case ["bus", name]:
            return {"vehicle": name}
        case ["by", name]:
            return {"medium": name}
    raise AssertionError(f"the timetable says {column!r}, which no clerk understands")


def later(moment: str, **after: int) -> str:
    """A local moment so much later."""
    return f"{datetime.fromisoformat(moment) + timedelta(**after):%Y-%m-%d %H:%M:%S}"
