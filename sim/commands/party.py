"""`afc party`: who settles here, and taking out who can no longer pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.commands.hand import by_two
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.decision import Decision
    from sim.houses import Opened


@click.group()
def party() -> None:
    """Parties: who settles here, and what becomes of one that can no longer pay."""


@party.command("list", epilog="Example:  afc party list --run last")
@answers("afc.party.list/1")
@on_books
def list_(books: Opened) -> Reply:
    """Every party with its roles, account and dates, how many readers are or were its own, and since when it is in default."""
    store = books.house.store
    gone, readers = {one.party: one for one in store.defaults()}, [device.operator for device in store.devices()]
    rows: list[dict[str, Any]] = [
        {
            "party": one.id, "name": one.name, "roles": list(one.roles), "account": one.iban or one.other,
            "readers": readers.count(one.number), "from": one.from_date or None, "until": one.until_date or None,
            "merged_into": one.merged_into or None,
            "in_default_from": gone[one.id].from_date.isoformat() if one.id in gone else None,
        }
        for one in store.parties()
    ]  # fmt: skip
    head = ["party", "name", "roles", "account", "readers", ""]
    lines = [
        [row["party"], row["name"], ", ".join(row["roles"]), row["account"] or "-", str(row["readers"]),
         dates_of(row)]
        for row in rows
    ]  # fmt: skip
    return Reply(rows, table([head, *lines], right=(4,)))


def dates_of(row: dict[str, Any]) -> str:
    """Since when, until when, and what became of it."""
    said = [f"{word} {row[word]}" for word in ("from", "until") if row[word]]
    said += [f"then part of {row['merged_into']}"] if row["merged_into"] else []
    return ", ".join(said + [f"in default from {row['in_default_from']}"] * bool(row["in_default_from"]))


@party.command(
    "default",
    epilog='Example:  afc party default bus-co --from 2026-03-04 --by "B. Dorj" --second "S. Kim" --because "insolvent" '
    "--db house/clearing.db",
)
@click.argument("party_id", metavar="PARTY")
@click.option(
    "--from", "start", required=True, metavar="YYYY-MM-DD", help="Cycles that end then or later do without it."
)
@answers("afc.party.default/1")
@by_two(because="What happened.", moment="decision")
def default(books: Opened, party_id: str, start: str, decision: Decision, at_us: int) -> Reply:
    """Settle the others without a party that can no longer pay. Doing it twice changes nothing.

    Cycles without a payment file are unwound by entries of their own when they are ordered; in those that were ordered, its
    open calls are borne by whom it owed the money, with their next cycle.
    """
    from clearing.default import default as take_out
    from clearing.default import refuse_unsettled
    from clearing.timely import refuse_other_times
    from sim.commands.scenario import parse_date

    house, day = books.house, parse_date(start)
    assert day is not None, "the option is required"
    refuse_other_times(house, house.city, day, "--from")
    refuse_unsettled(house.store, party_id)
    gone = take_out(house, party_id, day, decision, at_us)
    ended = {number: end for number, end in house.store.resolutions().items() if end.turn == gone.turn}
    calls = [one.end_to_end for one in house.store.breaks() if one.number in ended]
    data = {"party": gone.party, "from": gone.from_date.isoformat(), "calls_given_up": calls}
    text = f"{gone.party} is in default from {gone.from_date}, by {gone.first} and {gone.second}"
    return Reply(data, f"{text}; given up: {', '.join(calls) or 'nothing'}")
