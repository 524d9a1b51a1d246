"""Writes the measured part of `fraud.md`: every kind of fault injected into two packaged days, and what was found.

It runs for some minutes, so it is not a part of `make docs`: `make fraud` runs it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from afc.money import show
from clearing.suspicion import HIGH, suspicions
from clearing.views import open_house
from sim.faults import KINDS, Plan, read_labels
from sim.faults.score import Score, score
from sim.run import execute
from sim.scenario import Scenario, find_scenario

PAGE = Path(__file__).resolve().parent / "fraud.md"
MARK = "<!-- From here on `make fraud` writes this page. -->"
MEASURED = {"ulaanbaatar-weekday": 0.005, "seoul-weekday": 0.002}
COUNTS = {"staff_pass": 5, "over_staging": 40}
USUAL, SEED = 20, 1
HEAD = (
    "kind",
    "injected",
    "found",
    "false alarms",
    "missed",
    "precision",
    "recall",
    "amount injected",
    "amount found",
    "elsewhere",
)


def measured(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Each kind with its row of the table; first the honest day."""
    city = scenario.load()
    with tempfile.TemporaryDirectory() as folder:
        honest = execute(scenario, Path(folder), 1)
        house = open_house(honest, city, scenario.seed)
        found = suspicions(house)
        house.store.close()
        yield "", f"On the honest day: {len(found)} suspicions, {sum(one.score >= HIGH for one in found)} of them high."
        for kind in KINDS:
            plan = Plan(kind.name, COUNTS.get(kind.name, USUAL), SEED)
            run = execute(scenario, Path(folder), 1, plan=plan)
            house = open_house(run, city, scenario.seed)
            yield kind.name, row_of(score(kind.name, read_labels(run), suspicions(house)), city.exponent)
            house.store.close()


def row_of(s: Score, exponent: int) -> str:
    """A row of the table."""
    money = [show(minor, exponent) for minor in (s.injected_minor, s.found_minor)]
    counts = [str(n) for n in (s.injected, s.found, s.false_alarms, s.missed)]
    cells = [f"`{s.kind}`", *counts, f"{s.precision:.2f}", f"{s.recall:.2f}", *money, str(s.others)]
    return "| " + " | ".join(cells) + " |"


def table(name: str, scale: float) -> str:
    """A scenario's part of the page."""
    scenario = find_scenario(name, None).changed(scale=scale)
    rows = list(measured(scenario))
    rule = " | ".join(["---", *["---:"] * (len(HEAD) - 1)])
    title = f"### {name}, scale {scale:g}, seed {scenario.seed}, faults' seed {SEED}"
    return "\n".join(
        [title, "", rows[0][1], "", "| " + " | ".join(HEAD) + " |", f"| {rule} |", *(row for _, row in rows[1:]), ""]
    )


if __name__ == "__main__":
    opening = PAGE.read_text("utf-8").partition(MARK)[0]
    parts = [table(name, scale) for name, scale in MEASURED.items()]
    PAGE.write_text(opening + MARK + "\n\n" + "\n".join(parts), "utf-8")
