"""`afc clearing days` and `close`: how clearing dates stand, and closing one of them that has to be complete."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from afc.refusal import Refused
from sim.commands.books import on_books, on_named_books
from sim.commands.clearing.close import facts_of, line_of, notes
from sim.commands.on_engine import on_engine
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.decision import Decision
    from sim.engine.choose import Cluster
    from sim.houses import Opened


@click.command("days", epilog="Example:  afc clearing days --run last")
@answers("afc.clearing.days/1")
@on_books
def days(books: Opened) -> Reply:
    """Every clearing date: open, closing or closed, since when, what it carries, what it lacks, and its digest.

    An open date has taps that no close has taken. A date that stays at closing was interrupted: closing it again finishes it.
    """
    from sim.ahead import ahead
    from sim.days_told import days_of

    data = days_of(books.house)
    newest = max((date.fromisoformat(row["date"]) for row in data), default=date.min)
    head = ["date", "state", "since", "batches", "taps", "missing", "lost", "entries", "statements", "digest", ""]
    rows = [
        [row["date"], row["state"], row["since"] or "-"]
        + [str(row[key]) for key in ("batches", "taps", "missing", "lost", "entries", "statements")]
        + [row["digest"][:16], f"incomplete by {row['incomplete']['by']}" if row["incomplete"] else ""]
        for row in data
    ]
    return Reply(
        data,
        table([head, *rows], right=tuple(range(3, 9))) if data else "no dates yet",
        warnings=ahead(books.house, newest),
    )


@click.command(
    "close",
    epilog="Example:  afc clearing close 2026-03-04 --db house/clearing.db",
)
@click.argument("day", metavar="DATE")
@click.option("--incomplete", is_flag=True, help="Close although taps may be missing; two people answer for it.")
@click.option("--by", metavar="NAME", help="With --incomplete: who lets it be closed.")
@click.option("--second", metavar="NAME", help="Somebody else, who has looked as well.")
@click.option("--because", metavar="TEXT", help="Why it does not wait.")
@click.option("--at", metavar="TIME", help="The moment of closing, ISO 8601 with zone (default: now).")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.clearing.close/1")
@on_engine(workers=1)
@on_named_books
def close(
    books: Opened, day: str, incomplete: bool, by: str | None, second: str | None, because: str | None,
    at: str | None, workers: int, cluster: Cluster | None, quiet: bool,
) -> Reply:  # fmt: skip
    """Close and settle one date, if all of its taps are here as far as readers' numbers tell.

    Numbers that have not come, and may be of this date, have to come first, or be declared lost, or two people let the date be
    closed without them. Closing a closed date changes nothing. `afc clearing run` closes every date that is due, by
    the clock.
    """
    from clearing.complete import Order
    from sim.ahead import ahead
    from sim.commands.scenario import parse_date
    from sim.due import close_one
    from sim.engine.choose import mapper
    from sim.houses import refuse_other_pack
    from sim.moments import moment_of_act
    from sim.progress import showing

    house, chosen = books.house, parse_date(day)
    assert chosen is not None
    order = Order(moment_of_act(house, at), True, decision_of(incomplete, by, second, because))
    refuse_other_pack(house)
    with showing(quiet) as progress, mapper(workers, cluster, progress) as pool:
        progress(f"close {chosen}", 0.0)
        cleared = close_one(house, chosen, pool, order)
    if cleared is None:
        digest = house.store.day(chosen).digest.hex()
        again = {"date": chosen.isoformat(), "again": True, "digest": digest}
        return Reply(again, f"{chosen} was closed before, digest {digest}; nothing changed")
    row = facts_of(cleared, house.store) | {"again": False}
    return Reply(row, line_of(row, house.city), warnings=(*notes([row]), *ahead(house, chosen)))


def decision_of(incomplete: bool, by: str | None, second: str | None, because: str | None) -> Decision | None:
    """Who lets the date be closed as it is, if anybody does."""
    from clearing.decision import Decision

    if incomplete:
        return Decision(by or "", second or "", because or "").checked()
    if by or second or because:
        raise Refused("DECISION_UNASKED", "names and a reason are for closing an incomplete date", where="--by",
                      cure="Add --incomplete, or leave them out.")  # fmt: skip
    return None
