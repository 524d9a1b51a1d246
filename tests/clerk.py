"""A fare clerk at the desk: a small tariff of the town, and rides as the clerk notes them.

    fares(version, '''
        2026-03-03 08:00 bus harbour>hill 08:10
        09:00 rail 12000m 09:30 x3
    ''')

A line is a boarding (clock, service, perhaps its route as `bus/1`), what is known of its length (`harbour>hill`, `5000m`,
`2zones`, `3stations`, `2hops`, `4stages`, `end=9000`), the clock of the tap-out if there was one, and `x3` riders, `+500`
loaded before, `in=` and `off=` the vehicles, `by=` another card. Amounts come back one a line: what the rider paid, or why not.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from town import TOWN, Version

from afc.fares.cases import MACHINES, Checker, PricedLeg

WORDS = {"in": "vehicle", "off": "alight_vehicle", "by": "medium", "end": "to_end", "from": "from"}


def tariff(**rows: Any) -> Version:
    """A version with nothing but what a test writes."""
    return {"id": "v", "from": date(2026, 1, 1), "source": "made up"} | rows


def flat(price: int, *services: str) -> list[Version]:
    """One price, taken at the tap-out."""
    return [{"services": list(services or ("bus",)), "by": "metres", "price": [price]}]


class Desk(Checker):
    """Prices rides under one version of the town's tariff."""

    def __init__(self, version: Version) -> None:
        self.city, self.versions, self.rates = TOWN, [version], {}

    def told(self, rides: str, rider: str = "adult", medium: str = "card", **before: Any) -> list[PricedLeg]:
        """The rides priced, interpreted and compiled, which must agree."""
        case = {"tariff": "v", "rider": rider, "medium": medium, "before": before, "legs": legs_of(rides)}
        slow, fast = (self.price(case, machine) for machine in MACHINES.values())
        assert slow == fast
        return slow


def fares(version: Version, rides: str, **who: Any) -> list[int | str]:
    """For each ride what it cost, or the refusal's name where a reader stayed shut."""
    return [leg.refused or leg.charge for leg in Desk(version).told(rides, **who)]


def legs_of(rides: str) -> list[dict[str, Any]]:
    """The clerk's notes as the legs of a case."""
    return [leg_of(line.split()) for line in rides.strip().splitlines()]


def leg_of(words: list[str]) -> dict[str, Any]:
    """One line."""
    day = f"{words.pop(0)} " if re.match(r"\d{4}-", words[0]) else ""
    clock, (service, _, route) = words.pop(0), words.pop(0).partition("/")
    leg: dict[str, Any] = {"in": day + clock, "service": service, "route": service + (route or "0")}
    for word in words:
        leg |= phrase(word)
    return leg


def phrase(word: str) -> dict[str, Any]:
    """What one word says."""
    if ">" in word:
        return dict(zip(("from", "to"), word.split(">"), strict=True))
    if found := re.fullmatch(r"(\d+)(m|zones|stations|hops|stages)", word):
        return {"distance_m" if found[2] == "m" else found[2]: int(found[1])}
    if found := re.fullmatch(r"([x+])(\d+)", word):
        return {"group" if found[1] == "x" else "top_up": int(found[2])}
    if "=" in word:
        key, value = word.split("=")
        return {WORDS[key]: int(value) if key == "end" else value}
    assert re.fullmatch(r"[\d:]{5,8}", word), f"the clerk writes {word!r}, which nobody understands"
    return {"out": word}
