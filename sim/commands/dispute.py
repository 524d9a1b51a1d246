"""`afc dispute`: a rider's claim about a journey, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.commands.books import on_books
from sim.commands.hand import Asked, by_hand
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from sim.houses import Opened

_WHO = '--by "B. Dorj" --second "S. Kim" --because "gate log" --db house/clearing.db'


@click.group()
def dispute() -> None:
    """Disputes: open, list, decide."""


@dispute.command("open", epilog=f'Example:  afc dispute open J-0000000000000001-4 --claim "no bus came" {_WHO}')
@click.argument("journey")
@click.option("--claim", required=True, metavar="TEXT", help="What the rider says.")
@answers("afc.dispute/1")
@by_hand
def open_(_books: Opened, journey: str, claim: str) -> Asked:
    """Note a claim about a journey. Nothing moves until it is decided."""
    return "dispute", journey, {"claim": claim}


@dispute.command("decide", epilog=f"Example:  afc dispute decide R-4 --amount 500 {_WHO}")
@click.argument("name", metavar="DISPUTE")
@click.option("--amount", type=int, metavar="MINOR", help="The claim was right: so much is given back.")
@click.option("--reject", is_flag=True, help="The claim was wrong.")
@answers("afc.dispute/1")
@by_hand
def decide(_books: Opened, name: str, amount: int | None, reject: bool) -> Asked:
    """Uphold a claim, which gives money back in the open date, or reject it with the reason."""
    if (amount is None) is not reject:
        raise click.UsageError("Say either --amount or --reject.")
    return ("rejected", name, {}) if reject else ("upheld", name, {"amount": amount})


@dispute.command("list", epilog="Example:  afc dispute list --run last")
@click.option("--all", "everything", is_flag=True, help="Also those that were decided.")
@click.option("--now", metavar="TIME", help="The moment to count ages from, ISO 8601 with zone (default: now).")
@answers("afc.dispute.list/1")
@on_books
def list_(books: Opened, everything: bool, now: str | None) -> Reply:
    """Claims that wait, with their age."""
    from clearing.refund import disputes
    from sim.moments import age, moment_or_now

    now_us = moment_or_now(now, "--now")
    found = [
        {
            "dispute": one.name, "journey": one.subject, "claim": one.decided["asked"]["claim"], "date": one.decided["date"],
            "paid_minor": one.decided["paid"], "age": age(now_us - one.at_us), "decided": done.kind if done else "",
            "because": done.because if done else "",
        }
        for one, done in disputes(books.house.store)
        if everything or done is None
    ]  # fmt: skip
    rows = [
        [str(row[key]) for key in ("dispute", "journey", "date", "age", "claim", "decided", "because")] for row in found
    ]
    head = ["dispute", "journey", "date", "age", "claim", "decided", "because"]
    total = f"{len(found)} disputes"
    return Reply(found, "\n".join([table([head, *rows]), total] if found else [total]))
