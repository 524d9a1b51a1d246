"""`afc demo`: one command from nothing to statements."""

from __future__ import annotations

from pathlib import Path

import click

from sim.output import Reply, answers


@click.command(epilog="Example:  afc demo ulaanbaatar")
@click.argument("city", metavar="[CITY]", required=False)
@click.option("--db", metavar="URL", help="An empty database for the books (default: a file in the run folder).")
@click.option("--out", type=click.Path(path_type=Path), help="Where run folders go (default: runs).")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that close the day."
)
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.demo/1")
def demo(city: str | None, db: str | None, out: Path | None, workers: int, quiet: bool) -> Reply:
    """Run a city's packaged day from taps to the bank file, and say where to look.

    Without CITY it is the pack that calls itself the demo.
    """
    from afc.city import demo_city
    from sim.commands.scenario import run_scenario
    from sim.scenario import find_scenario

    reply = run_scenario(find_scenario(None, city or demo_city()), workers, out, quiet, db)
    folder = reply.data["folder"]
    where = [
        "",
        "Where to look:",
        f"  {folder}/statements/   what each operator is owed, line by line",
        f"  {folder}/bank/         the payment file (ISO 20022)",
        "  afc follow last          one tap down the thirteen stations of the line",
        "  afc fare explain last    one journey to the last minor unit",
        "  afc clearing audit last  every invariant, checked again from the books",
    ]
    return reply._replace(text=reply.text + "\n".join(where))
