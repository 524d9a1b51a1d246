"""`afc bench`: what the line does on this machine, as rates and ratios."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sim.output import Reply, answers, envelope, table

_CITY = click.option("--city", metavar="CITY", help="Whose day to run (default: the city that `afc demo` runs).")
_SCALE = click.option(
    "--scale", type=click.FloatRange(0, min_open=True), default=0.1, show_default=True,
    help="Share of the published number of boardings.",
)  # fmt: skip
_WORKERS = click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that do the work."
)
_DB = click.option(
    "--db", metavar="URL", help="An empty database for the books (default: a file that goes away again)."
)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def bench() -> None:
    """Measure this machine. Nothing here passes or fails; compare ratios, not seconds."""


@bench.command("all", epilog="Example:  afc bench all --scale 0.1 --out monday.json")
@_CITY
@_SCALE
@_WORKERS
@click.option("--out", type=_FILE, help="Write what --json answers to this file as well.")
@answers("afc.bench.all/1")
def all_(city: str | None, scale: float, workers: int, out: Path | None) -> Reply:
    """Every bench at one size, each in a process of its own, and what it ran on. Minutes."""
    from afc.city import demo_city
    from sim.benches import commands, measure_all
    from sim.progress import showing

    with showing(quiet=False) as progress:
        data = measure_all(commands(city or demo_city(), scale, workers), progress)
    if out:
        out.write_text(envelope("afc.bench.all/1", True, data, (), ()), "utf-8")
    rows = [[row["bench"], row["what"], row["figure"], row["unit"]] for row in data["measured"]]
    where = "{processor}, {cores} cores, {system}, Python {python}".format(**data["machine"])
    return Reply(data, f"{where}\n" + table([["bench", "what", "figure", "unit"], *rows], right=(2,)))


@bench.command("compare", epilog="Example:  afc bench compare monday.json tuesday.json")
@click.argument("first", type=_FILE)
@click.argument("second", type=_FILE)
@answers("afc.bench.compare/1")
def compare_(first: Path, second: Path) -> Reply:
    """Two measurements beside each other, and how many times the first the second is. Files are what --json or --out wrote."""
    from sim.benches import compare

    pairs = compare(first, second)
    rows = [[*pair[:5], "" if pair.times is None else f"{pair.times:.2f}"] for pair in pairs]
    head = ["bench", "what", first.stem, second.stem, "unit", "times"]
    return Reply([pair._asdict() for pair in pairs], table([head, *rows], right=(2, 3, 5)))


@bench.command("line", epilog="Example:  afc bench line --city bogota --scale 0.1")
@_CITY
@_SCALE
@_WORKERS
@answers("afc.bench.line/1")
def line(city: str | None, scale: float, workers: int) -> Reply:
    """The whole line station by station, rating compiled against interpreted, start-up time, peak memory."""
    from afc.city import demo_city
    from sim.bench import measure

    return told(measure(city or demo_city(), scale, workers))


@bench.command("fares", epilog="Example:  afc bench fares wellington")
@click.argument("cities", metavar="[CITY]...", nargs=-1)
@answers("afc.bench.fares/1")
def fares(cities: tuple[str, ...]) -> Reply:
    """Each city's fares on one core, with the reasons of every amount; the first row is what compiling the rules took."""
    from afc.city import list_cities
    from sim.bench_fares import measure

    return told(measure(cities or list_cities()))


@bench.command("rating", epilog="Example:  afc bench rating --taps 1000000")
@click.option("--city", metavar="CITY", help="Whose newest tariff (default: the first city with integrated journeys).")
@click.option(
    "--taps", type=click.IntRange(1_000, 100_000_000), default=500_000, show_default=True, help="Taps, eight a card."
)
@answers("afc.bench.rating/1")
def rating(city: str | None, taps: int) -> Reply:
    """The fare rules compiled and interpreted, beside polars and DuckDB, to the same money for every leg.

    Rates are taps a processor second. The two work out integrated fares alone, for one rider category; the rules give reasons,
    mind purse, caps and passes, and keep what the chip remembers after each tap.
    """
    from sim.bench_rating import measure

    return told(measure(city, taps))


@bench.command("intake", epilog="Example:  afc bench intake --batches 20000")
@click.option(
    "--batches", type=click.IntRange(64, 1_000_000), default=4_096, show_default=True, help="Of 200 taps each."
)
@_WORKERS
@_DB
@answers("afc.bench.intake/1")
def intake(batches: int, workers: int, db: str | None) -> Reply:
    """Sealed batches from files to durable receipts: signatures, chain, commit, and every card MAC."""
    from sim.bench_intake import measure

    return told(measure(batches, workers, db))


@bench.command("close", epilog="Example:  afc bench close --city bogota --scale 1 --keep bench-days")
@_CITY
@_SCALE
@_WORKERS
@_DB
@click.option("--keep", type=click.Path(path_type=Path), help="Where collected days stay for the next measurement.")
@answers("afc.bench.close/1")
def close(city: str | None, scale: float, workers: int, db: str | None, keep: Path | None) -> Reply:
    """From accepted batches to books, statements and bank file: each step, memory, a floor, growth, ledgers of others.

    The day and a quarter of it are simulated first, which takes longer than closing them, unless --keep has them already.
    """
    from afc.city import demo_city
    from sim.bench_close import measure

    return told(measure(city or demo_city(), scale, workers, db, keep))


def told(facts: list[Any]) -> Reply:
    """Rows for a program and for a person."""
    rows = [[row["what"], row["figure"], row["unit"]] for row in facts]
    return Reply(facts, table([["what", "figure", "unit"], *rows], right=(1,)))


def add_others() -> None:
    """The benches beside other models, and those at many sizes and rates, stand in files of their own."""
    from sim.commands.bench_models import sim_
    from sim.commands.bench_sizes import growth, load_

    for command in (sim_, load_, growth):
        bench.add_command(command)


add_others()
