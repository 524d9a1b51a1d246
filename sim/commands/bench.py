"""`afc bench`: what the line does on this machine, as rates and ratios."""

from __future__ import annotations

from pathlib import Path

import click

from sim.output import Reply, answers, table


@click.group()
def bench() -> None:
    """Measure this machine. Nothing here passes or fails; compare ratios, not seconds."""


@bench.command("line", epilog="Example:  afc bench line --city bogota --scale 0.1")
@click.option("--city", metavar="CITY", help="Whose day to run (default: the city that `afc demo` runs).")
@click.option("--scale", type=float, default=0.1, show_default=True, help="Share of the published number of boardings.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that close the day."
)
@answers("afc.bench.line/1")
def line(city: str | None, scale: float, workers: int) -> Reply:
    """The whole line station by station, rating compiled against interpreted, start-up time, peak memory."""
    from afc.city import demo_city
    from sim.bench import measure

    facts = measure(city or demo_city(), scale, workers)
    rows = [[row["what"], row["figure"], row["unit"]] for row in facts]
    return Reply(facts, table([["what", "figure", "unit"], *rows], right=(1,)))


@bench.command("fares", epilog="Example:  afc bench fares wellington")
@click.argument("cities", metavar="[CITY]...", nargs=-1)
@answers("afc.bench.fares/1")
def fares(cities: tuple[str, ...]) -> Reply:
    """Each city's fares on one core, with the reasons of every amount; the first row is what compiling the rules took."""
    from afc.city import list_cities
    from sim.bench_fares import measure

    facts = measure(cities or list_cities())
    rows = [[row["what"], row["figure"], row["unit"]] for row in facts]
    return Reply(facts, table([["what", "figure", "unit"], *rows], right=(1,)))


@bench.command("intake", epilog="Example:  afc bench intake --batches 20000")
@click.option(
    "--batches", type=click.IntRange(64, 1_000_000), default=4_096, show_default=True, help="Of 200 taps each."
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that check.")
@click.option("--db", metavar="URL", help="An empty database for the books (default: a file that goes away again).")
@answers("afc.bench.intake/1")
def intake(batches: int, workers: int, db: str | None) -> Reply:
    """Sealed batches from files to durable receipts: signatures, chain, commit, and every card MAC."""
    from sim.bench_intake import measure

    facts = measure(batches, workers, db)
    rows = [[row["what"], row["figure"], row["unit"]] for row in facts]
    return Reply(facts, table([["what", "figure", "unit"], *rows], right=(1,)))


@bench.command("close", epilog="Example:  afc bench close --city bogota --scale 1 --keep bench-days")
@click.option("--city", metavar="CITY", help="Whose day to close (default: the city that `afc demo` runs).")
@click.option("--scale", type=float, default=0.1, show_default=True, help="Share of the published number of boardings.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that close a day.")
@click.option("--db", metavar="URL", help="An empty database for the books (default: a file that goes away again).")
@click.option("--keep", type=click.Path(path_type=Path), help="Where collected days stay for the next measurement.")
@answers("afc.bench.close/1")
def close(city: str | None, scale: float, workers: int, db: str | None, keep: Path | None) -> Reply:
    """From accepted batches to books, statements and bank file: each step, memory, a floor, growth, hledger's own check.

    The day and a quarter of it are simulated first, which takes longer than closing them, unless --keep has them already.
    """
    from afc.city import demo_city
    from sim.bench_close import measure

    facts = measure(city or demo_city(), scale, workers, db, keep)
    rows = [[row["what"], row["figure"], row["unit"]] for row in facts]
    return Reply(facts, table([["what", "figure", "unit"], *rows], right=(1,)))
