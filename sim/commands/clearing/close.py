"""`afc clearing run`: close and settle what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_named_books
from sim.commands.on_engine import on_engine
from sim.output import Reply, answers

if TYPE_CHECKING:
    from afc.city import City
    from clearing.store import Store
    from sim.due import Cleared
    from sim.engine.choose import Cluster
    from sim.houses import Opened

SHOWN = 8
"""So many readers are named in a sentence."""


@click.command("run", epilog="Example:  afc clearing run --db house/clearing.db --through 2026-03-04")
@click.option("--through", metavar="YYYY-MM-DD", help="Last date, closed even if nothing came (default: yesterday's).")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.clearing.run/1")
@on_engine(workers=1)
@on_named_books
def run(books: Opened, through: str | None, workers: int, cluster: Cluster | None, quiet: bool) -> Reply:
    """Close and settle every clearing date that is due: statements and payment files are written beside the books.

    A date is due when it has ended and something was tapped on it. Taps of a closed date are posted in the next. What a date
    lacks is told and written down, and does not stop it, unless the house was begun with --incomplete refuse. Running it again
    changes nothing.
    """
    from afc.moment import service_date
    from clearing.complete import Order
    from sim.ahead import ahead
    from sim.commands.scenario import parse_date
    from sim.due import close_due, is_closed
    from sim.engine.choose import mapper
    from sim.houses import read_deed, refuse_other_pack
    from sim.moments import moment_or_now
    from sim.progress import showing

    house, city = books.house, books.house.city
    refuse_other_pack(house)
    now_us = moment_or_now(None, "")
    today = service_date(now_us, city.zone, city.day_cut_s)
    last = parse_date(through) or today - timedelta(days=1)
    order = Order(now_us, complete=read_deed(house.folder).incomplete == "refuse")
    with showing(quiet) as progress, mapper(workers, cluster, progress) as pool:
        cleared = close_due(house, last, through is not None, pool, lambda day: progress(f"close {day}", 0.0), order)
    rows = [facts_of(one, house.store) for one in cleared]
    lines = [line_of(row, city) for row in rows]
    nothing = f"{last} was closed before; nothing changed" if is_closed(house, last) else "nothing is due"
    return Reply(rows, "\n".join(lines) if rows else nothing, warnings=(*notes(rows), *ahead(house, last)))


def line_of(row: dict[str, Any], city: City) -> str:
    """A closed date for a person."""
    from afc.money import show

    return (
        f"{row['date']}  {row['taps']} taps  {row['aside']} set aside  charged {show(row['charged_minor'], city.exponent)}"
        f" {city.currency}  {row['entries']} entries  {row['payments']} payments  digest {row['digest']}"
    )


def notes(rows: list[dict[str, Any]]) -> Iterator[str]:
    """A sentence for each date that closed with taps missing."""
    for row in rows:
        devices = [str(one["device"]) for one in row["incomplete"]]
        told = ", ".join(devices[:SHOWN]) + (f" and {len(devices) - SHOWN} more" if len(devices) > SHOWN else "")
        taps = sum(one["taps"] for one in row["incomplete"])
        if devices:
            yield f"{row['date']} was closed without {taps} taps of device {told}; see: afc clearing gaps"


def incomplete(store: Store, day: date) -> list[dict[str, int]]:
    """The readers of which something was missing when a date was closed, and how much of it was not declared lost."""
    taps: dict[tuple[int, int], list[int]] = {}
    for row in store.shortfalls(day):
        sums = taps.setdefault((row.device, row.epoch), [0, 0])
        sums[bool(row.waiver)] += row.last_seq - row.first_seq + 1
    return [{"device": device, "epoch": epoch, "taps": open_, "lost": lost}
            for (device, epoch), (open_, lost) in taps.items()]  # fmt: skip


def facts_of(cleared: Cleared, store: Store) -> dict[str, Any]:
    """What a date came to."""
    closed, settled = cleared
    readers = incomplete(store, closed.clearing_date)
    charged = sum(total.minor for total in closed.every_total if total.kind == "charge")
    return {
        "date": closed.clearing_date.isoformat(),
        "taps": closed.counts["taps"],
        "aside": closed.counts["aside"],
        "rated_otherwise": closed.counts["rated_otherwise"],
        "charged_minor": charged,
        "entries": len(closed.entries),
        "positions": settled.positions,
        "payments": len(settled.payments),
        "digest": store.day(closed.clearing_date).digest.hex(),
        "incomplete": [one for one in readers if one["taps"]],
        "lost": [one for one in readers if one["lost"]],
    }
