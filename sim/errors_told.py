"""What riders did by mistake in a run, and what came of it, for its summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from afc.money import show


def facts(days: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Facts for the summary: all days added up by mistake; nothing where nobody made one."""
    if not days:
        return {}
    sums: dict[str, Any] = {}
    for day in days:
        for name, found in day.items():
            into = sums.setdefault(name, {"riders": 0, "refused": {}, "paid_minor": {}})
            into["riders"] += found["riders"]
            for part in ("refused", "paid_minor"):
                for key, n in found[part].items():
                    into[part][key] = into[part].get(key, 0) + n
    return {"errors": sums}


def lines(summary: Mapping[str, Any], decimals: int) -> list[tuple[str, str]]:
    """The line of the end-of-run block."""
    told = [error_told(name, one, decimals) for name, one in summary.get("errors", {}).items()]
    return [("errors", "   ".join(told))] if told else []


def error_told(name: str, one: Mapping[str, Any], decimals: int) -> str:
    """A mistake in a few words: riders, refusals by reason, and what the taps that it made necessary cost, by rule.

    >>> error_told("wrong line", {"riders": 12, "refused": {"REPEATED": 2}, "paid_minor": {"base": 900, "cap": -100}}, 0)
    'wrong line 12: refused 2 repeated, paid 900 base -100 cap = 800'
    """
    refused = " ".join(f"{show(n, 0)} {reason.lower().replace('_', ' ')}" for reason, n in one["refused"].items())
    paid = " ".join(f"{show(minor, decimals)} {rule}" for rule, minor in one["paid_minor"].items())
    whole = show(sum(one["paid_minor"].values()), decimals)
    parts = [*([f"refused {refused}"] if refused else []), f"paid {paid} = {whole}" if paid else "paid 0"]
    return f"{name} {show(one['riders'], 0)}: {', '.join(parts)}"
