"""`afc bench sim`: the simulated world beside other models of the same day."""

from __future__ import annotations

import click

from sim.commands.bench import told
from sim.output import Reply, answers


@click.command("sim", epilog="Example:  afc bench sim --scale 10")
@click.option("--city", metavar="CITY", help="Whose vehicles without gates to run (default: a small made-up town).")
@click.option(
    "--scale", type=click.FloatRange(0, min_open=True), default=10, show_default=True,
    help="Share of the published number of boardings.",
)  # fmt: skip
@answers("afc.bench.sim/1")
def sim_(city: str | None, scale: float) -> Reply:
    """A day of buses here, in a SimPy model with a process for each rider, and in Eclipse SUMO where it is installed.

    Each card's first journey of one ride is played, with the same timetable, stops, room and doors. The rows say what each
    model does that the others leave out. pip install 'afc[bench]' brings SUMO.
    """
    from sim.bench_sim import measure

    return told(measure(city, scale))
