"""Where in tariff.toml a reason stands, so that a figure can be traced to the line that decrees it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from afc.fares.state import Rule
from afc.pack.lines import lines_of

_TABLE = {
    Rule.TRANSFER: ("journey",),
    Rule.CEILING: ("journey",),
    Rule.SECTION: ("sections",),
    Rule.EARLY: ("early",),
    Rule.COLLECTED: ("missing_tap_out",),
    Rule.SURCHARGE: ("missing_tap_out",),
}


def cite(
    folder: Path, ordinal: int, version: Mapping[str, Any], rule: Rule, service: str, category: str, quantity: int
) -> str:
    """`tariff.toml:41` for one reason of a charge under a tariff version."""
    path: tuple[str | int, ...]
    if rule == Rule.BASE:
        path = ("base", service, category)
    elif rule == Rule.DISTANCE:
        path = ("distance", service) if service in version.get("distance", {}) else ("journey", "bands")
    elif rule == Rule.QUOTA:
        path = ("quota", quantity)
    elif rule == Rule.PASS:
        path = ("product", quantity - 1)
    elif rule == Rule.FREE_DAY:
        path = ("free_day", 0)
    else:
        path = _TABLE[rule]
    lines = known_lines(folder)
    for end in range(len(path), -1, -1):
        if line := lines.get(("version", ordinal, *path[:end])):
            return f"tariff.toml:{line}"
    return "tariff.toml"


@cache
def known_lines(folder: Path) -> dict[tuple[str | int, ...], int]:
    """The line of every key of a pack's tariff."""
    return dict(lines_of((folder / "tariff.toml").read_text("utf-8")))
