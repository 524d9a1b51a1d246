"""`afc bench load` and `afc bench growth`: one house at many rates, one city's day at many sizes."""

from __future__ import annotations

import click

from sim.commands.bench import told
from sim.output import Reply, answers


@click.command("load", epilog="Example:  afc bench load --city ulaanbaatar --scale 1 --trial 10s")
@click.option("--city", metavar="CITY", help="Whose readers send (default: the city that `afc demo` runs).")
@click.option(
    "--scale", type=click.FloatRange(0, min_open=True), default=0.3, show_default=True,
    help="Share of the published number of boardings of the days whose batches are sent.",
)  # fmt: skip
@click.option("--trial", default="5s", show_default=True, metavar="TIME", help="How long each rate is offered.")
@click.option(
    "--connections", type=click.IntRange(1, 2_000), default=64, show_default=True,
    help="At most so many batches are on the way at once.",
)  # fmt: skip
@answers("afc.bench.load/1")
def load_(city: str | None, scale: float, trial: str, connections: int) -> Reply:
    """The highest rate of taps that a house over HTTP bears, beside what the generator does to a server that answers at once.

    Rates are doubled and then halved; `afc load find-limit` does the same with thresholds of your own.
    """
    from afc.city import demo_city
    from sim.commands.load import needed

    needed()
    from sim.bench_load import measure
    from sim.load.offer import parse_span

    return told(measure(city or demo_city(), scale, parse_span(trial, "--trial"), connections))


@click.command("growth", epilog="Example:  afc bench growth --scale 0.1 --scale 1")
@click.option("--city", metavar="CITY", help="Whose day to run (default: the city that `afc demo` runs).")
@click.option(
    "--scale", "scales", type=click.FloatRange(0, min_open=True), multiple=True, default=(0.1, 1.0), show_default=True,
    help="Share of the published number of boardings, once for each size.",
)  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that do the work.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.bench.growth/1")
def growth(city: str | None, scales: tuple[float, ...], workers: int, quiet: bool) -> Reply:
    """Time and memory of a city's day at several sizes, each in a process of its own, and what a tap of the largest costs
    against one of the smallest.

    Fifty million taps take a quarter of an hour, 16 GB of disk and 14 of memory; docs/performance.md says with which city.
    """
    from afc.city import demo_city
    from sim.bench_growth import measure
    from sim.progress import showing

    with showing(quiet) as progress:
        return told(measure(city or demo_city(), scales, workers, progress))
