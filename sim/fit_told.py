"""The fit of a run to what was counted, as a planner reads it: one line in the block of a run, and tables by command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from afc.money import show
from sim.output import table

PARTS = (("hour", "hours", "by_hour"), ("service", "services", "by_service"), ("stop", "stops", "top_stops"))


def line(fit: Mapping[str, Any]) -> str:
    """The line of the end-of-run block."""
    return "   ".join(
        [f"tap-ins {fit['tap_ins_off_percent']:+.1f} %", *(short(many, fit[many]) for _, many, _ in PARTS)]
    )


def short(name: str, found: Mapping[str, Any]) -> str:
    """One of the three questions: the largest difference of shares, and where.

    >>> short("hours", {"published": 20, "off_points": -0.5, "off_at": "07", "alike": 0.998})
    'hours -0.5 points (07), r 0.998'
    """
    if not found["published"]:
        return f"{name} not published"
    alike = f", r {found['alike']}" if found["alike"] is not None else ""
    return f"{name} {found['off_points']:+.1f} points ({found['off_at']}){alike}"


def text(fit: Mapping[str, Any]) -> str:
    """The whole comparison: shares in per cent, the busiest stops alone."""
    head = (
        f"tap-ins {show(fit['tap_ins'], 0)}, published {show(fit['published_tap_ins'], 0)} "
        f"({fit['tap_ins_off_percent']:+.2f} %); shares in per cent"
    )
    parts = [part(one, fit[many], fit[rows]) for one, many, rows in PARTS]
    return "\n\n".join([head, *parts, f"published  {fit['published']}\nsynthetic  {fit['synthetic']}"])


def part(title: str, found: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """One of the three tables, with what it comes to below it."""
    if not found["published"]:
        return f"{title}s: not published"
    good = "geh_good_percent" in found
    head = [title, "published", "tapped", *(["GEH"] if good else [])]
    lines = [
        [row["name"], f"{row['published']:.2f}", f"{row['tapped']:.2f}", *([f"{row['geh']:.1f}"] if good else [])]
        for row in rows
    ]
    below = short(f"{title}s", found)
    if good:
        below += (
            f"; GEH below 5 at {found['geh_good_percent']:g} % of {found['published']}, in a mean hour at full scale"
        )
    return table([head, *lines], right=range(1, len(head))) + "\n" + below
