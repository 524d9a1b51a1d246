"""What `afc load` does with its options, and what it answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from afc.refusal import Refused
from sim.load.ceiling import ceiling
from sim.load.faults import NONE, Faults
from sim.load.limit import Limit, find_limit
from sim.load.offer import Offer, parse_span
from sim.load.run import Ready, load, prepared
from sim.load.summary import block, limit_block, trial_line
from sim.load.thresholds import Threshold, judge, threshold_of
from sim.load.way import MONEY, NULL, Way, refuse_wrong_way
from sim.scenario import Scenario, find_scenario

SAFE, SWIFT = ("lost==0",), ("receipt.p99<500ms", "lost==0")
"""What has to hold where nobody says anything else: for one load, and for the search of a limit."""


def run_load(
    offer: Offer, faults: Faults, *, measure_ceiling: bool, quiet: bool, **common: Any
) -> tuple[dict[str, Any], str]:
    """One load: its figures, and its summary."""
    scenario, way, rules = asked(SAFE, faults, **common)
    with prepared(scenario, way, quiet) as ready:
        facts = judged(ready, offer, way, rules, faults, quiet)
        if measure_ceiling or way.to == NULL:
            facts["generator"] |= share_of_ceiling(ready, facts, way.connections)
    facts = told_of(scenario, ready) | {"offer": offer._asdict() | {"taps": offer.taps}} | facts
    return facts, block(facts, rules)


def run_find_limit(
    first: float, most: float, seconds: float, resolution: float, *, quiet: bool, **common: Any
) -> tuple[dict[str, Any], str]:
    """Loads at many rates, each of so many seconds, over one house; the limit, and every trial."""
    scenario, way, rules = asked(SWIFT, NONE, **common)
    trials: list[dict[str, Any]] = []

    with prepared(scenario, way, quiet) as ready:

        def holds(rate: float) -> bool:
            trials.append({"rate": rate} | judged(ready, Offer(rate, seconds), way, rules, NONE, quiet))
            if not quiet and sys.stderr.isatty():
                click.echo(trial_line(trials[-1]), err=True)
            if trials[-1]["interrupted"]:
                raise KeyboardInterrupt
            return bool(trials[-1]["ok"])

        try:
            limit, ended = find_limit(holds, first, most, resolution), ""
        except Refused as refused:
            if refused.code != "POOL_EMPTY" or not trials:
                raise
            limit, ended = so_far(trials), str(refused)
    facts = told_of(scenario, ready) | {"seconds": seconds, "resolution": resolution} | limit_facts(limit, trials)
    facts["ended"] = ended
    return facts, limit_block(facts)


def so_far(trials: Sequence[dict[str, Any]]) -> Limit:
    """What a search that could not go on knows."""
    held = max((trial["rate"] for trial in trials if trial["ok"]), default=0.0)
    return Limit(held, min((trial["rate"] for trial in trials if not trial["ok"]), default=None))


def told_of(scenario: Scenario, ready: Ready) -> dict[str, Any]:
    """What was loaded with what."""
    return {"scenario": scenario.name, "city": scenario.city, "seed": scenario.seed, "to": ready.door.name}


def limit_facts(limit: Limit, trials: list[dict[str, Any]]) -> dict[str, Any]:
    """The limit, what broke at the lowest rate above it, and the trials in their order."""
    above = next((trial for trial in trials if trial["rate"] == limit.broke), None)
    broken = [row for row in above["thresholds"] if not row["ok"]] if above else []
    behind = above["metrics"]["behind.p99"] if above else 0.0
    return {"limit": limit.held, "broke": limit.broke, "broken": broken, "behind_p99_ms": behind, "trials": trials}


def judged(
    ready: Ready, offer: Offer, way: Way, rules: Sequence[Threshold], faults: Faults, quiet: bool
) -> dict[str, Any]:
    """One load with its verdicts."""
    facts = load(ready, offer, way, faults, money=asks_money(rules), quiet=quiet)
    facts["generator"]["connections"] = way.connections
    verdicts = judge(rules, facts["metrics"])
    return facts | {"thresholds": [one._asdict() for one in verdicts], "ok": all(one.ok for one in verdicts)}


def asked(
    default: Sequence[str], faults: Faults, name: str | None, city: str | None, scale: float | None, seed: int | None,
    to: str, keys: Sequence[str], books: str, thresholds: Sequence[str], connections: int, drain: str,
) -> tuple[Scenario, Way, list[Threshold]]:  # fmt: skip
    """The options that every load has, read."""
    rules = [threshold_of(text) for text in thresholds or default]
    way = Way(to, keys, books, connections, parse_span(drain, "--drain"))
    refuse_wrong_way(way, faults, asks_money(rules))
    return find_scenario(name, city).changed(scale=scale, seed=seed), way, rules


def asks_money(rules: Sequence[Threshold]) -> bool:
    """Is the money to be looked at? It takes reading all that was sent once more, and closing it."""
    return any(one.metric == MONEY for one in rules)


def share_of_ceiling(ready: Ready, facts: dict[str, Any], connections: int) -> dict[str, Any]:
    """The generator's ceiling, and how much of it this load used."""
    most = ceiling(ready.pool.sealed[: ready.pool.taken], connections)
    used = facts["generator"]["batches_per_s"] / most
    return {"ceiling_batches_per_s": round(most, 1), "ceiling_used": round(used, 4)}
