"""`afc run`: what was run, what came out, and whether it comes out again."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.commands.on_engine import on_engine
from sim.output import INVARIANT_VIOLATED, Reply, answers, table

if TYPE_CHECKING:
    from sim.engine.choose import Cluster


@click.group()
def run() -> None:
    """Run folders: list, show, fit, profile, verify, resume. RUN is an id, a folder, or `last`."""


@run.command("list", epilog="Example:  afc run list")
@answers("afc.run.list/1")
def list_() -> Reply:
    """Finished runs, oldest first; then those that were stopped or are under way, and what is done of them."""
    from afc.money import show as grouped
    from sim.runs import RUNS, list_runs
    from sim.unfinished_told import list_begun

    runs = list_runs()
    names = ["run", "city", "scenario", "taps", "digest"]
    rows = [
        [r.id, r.summary["city"], r.summary["scenario"], r.summary["taps"]["accepted"], r.manifest["digest"][:12]]
        for r in runs
    ]
    body = [[*row[:3], grouped(row[3], 0), row[4]] for row in rows]
    data = [dict(zip(names, row, strict=True)) for row in rows]
    begun = list_begun(RUNS)
    waiting = [[one.id, one.scenario.city, one.scenario.name, str(one)] for one in begun]
    data += [
        dict(zip(names, [*row[:3], None, None], strict=True))
        | {"unfinished": {"days": one.scenario.days, "simulated": one.simulated, "settled": one.settled,
                          "running": one.at_work}}
        for row, one in zip(waiting, begun, strict=True)
    ]  # fmt: skip
    tables = [table([names, *body], right=(3,))] if runs else []
    tables += [table([["unfinished", "city", "scenario", ""], *waiting])] if begun else []
    return Reply(data, "\n\n".join(tables) or "no runs yet")


@run.command("resume", epilog="Example:  afc run resume last")
@click.argument("name", metavar="[RUN]", default="last")
@click.option("--db", metavar="URL", help="The database of its books, where they lie on a server.")
@click.option("--out", type=click.Path(path_type=Path), help="Where run folders go (default: runs).")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.run.resume/1")
@on_engine(workers=2)
def resume(name: str, workers: int, cluster: Cluster | None, db: str | None, out: Path | None, quiet: bool) -> Reply:
    """Go on with a run that was stopped: the same as the command that began it, by the run's name.

    It ends in the same digests and files as a run that nobody stopped.
    """
    from sim.commands.scenario import run_scenario
    from sim.runs import RUNS
    from sim.unfinished_told import find_begun

    return run_scenario(find_begun(out or RUNS, name).scenario, workers, out, quiet, db, cluster)


@run.command("show", epilog="Example:  afc run show last")
@click.argument("name", metavar="[RUN]", default="last")
@answers("afc.run.show/1")
def show(name: str) -> Reply:
    """The end-of-run block of a run again, with its seed, versions and digests."""
    from sim.runs import find_run

    found = find_run(name)
    text = (found.folder / "summary.txt").read_text("utf-8")
    facts = [f"folder     {found.folder}", f"digest     {found.manifest['digest']}"]
    facts += [f"versions   {', '.join(f'{k} {v}' for k, v in found.manifest['versions'].items())}"]
    return Reply({"manifest": found.manifest, "summary": found.summary}, text + "\n".join(facts))


@run.command("fit", epilog="Example:  afc run fit last")
@click.argument("name", metavar="[RUN]", default="last")
@answers("afc.run.fit/1")
def fit(name: str) -> Reply:
    """How well a run fits what was counted: tap-ins by hour, service and stop beside the pack's published figures."""
    from sim.fit import of_run
    from sim.fit_told import text
    from sim.runs import find_run

    found = find_run(name)
    asked = found.scenario
    told = of_run(asked.load(), found.folder, asked.dates, asked.scale)
    return Reply({"run": found.id} | told, text(told))


@run.command("profile", epilog="Example:  afc run profile last")
@click.argument("name", metavar="[RUN]", default="last")
@answers("afc.run.profile/1")
def profile_(name: str) -> Reply:
    """Where a run's time and bytes went: seconds by part of the line, bytes by what they are kept for, each a tap as well."""
    from sim.run_profile import profile
    from sim.runs import find_run

    found = profile(find_run(name))
    spent = [[one.what, f"{one.seconds:.2f}", f"{one.us_a_tap:.2f}"] for one in found.spent]
    kept = [[one.what, f"{one.files:,}", f"{one.bytes:,}", f"{one.bytes_a_tap:.1f}"] for one in found.kept]
    tables = [table([["part of the line", "seconds", "us a tap"], *spent], right=(1, 2))] if spent else []
    tables.append(table([["kept", "number", "bytes", "bytes a tap"], *kept], right=(1, 2, 3)))
    data = {
        "taps": found.taps,
        "spent": [one._asdict() for one in found.spent],
        "kept": [one._asdict() for one in found.kept],
    }
    notes = () if spent else ("this run was made by a version that noted no times",)
    return Reply(data, f"{found.taps:,} accepted taps\n\n" + "\n\n".join(tables), warnings=notes)


@run.command("verify", epilog="Example:  afc run verify last --workers 1")
@click.argument("name", metavar="[RUN]", default="last")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.run.verify/1")
@on_engine(workers=2)
def verify(name: str, workers: int, cluster: Cluster | None, quiet: bool) -> Reply:
    """Execute a run again from its scenario and compare every digest, and the files on disk with what the run wrote.

    Exits with 4 if anything differs.
    """
    from sim.faults import Plan
    from sim.progress import showing
    from sim.run import execute
    from sim.runs import altered_files, find_run
    from sim.stopping import stoppable

    found = find_run(name)
    plan = Plan(**found.manifest["faults"]) if "faults" in found.manifest else None
    say = "stopped; nothing was compared, and the run is as it was".__str__
    with stoppable(say), tempfile.TemporaryDirectory() as folder, showing(quiet) as progress:
        again = execute(found.scenario, Path(folder), workers, progress, plan, cluster=cluster)
        manifest = json.loads((again / "manifest.json").read_text("utf-8"))
    was, now = found.manifest["digests"], manifest["digests"]
    differing = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
    altered = altered_files(found)
    lines = [f"differs    {key}: was {was.get(key)}, now {now.get(key)}" for key in differing]
    lines += [f"altered    {name} is not the file that the run wrote" for name in altered]
    lines.append(
        f"{found.id}: {len(was)} digests compared, {len(differing)} differ, {len(altered)} files altered, "
        f"{workers} workers" + (" and a cluster" if cluster else "")
    )
    data = {
        "run": found.id,
        "compared": len(was),
        "differing": differing,
        "altered": altered,
        "digest": manifest["digest"],
    }
    return Reply(data, "\n".join(lines), INVARIANT_VIOLATED if differing or altered else 0)
