"""What was otherwise in a run, for its summary: events, and how riders answered to fares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from afc.money import show


def otherwise(scenario: Any, answered: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Facts for the summary; nothing for a run as usual. `answered` is what each date's riders did about fares."""
    facts: dict[str, Any] = {}
    if scenario.event:
        facts["events"] = [event.model_dump(mode="json", by_alias=True, exclude_none=True) for event in scenario.event]
    if scenario.elasticity:
        facts["elasticity"] = scenario.elasticity.model_dump() | {"dates": list(answered)}
    return facts


def answer_of(day: Any, riders: Any) -> dict[str, Any] | None:
    """One date's answer: mean fares of all riders' ways under both tariffs, and journeys beside those counted."""
    if riders.elasticity is None:
        return None
    found = riders.answered(day)
    return {
        "date": day.isoformat(),
        "fare_counted_minor": round(found.then_minor),
        "fare_now_minor": round(found.now_minor),
        "journeys_percent": round(100 * float(found.factor.mean() - 1), 2),
    }


def lines(summary: Mapping[str, Any], decimals: int) -> list[tuple[str, str]]:
    """The lines of the end-of-run block."""
    found = []
    if "events" in summary:
        found.append(("events", "; ".join(map(event_line, summary["events"]))))
    if "elasticity" in summary:
        one = summary["elasticity"]
        last = one["dates"][-1]
        fares = f"{show(last['fare_counted_minor'], decimals)} to {show(last['fare_now_minor'], decimals)}"
        found.append((
            "elasticity",
            f"{one['value']:g} ({one['source']})   mean fare {fares} since tariff {one['counted_under']}"
            f"   journeys {last['journeys_percent']:+.1f} %",
        ))  # fmt: skip
    return found


def event_line(event: Mapping[str, Any]) -> str:
    """An event in a few words.

    >>> event_line({"kind": "closure", "services": ["metro"], "routes": [], "from": "07:00", "to": "10:00"})
    'closure services metro from 07:00 to 10:00'
    """
    words = [event["kind"].replace("_", " ")]
    for key, value in event.items():
        if key != "kind" and value not in ([], 1.0):
            words.append(f"{key} {' '.join(value) if isinstance(value, list) else value}")
    return " ".join(words)
