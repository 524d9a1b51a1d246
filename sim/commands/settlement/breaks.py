"""`afc settlement breaks` and `resolve`: where books and bank part, and how two people end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from afc.refusal import Refused
from sim.commands.books import on_books
from sim.commands.hand import by_two
from sim.output import BREAKS, OK, Reply, answers, table

if TYPE_CHECKING:
    from clearing.decision import Decision
    from clearing.house import House
    from clearing.timely import Known
    from sim.houses import Opened


@click.command("breaks", epilog="Example:  afc settlement breaks --run last --on 2026-03-09")
@click.option("--on", metavar="YYYY-MM-DD", help="The day to count ages to (default: today).")
@answers("afc.settlement.breaks/1")
@on_books
def breaks(books: Opened, on: str | None) -> Reply:
    """Breaks that nobody has ended: kind, age in banking days, amount in suspense, party, cycle, evidence.

    Exits with 5 if there are any.
    """
    from afc.moment import service_date
    from afc.money import show
    from clearing.breaks import open_breaks
    from sim.commands.scenario import parse_date
    from sim.moments import now_us

    house = books.house
    day = parse_date(on) or service_date(now_us(), house.city.zone, 0)
    found = open_breaks(house.store, house.city, day)
    rows = [
        one._asdict() | {"kind": one.kind.name, "sentence": one.kind.value, "since": one.since.isoformat()}
        for one in found
    ]
    head = ["break", "age", house.city.currency, "party", "cycle", "what"]
    lines = [
        [one.name, str(one.age), show(one.minor, house.city.exponent), one.party or "-", one.cycle, one.kind.value]
        for one in found
    ]
    total = show(sum(one.minor for one in found), house.city.exponent)
    summary = f"{len(found)} breaks open on {day}, {total} {house.city.currency} in suspense"
    return Reply(
        rows,
        "\n".join([table([head, *lines], right=(1, 2)), summary]) if found else summary,
        BREAKS if found else OK,
    )


def opening(house: House, name: str, **_options: Any) -> Known:
    """When the break was opened."""
    from clearing.timely import of_bank

    return of_bank(house, name)


@click.command(
    "resolve",
    epilog='Example:  afc settlement resolve B3 --as retry --by "B. Dorj" --second "S. Kim" --because "account corrected" '
    "--db house/clearing.db",
)
@click.argument("name", metavar="BREAK")
@click.option("--as", "way", required=True, metavar="WAY", help="retry, write-off, or credit:PARTY.")
@answers("afc.settlement.resolve/1")
@by_two(because="What was found out.", moment="decision", about=opening)
def resolve(books: Opened, name: str, way: str, decision: Decision, at_us: int) -> Reply:
    """End a break by two people: its money leaves suspense. Doing it twice changes nothing.

    retry orders a payment once more that the bank refused or sent back, under a new id; write-off makes it a loss of whoever
    keeps the settlement account; credit:PARTY gives it to a party, or takes it from one, with the next cycle.
    """
    from clearing.resolve import resolve as end

    word, _, party = way.partition(":")
    if word not in ("retry", "write-off", "credit") or bool(party) != (word == "credit"):
        raise Refused("WAY_UNKNOWN", f'"{way}" is no way to end a break', where="--as", cure="See --help.")
    done = end(books.house, name, word, party, decision, at_us)
    made, again = done.resolution, "was ended before" if done.again else "ended"
    data = {
        "break": name, "way": made.way, "party": made.party, "by": made.first, "second": made.second,
        "because": made.because, "again": done.again, "payment": done.payment._asdict() if done.payment else None,
    }  # fmt: skip
    text = f"{name} {again} by {made.first} and {made.second}: {made.way} {made.party}".rstrip()
    return Reply(data, text + (f", new payment {done.payment.end_to_end}" if done.payment else ""))
