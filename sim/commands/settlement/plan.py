"""`afc settlement plan` and `instruct`: positions of a cycle, what moves and why, and the payment file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from afc.refusal import Refused
from sim.commands.books import on_books, on_named_books
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.cycles import Cycle
    from clearing.plan import Plan
    from sim.houses import Opened


@click.command("plan", epilog="Example:  afc settlement plan --cycle 2026-03-04 --run last")
@click.option("--cycle", metavar="YYYY-MM-DD", help="A cycle by its last date (default: the newest).")
@answers("afc.settlement.plan/1")
@on_books
def plan(books: Opened, cycle: str | None) -> Reply:
    """Who is paid and who is called to pay in a cycle, how much, when, what it is made of, and what became of it."""
    from clearing.plan import cycles, plan_of

    house = books.house
    made = plan_of(house.store, house.city, chosen_cycle(cycles(house.store, house.city), cycle))
    rows = rows_of(books, made)
    data = {
        "cycle": made.cycle.id, "first_date": made.cycle.first.isoformat(), "last_date": made.cycle.last.isoformat(),
        "execution": made.cycle.execution.isoformat(), "netting": made.netting, "positions": made.net,
        "status": status_of(books, made.cycle), "payments": rows,
        "in_default": [one.party for one in house.store.defaults() if one.from_date <= made.cycle.last],
    }  # fmt: skip
    return Reply(data, told(books, data))


def chosen_cycle(known: list[Cycle], name: str | None) -> Cycle:
    """The cycle that is meant."""
    found = [cycle for cycle in known if name in (None, cycle.id)]
    if found:
        return found[-1]
    cure = f"The last are {', '.join(cycle.id for cycle in known[-3:])}." if known else "Close a date first."
    raise Refused("CYCLE_UNKNOWN", f"no closed date belongs to a cycle {name or 'yet'}", where="--cycle", cure=cure)


def status_of(books: Opened, cycle: Cycle) -> str:
    """How far a cycle is."""
    from clearing.plan import over

    store = books.house.store
    if store.settlement(cycle.id):
        return "instructed"
    return "due" if over(store, cycle) else "open"


def rows_of(books: Opened, made: Plan) -> list[dict[str, Any]]:
    """Each payment and call, with the bank's last word and the accounts behind the party's position."""
    from clearing.matching import states_of

    states, noted = states_of(books.house.store), books.house.store.payments(made.cycle.id)
    return [
        {
            "end_to_end": one.end_to_end, "kind": one.kind, "party": one.party, "counterparty": one.counterparty,
            "minor": one.minor, "state": states.get(one.end_to_end, "OPEN" if noted else ""), "why": made.why(one.party),
        }
        for one in noted or made.payments
    ]  # fmt: skip


def told(books: Opened, data: dict[str, Any]) -> str:
    """A plan for a person."""
    from afc.money import show

    city = books.house.city
    head = (
        f"cycle {data['cycle']}  {data['first_date']} to {data['last_date']}  {data['netting']}"
        f"  executed {data['execution']}  {data['status']}"
    )
    if data["in_default"]:
        head += f"\nin default, and taken out when it is instructed: {', '.join(data['in_default'])}"
    rows = [["", "party", "with", city.currency, "state", "made of"]]
    for row in data["payments"]:
        why = ", ".join(f"{account} {show(minor, city.exponent)}" for account, minor in row["why"].items())
        amount = show(row["minor"], city.exponent)
        rows.append([row["kind"], row["party"], row["counterparty"], amount, row["state"].lower(), why])
    return f"{head}\n{table(rows, right=(3,))}" if data["payments"] else f"{head}\nnobody is owed anything"


@click.command("instruct", epilog="Example:  afc settlement instruct --db house/clearing.db")
@click.option("--at", metavar="TIME", help="The moment of the order, ISO 8601 with zone (default: now).")
@answers("afc.settlement.instruct/1")
@on_named_books
def instruct(books: Opened, at: str | None) -> Reply:
    """Write the payment file (pain.001) of every cycle that is over and has none. A second time writes nothing.

    Where the pack says `instruct = "close"`, closing a cycle's last date has done it already.
    """
    from clearing.instruct import instruct_by_hand
    from clearing.timely import of_bank
    from sim.moments import moment_of_act

    house = books.house
    plans = instruct_by_hand(house, moment_of_act(house, at, of_bank(house)))
    rows = []
    for one in plans:
        noted = house.store.settlement(one.cycle.id)
        assert noted is not None
        rows.append({
            "cycle": noted.cycle, "file": noted.file, "sha256": noted.digest.hex(), "message": noted.message,
            "execution": noted.execution.isoformat(),
            "payments": sum(p.kind == "pay" for p in one.payments), "calls": sum(p.kind == "call" for p in one.payments),
        })  # fmt: skip
    lines = [
        f"{row['cycle']}  {row['file'] or 'nobody is paid'}  {row['payments']} payments, {row['calls']} calls"
        f"  executed {row['execution']}  message {row['message']}"
        for row in rows
    ]
    return Reply(rows, "\n".join(lines) if rows else "nothing to order: every cycle that is over has its payment file")
