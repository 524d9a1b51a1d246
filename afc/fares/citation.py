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
    """A line of a charge and whose it is."""

    rule: Rule
    quantity: int
    service: str
    category: str
    medium: str
    date: str = ""


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
        if not any(service in row["services"] for row in version.get("fare", [])):
            return ("pair", first_with(version, "pair", service)) if version.get("pair") else ()
        return ("fare", table_of(version, told))
    if rule == Rule.DISTANCE:
        return ("distance", service) if service in version.get("distance", {}) else ("journey", "bands")
    if rule == Rule.CEILING:
        return ("ceiling", first_with(version, "ceiling", service)) if version.get("ceiling") else ("journey",)
    if rule == Rule.TRANSFER:
        return ("transfer", first_with(version, "transfer", service, "to")) if version.get("transfer") else ("journey",)
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


def table_of(version: Version, told: Told) -> int:
    """The first fare table that speaks for a service, a category and a medium."""
    for i, row in enumerate(version.get("fare", [])):
        speaks = told.service in row["services"] and told.category in row.get("categories", [told.category])
        if speaks and told.medium in row.get("media", [told.medium]):
            return i
    return 0


def first_with(version: Version, table: str, service: str, key: str = "services") -> int:
    """The first row of a table that names a service."""
    return next((i for i, row in enumerate(version[table]) if service in row[key]), 0)


@cache
def known_lines(folder: Path) -> dict[Place, int]:
    """The line of every key of a pack's tariff."""
    return dict(lines_of((folder / "tariff.toml").read_text("utf-8")))
