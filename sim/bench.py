"""Measurements of the line, each beside a floor or a peer in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from afc.city import City
from afc.executor import compiled, rule
from afc.fares.charge import charge
from afc.fares.codes import ENTRY, EXIT
from afc.fares.state import EVENT, LINES_MAX, Plain, new_cards
from sim.family import watching
from sim.run import rates_on
from sim.scenario import Scenario, find_scenario

CARDS, RIDES_EACH = 2_000, 4
COMPILED_ROUNDS = 20


def measure(city_name: str, scale: float, workers: int) -> list[dict[str, str]]:
    """Rows of what, figure, unit."""
    scenario = find_scenario(None, city_name).changed(scale=scale)
    city = scenario.load()
    rows = rating(city, scenario)
    rows += the_line(scenario, workers)
    rows.append(row("afc --help", f"{help_ms():.0f}", "ms"))
    return rows


def row(what: str, figure: str, unit: str) -> dict[str, str]:
    """One line of the table."""
    return {"what": what, "figure": figure, "unit": unit}


def rating(city: City, scenario: Scenario) -> list[dict[str, str]]:
    """The fare fold with reasons, interpreted and compiled, over the same taps of the same cards."""
    rates, events = rates_on(city, scenario.start), history(city, scenario)
    cards = new_cards(CARDS)
    cards["balance"] = 10**12
    few = len(events) // 10
    plain_cards, plain_events = [Plain(card) for card in cards], [Plain(event) for event in events[:few]]
    plain_rates = Plain(rates)
    slow = timed(lambda: interpret(plain_cards, plain_rates, plain_events))
    lines = np.zeros((LINES_MAX, 3), np.int64)
    loop = compiled(fold)
    loop(cards.copy(), events[:1], rates, lines)
    fast = timed(lambda: [loop(cards.copy(), events, rates, lines) for _ in range(COMPILED_ROUNDS)])
    by_hand, by_machine = few / slow, COMPILED_ROUNDS * len(events) / fast
    return [
        row("rating interpreted, with reasons", f"{by_hand:,.0f}", "taps/s"),
        row("rating compiled, with reasons", f"{by_machine:,.0f}", "taps/s"),
        row("compiled against interpreted", f"{by_machine / by_hand:.0f}", "times"),
    ]


def history(city: City, scenario: Scenario) -> np.ndarray:
    """Taps of many cards: rides of ten minutes and changes of five, on different routes."""
    from afc.moment import MINUTE_US, at_us

    n = CARDS * RIDES_EACH * 2
    events = np.zeros(n, EVENT)
    ride, way_out = np.arange(n) // (2 * CARDS), (np.arange(n) // CARDS) % 2
    events["kind"], events["group"] = np.where(way_out, EXIT, ENTRY), 1
    events["t_us"] = at_us(scenario.start, 8 * 3600, city.zone) + (15 * ride + 10 * way_out) * MINUTE_US
    events["route"], events["vehicle"] = ride, ride * 10_000 + np.arange(n) % CARDS
    events["dist_m"] = 3000 + 97 * (np.arange(n) % CARDS)
    return events


@rule
def fold(cards: Any, events: Any, rates: Any, lines: Any) -> int:
    """All taps, one after another; their money."""
    total, r = 0, rates[0]
    for i in range(len(events)):
        lines[:] = 0
        total += charge(cards[i % len(cards)], events[i], r, lines)
    return total


def interpret(cards: list[Plain], r: Plain, events: list[Plain]) -> int:
    """The same with the rules as they stand."""
    blank = [[0, 0, 0] for _ in range(LINES_MAX)]
    return sum(charge(cards[i % len(cards)], e, r, [row[:] for row in blank]) for i, e in enumerate(events))


def timed(work: Callable[[], Any]) -> float:
    """Seconds that some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def the_line(scenario: Scenario, workers: int) -> list[dict[str, str]]:
    """One run, timed by what it says that it is doing."""
    import json

    from sim.run import execute

    marks: list[tuple[str, float]] = []

    def note(what: str, _part: float, _taps: int = 0) -> None:
        if not marks or marks[-1][0] != what:
            marks.append((what, time.perf_counter()))

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with watching(os.getpid()) as family:
            run = execute(scenario, Path(folder), workers, note)
        ended = time.perf_counter()
        summary = json.loads((run / "summary.json").read_text("utf-8"))
    taps = summary["taps"]["accepted"]
    bounds = [*marks, ("", ended)]
    rows = [row(f"{what}", f"{bounds[i + 1][1] - at:.2f}", "s") for i, (what, at) in enumerate(marks)]
    rows.append(row("taps of the run", f"{taps:,}", "taps"))
    rows.append(row("whole run", f"{ended - began:.2f}", "s"))
    rows.append(row("whole run", f"{taps / (ended - began):,.0f}", "taps/s"))
    rows.append(row("peak memory of a process", f"{family.peak_kb / 1024:,.0f}", "MB"))
    return rows


def help_ms() -> float:
    """How long `afc --help` takes from a standing start, the best of five."""
    command = [sys.executable, "-c", "from sim.cli import main; main(['--help'])"]
    return 1000 * min(timed(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(5))
