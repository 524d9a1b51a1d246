"""`afc scenario`: which days there are to run, and running them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afc.refusal import Refused
from sim.commands.on_engine import on_engine
from sim.commands.play import play
from sim.output import INVARIANT_VIOLATED, OK, Reply, answers, table

if TYPE_CHECKING:
    from sim.engine.choose import Cluster
    from sim.scenario import Scenario


@click.group()
def scenario() -> None:
    """Scenarios: days of a city to run, and settlement scenarios to play."""


scenario.add_command(play)


@scenario.command("list", epilog="Example:  afc scenario list")
@answers("afc.scenario.list/1")
def list_() -> Reply:
    """The scenarios of every pack, which are days to run; and settlement scenarios, which are stories to play."""
    from sim.play.files import read_story, shipped
    from sim.scenario import list_scenarios

    found = list_scenarios()
    stories = [read_story(path).story for path in shipped()]
    rows = [[s.name, s.city, s.start.isoformat(), str(s.days), f"{s.scale:g}", s.about] for s in found]
    data = [
        {"name": s.name, "city": s.city, "start": s.start, "days": s.days, "scale": s.scale, "seed": s.seed}
        for s in found
    ]
    data += [{"name": s.name, "city": s.city, "start": s.start, "story": True, "about": s.about} for s in stories]
    days = table([["scenario", "city", "start", "days", "scale", "about"], *rows], right=(3, 4))
    played = table([["settlement scenario", "about"], *[[s.name, s.about] for s in stories]])
    return Reply(data, f"{days}\n\n{played}")


@scenario.command("run", epilog="Example:  afc scenario run ulaanbaatar-weekday --scale 0.1 --seed 42")
@click.argument("name", metavar="[SCENARIO]", required=False)
@click.option("--city", metavar="CITY", help="A pack's name or folder; alone it runs the pack's first scenario.")
@click.option("--start", metavar="YYYY-MM-DD", help="First service date.")
@click.option("--days", type=int, help="Service days one after another; cards keep what they hold.")
@click.option("--scale", type=float, help="Share of the published number of boardings.")
@click.option("--seed", type=int, help="The one seed of everything random.")
@click.option("--tariff", metavar="VERSION", help="Put a tariff version in force by command, whatever its date.")
@click.option("--db", metavar="URL", help="An empty database for the books (default: a file in the run folder).")
@click.option("--out", type=click.Path(path_type=Path), help="Where run folders go (default: runs).")
@click.option("--fresh", is_flag=True, help="Begin anew, not where this run was stopped.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.scenario.run/1")
@on_engine(workers=2)
def run(
    name: str | None,
    city: str | None,
    start: str | None,
    days: int | None,
    scale: float | None,
    seed: int | None,
    tariff: str | None,
    workers: int,
    cluster: Cluster | None,
    db: str | None,
    out: Path | None,
    fresh: bool,
    quiet: bool,
) -> Reply:
    """Simulate the days, collect the taps, close and settle. SCENARIO is a name or a TOML file.

    Ctrl-C stops within seconds and keeps what was done; the same command goes on from there, and ends in the same digests.
    """
    from sim.scenario import find_scenario

    chosen = find_scenario(name, city).changed(
        start=parse_date(start), days=days, scale=scale, seed=seed, tariff=tariff
    )
    return run_scenario(chosen, workers, out, quiet, db, cluster, fresh)


def parse_date(text: str | None) -> date | None:
    """A date from the command line."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("DATE_MALFORMED", f'"{text}" is not a date', cure="Write it as 2026-03-04.") from None


def run_scenario(
    chosen: Scenario,
    workers: int,
    out: Path | None,
    quiet: bool,
    db: str | None = None,
    cluster: Cluster | None = None,
    fresh: bool = False,
) -> Reply:
    """Run, or go on, and answer with the end-of-run block; a signal stops it."""
    import json

    from sim.progress import showing
    from sim.run import execute, name_of
    from sim.runs import RUNS
    from sim.stopping import stoppable
    from sim.unfinished_told import words_of

    where = out or RUNS
    with stoppable(words_of(where, name_of(chosen, chosen.load()), db)), showing(quiet) as progress:
        folder = execute(chosen, where, workers, progress, db=db, fresh=fresh, cluster=cluster)
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    text = (folder / "summary.txt").read_text("utf-8") + f"folder     {folder}"
    return Reply(summary | {"folder": str(folder)}, text, OK if summary["ok"] else INVARIANT_VIOLATED)
