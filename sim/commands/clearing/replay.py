"""`afc clearing replay`: the same books once more, from what came in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from afc.refusal import Refused
from sim.commands.books import on_books
from sim.commands.on_engine import on_engine
from sim.output import INVARIANT_VIOLATED, OK, Reply, answers

if TYPE_CHECKING:
    from sim.engine.choose import Cluster
    from sim.houses import Opened


@click.command("replay", epilog="Example:  afc clearing replay --run last --to again/clearing.db")
@click.option("--to", "to", required=True, metavar="URL", help="An empty place for the rebuilt books.")
@click.option(
    "--to-folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Files of the rebuilt books, where those are on a server.",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.clearing.replay/1")
@on_engine(workers=1)
@on_books
def replay(books: Opened, to: str, to_folder: Path | None, workers: int, cluster: Cluster | None, quiet: bool) -> Reply:
    """Rebuild the books from the raw batches alone, and compare: log, answers, receipts, days, statements, payment files.

    Registers, deliveries and acts are taken over in their order and with their times. Exits with 4 if anything differs.
    """
    from clearing.house import House
    from clearing.replay import replay as rebuild
    from clearing.store import Store, is_on_server, shown
    from sim.engine.choose import mapper
    from sim.found import begin_folder
    from sim.houses import HOUSE_FILE, deed_text, read_deed, refuse_other_pack
    from sim.progress import showing

    source = books.house
    refuse_other_pack(source)
    environment, city = source.ring.environment, source.store.meta().city
    home = begin_folder(to, environment, to_folder)
    with (
        Store.open(to, environment=environment, city=city) as store,
        showing(quiet) as progress,
        mapper(workers, cluster, progress) as pool,
    ):
        if (home / "detail").exists():
            cure = "Name a file in an empty folder."
            raise Refused("BOOKS_EXIST", "there are detail files already", where=shown(to), cure=cure)
        deed = read_deed(source.folder)._replace(db=shown(to) if is_on_server(to) else "")
        (home / HOUSE_FILE).write_text(deed_text(deed), "utf-8")
        target = House(store, source.city, source.ring, home, source.earlier)
        found = rebuild(source, target, pool, lambda day: progress(f"close {day}", 0.0))
        position, head = source.store.high()
        days = sum(day.state == "closed" for day in source.store.days())
    verdict = f"{position} batches, {days} days: " + (f"{len(found)} differences" if found else "the same bytes")
    data = {"batches": position, "days": days, "head": head.hex(), "differences": found, "to": shown(to)}
    lines = [*(f"differs    {one}" for one in found), f"{books.name}: {verdict}"]
    return Reply(data, "\n".join(lines), INVARIANT_VIOLATED if found else OK)
