"""`afc fault`: put faults and frauds into a run, and count what the clearing house finds of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.commands.on_engine import on_engine
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from sim.engine.choose import Cluster


@click.group()
def fault() -> None:
    """Faults and frauds on demand, each with a label that the clearing house never reads."""


@fault.command("list", epilog="Example:  afc fault list")
@answers("afc.fault.list/1")
def list_() -> Reply:
    """The kinds of faults, where each happens, and how many are injected unless you say otherwise."""
    from sim.faults import KINDS

    rows = [[kind.name, kind.where, str(kind.usual), kind.about] for kind in KINDS]
    return Reply([kind._asdict() for kind in KINDS], table([["kind", "where", "count", "about"], *rows], right=(2,)))


@fault.command("inject", epilog="Example:  afc fault inject ulaanbaatar-weekday cloned_card --count 5 --scale 0.01")
@click.argument("scenario", metavar="SCENARIO")
@click.argument("kind", metavar="KIND")
@click.option("--count", type=click.IntRange(1, 100_000), help="How many faults; each kind has its own number.")
@click.option("--seed", type=int, default=1, show_default=True, help="Chooses whom the faults hit; riders keep theirs.")
@click.option("--scale", type=float, help="Share of the published number of boardings.")
@click.option("--out", type=click.Path(path_type=Path), help="Where run folders go (default: runs).")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.fault.inject/1")
@on_engine(workers=1)
def inject(
    scenario: str,
    kind: str,
    count: int | None,
    seed: int,
    scale: float | None,
    workers: int,
    cluster: Cluster | None,
    out: Path | None,
    quiet: bool,
) -> Reply:
    """Run SCENARIO with faults of a KIND, look for them in what is stored, and say what was found.

    Readers, cards and the way to the office are faulty; the clearing house is as always. What was injected is in
    labels.jsonl of the run folder.
    """
    from afc.money import show
    from clearing.suspicion import suspicions
    from clearing.views import open_house
    from sim.faults import Plan, kind_of, read_labels
    from sim.faults.score import score
    from sim.progress import showing
    from sim.run import execute
    from sim.runs import RUNS
    from sim.scenario import find_scenario
    from sim.stopping import stoppable

    chosen, known = find_scenario(scenario, None).changed(scale=scale), kind_of(kind)
    city = chosen.load()
    with stoppable("stopped; a run with faults keeps nothing before its end".__str__), showing(quiet) as progress:
        folder = execute(
            chosen, out or RUNS, workers, progress, Plan(kind, count or known.usual, seed), cluster=cluster
        )
    house = open_house(folder, city, chosen.seed)
    found = suspicions(house)
    house.store.close()
    s = score(kind, read_labels(folder), found)
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    violated = sorted({check["invariant"] for check in summary["checks"] if not check["ok"]})
    lines = [
        f"{kind}: {known.about}",
        f"injected   {s.injected}   found {s.found}   missed {s.missed}   false alarms {s.false_alarms}"
        f"   recall {s.recall:.3f}   precision {s.precision:.3f}",
        f"amount     {show(s.injected_minor, city.exponent)} {city.currency} injected"
        f"   {show(s.found_minor, city.exponent)} {city.currency} found",
        f"elsewhere  suspicions of other kinds that no label explains: {s.others}",
        f"checks     {'✗ ' + ' '.join(violated) if violated else '✓ all hold'}",
        *(f"  {one.score:>3}  {one.kind}  {one.who}: {one.sentence}" for one in found[:5]),
        f"folder     {folder}",
    ]
    if not s.injected:
        lines.insert(1, "nothing could be injected: nobody in this run is in that position; try a larger --scale")
    return Reply(s.facts() | {"violated": violated, "folder": str(folder)}, "\n".join(lines))
