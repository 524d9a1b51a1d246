"""`afc clearing init`: new books."""

from __future__ import annotations

from pathlib import Path

import click

from sim.output import Reply, answers

CARDS_MAX = 50_000_000
"""Blank cards that fit into the memory of an ordinary machine."""


@click.command("init", epilog="Example:  afc clearing init --db house/clearing.db --city ulaanbaatar --cards 100")
@click.option("--db", required=True, metavar="URL", envvar="AFC_DB", show_envvar=True, help="Where the books will lie.")
@click.option(
    "--folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    envvar="AFC_FOLDER",
    show_envvar=True,
    help="Where detail and statements of books on a server will lie (default: ./<city>-house).",
)
@click.option("--city", required=True, metavar="PACK", help="A pack's name or folder.")
@click.option("--seed", type=int, default=7, show_default=True, help="The seed of the throw-away keys.")
@click.option("--start", metavar="YYYY-MM-DD", help="First service date (default: that of the pack's first scenario).")
@click.option("--cards", type=click.IntRange(0, CARDS_MAX), default=0, show_default=True,
              help="Blank cards to register, numbered from 1.")  # fmt: skip
@click.option("--balance", type=int, default=0, show_default=True, help="What each of them holds, in minor units.")
@click.option(
    "--incomplete",
    type=click.Choice(["tell", "refuse"]),
    default="tell",
    show_default=True,
    help="What `afc clearing run` does with a date of which taps may be missing: close it and say so, or stop before it.",
)
@answers("afc.clearing.init/1")
def init(
    db: str, folder: Path | None, city: str, seed: int, start: str | None, cards: int, balance: int, incomplete: str
) -> Reply:
    """Begin the books of a pack's simulated environment: its parties, its readers, and blank cards if asked.

    A file house.toml says whose they are: beside books in a file, and in the folder of books on a PostgreSQL server
    (postgresql+psycopg://user@host/name; needs the postgres extra). Books that exist are refused.
    """
    from afc.city import load_city
    from afc.money import show
    from clearing.store import shown
    from sim.commands.scenario import parse_date
    from sim.found import blank, first_date, found, named
    from sim.houses import Deed

    pack = load_city(city)
    deed = Deed(named(city), seed, parse_date(start) or first_date(city), incomplete=incomplete)
    made = found(db, pack, deed, blank(cards, balance), folder)
    held = f", numbered 1 to {cards}, {show(balance, pack.exponent)} {pack.currency} on each" if cards else ""
    text = (
        f"{shown(db)}: books of {pack.name}, environment {made.environment}, from {made.start}\n"
        f"{made.parties} parties, {made.devices} readers, {made.cards} cards{held}"
    )
    return Reply(made._asdict() | {"folder": str(made.folder), "db": shown(db)}, text)
