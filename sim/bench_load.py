"""What a house over HTTP bears, beside what the generator of the load can do by itself.

The generator's ceiling is measured against a server that answers at once; a limit near it would tell of the generator and not
of the house. The house is one of its own, in a process of its own, with durable receipts.
"""

from __future__ import annotations

import os
from typing import Any

from sim.bench import row
from sim.family import Family, watching
from sim.load.faults import NONE
from sim.load.offer import Offer
from sim.load.told import run_find_limit, run_load
from sim.load.way import NULL, OWN

FIRST, MOST, RESOLUTION = 4_000.0, 1_000_000.0, 0.1
"""Taps a second of the first trial and of the last that would be made, and how near the limit is found."""


def measure(city: str, scale: float, trial_s: float, connections: int) -> list[dict[str, str]]:
    """Rows of what, figure, unit."""
    common: dict[str, Any] = {
        "name": None, "city": city, "scale": scale, "seed": None, "keys": (), "books": "", "thresholds": (),
        "connections": connections, "drain": "30s", "quiet": True,
    }  # fmt: skip
    idle, _ = run_load(Offer(FIRST, trial_s), NONE, measure_ceiling=True, to=NULL, **common)
    with watching(os.getpid()) as family:
        found, _ = run_find_limit(FIRST, MOST, trial_s, RESOLUTION, to=OWN, **common)
    ceiling = idle["generator"]["ceiling_batches_per_s"] * idle["batches"]["taps"] / idle["batches"]["sent"]
    return [
        row("generator, to a server that answers at once", f"{ceiling:,.0f}", "taps/s"),
        row("house over HTTP, 99 of 100 receipts within 500 ms", f"{found['limit']:,.0f}", "taps/s"),
        *([row("generator against the house", f"{ceiling / found['limit']:.1f}", "times")] if found["limit"] else []),
        *at_the_limit(found),
        *memory(family),
    ]


def at_the_limit(found: dict[str, Any]) -> list[dict[str, str]]:
    """The trial at the highest rate that held."""
    held = next((trial["metrics"] for trial in found["trials"] if trial["rate"] == found["limit"]), None)
    if held is None:
        return []
    return [
        row("at that rate: half of the receipts within", f"{held['receipt.p50']:.1f}", "ms"),
        row("at that rate: 99 of 100 receipts within", f"{held['receipt.p99']:.1f}", "ms"),
        row("at that rate: lost", str(held["lost"]), "batches"),
    ]


def memory(family: Family) -> list[dict[str, str]]:
    """The most memory of the generator, which has made the street's batches, and of the house."""
    mine = {process: taken for process, taken in family.seen.items() if process == family.root}
    others = [taken.peak_kb for process, taken in family.seen.items() if process not in mine]
    return [
        row(f"peak memory of the {who}", f"{max(kb) / 1024:,.0f}", "MB")
        for who, kb in (("generator", [taken.peak_kb for taken in mine.values()]), ("house", others))
        if kb
    ]
