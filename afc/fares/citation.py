"""Where in tariff.toml a reason stands, so that a figure can be traced to the line that decrees it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from afc.fares.state import Rule
from afc.pack.lines import lines_of

Version = Mapping[str, Any]
Place = tuple[str | int, ...]


class Told(NamedTuple):
    """A line of a charge and whose it is: `left` is the service changed from, where the leg continues a journey; `stops` the
    two stops of the leg, where both are known."""

    rule: Rule
    quantity: int
    service: str
    category: str
    medium: str
    date: str = ""
    left: str = ""
    stops: tuple[str, str] = ("", "")


def cite(folder: Path, ordinal: int, version: Version, told: Told) -> str:
    """`tariff.toml:41` for one reason of a charge under a tariff version."""
    path, lines = place_of(version, told), known_lines(folder)
    for end in range(len(path), -1, -1):
        if line := lines.get(("version", ordinal, *path[:end])):
            return f"tariff.toml:{line}"
    return "tariff.toml"


def place_of(version: Version, told: Told) -> Place:
    """The table of a version that a reason comes from."""
    rule, quantity, service = told.rule, told.quantity, told.service
    if rule == Rule.FARE:
        return fare_place(version, told)
    if rule == Rule.DISTANCE:
        return ("distance", service) if service in version.get("distance", {}) else ("journey", "bands")
    if rule == Rule.CEILING:
        return ("ceiling", first_with(version, "ceiling", service)) if version.get("ceiling") else ("journey",)
    if rule == Rule.TRANSFER:
        return transfer_place(version, told)
    if rule == Rule.FREE_DAY:
        dates = [str(row["date"]) for row in version.get("free_day", [])]
        return ("free_day", dates.index(told.date) if told.date in dates else 0)
    fixed: dict[Rule, Place] = {
        Rule.BASE: ("base", service, told.category),
        Rule.SECTION: ("sections",),
        Rule.EARLY: ("early",),
        Rule.THROUGH: ("journey",),
        Rule.QUOTA: ("quota", quantity),
        Rule.PASS: ("product", quantity - 1),
        Rule.OUTSIDE: ("product", quantity - 1, "outside"),
        Rule.COLLECTED: ("missing_tap_out",),
        Rule.SURCHARGE: ("missing_tap_out",),
        Rule.PENALTY: ("missing_tap_out", "fare"),
        Rule.MODIFIER: ("modifier", quantity),
        Rule.CAP: ("cap", quantity),
        Rule.LOYALTY: ("cap", quantity, "tiers"),
        Rule.HOLD: ("hold", service),
        Rule.RELEASE: ("hold", service),
        Rule.OVERSTAY: ("overstay", service),
    }
    return fixed[rule]


def fare_place(version: Version, told: Told) -> Place:
    """The pair that names the two stops, or else the fare table."""
    if (i := pair_of(version, told)) >= 0:
        return ("pair", i)
    if tables := tables_of(version, told):
        return ("fare", tables[0])
    return ("pair", first_with(version, "pair", told.service)) if version.get("pair") else ()


def pair_of(version: Version, told: Told) -> int:
    """The row that names a price for the two stops, or -1; a journey priced as one ride is never a pair's."""
    if told.left and version["journey"]["pricing"] == "through":
        return -1
    for i, row in enumerate(version.get("pair", [])):
        ways = [(row["from"], row["to"])] + [(row["to"], row["from"])] * row.get("both", True)
        if told.stops in ways and speaks(row, told):
            return i
    return -1


def tables_of(version: Version, told: Told) -> list[int]:
    """The fare tables that speak for a service, a category and a medium: the first of each stretch of the network."""
    found: dict[tuple[str, tuple[str, ...]], int] = {}
    for i, row in enumerate(version.get("fare", [])):
        if speaks(row, told):
            found.setdefault((row.get("within", ""), tuple(row.get("uses", ()))), i)
    return sorted(found.values())


def speaks(row: Version, told: Told) -> bool:
    """Is a row for this service, category and medium?"""
    rider = told.category in row.get("categories", [told.category]) and told.medium in row.get("media", [told.medium])
    return told.service in row["services"] and rider


def transfer_place(version: Version, told: Told) -> Place:
    """The row for the service left and the one boarded; going back through the same gates may have its own rule."""
    rows, journey = version.get("transfer", []), version.get("journey", {})
    for i, row in enumerate(rows):
        if told.left in row["from"] and told.service in row["to"]:
            return ("transfer", i)
    if told.left == told.service == journey.get("reentry", {}).get("service"):
        return ("journey", "reentry")
    return ("transfer", first_with(version, "transfer", told.service, "to")) if rows else ("journey",)


def first_with(version: Version, table: str, service: str, key: str = "services") -> int:
    """The first row of a table that names a service."""
    return next((i for i, row in enumerate(version[table]) if service in row[key]), 0)


@cache
def known_lines(folder: Path) -> dict[Place, int]:
    """The line of every key of a pack's tariff."""
    return dict(lines_of((folder / "tariff.toml").read_text("utf-8")))
