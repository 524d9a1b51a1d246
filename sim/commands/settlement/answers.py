"""`afc settlement confirm` and `reconcile`: what the bank says is taken in, posted, and compared with what was ordered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_named_books
from sim.output import BREAKS, OK, Reply, answers

if TYPE_CHECKING:
    from clearing.house import House
    from clearing.reconcile import Taken
    from sim.houses import Opened

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
AT = click.option("--at", metavar="TIME", help="When they came, ISO 8601 with zone (default: now).")


@click.command("confirm", epilog="Example:  afc settlement confirm status.xml --db house/clearing.db")
@FILES
@AT
@answers("afc.settlement.confirm/1")
@on_named_books
def confirm(books: Opened, files: tuple[Path, ...], at: str | None) -> Reply:
    """Take in the bank's status reports (pain.002): payments that it took, and those that it refused.

    Each file is taken whole or not at all, and the same one twice changes nothing. Exits with 5 if it opens a break.
    """
    from clearing.reconcile import confirm as take

    return taken(books, files, at, take)


@click.command("reconcile", epilog="Example:  afc settlement reconcile statement.xml --db house/clearing.db")
@FILES
@AT
@answers("afc.settlement.reconcile/1")
@on_named_books
def reconcile(books: Opened, files: tuple[Path, ...], at: str | None) -> Reply:
    """Take in statements of the settlement account (camt.053), in order, and match them with payments and calls.

    Each file is taken whole or not at all, and the same one twice changes nothing. Exits with 5 if it opens a break.
    """
    from clearing.reconcile import reconcile as take

    return taken(books, files, at, take)


def taken(
    books: Opened, files: tuple[Path, ...], at: str | None, take: Callable[[House, bytes, str, int], Taken]
) -> Reply:
    """Take files in and say what they came to."""
    from clearing.strict_xml import BYTES_MAX
    from clearing.timely import of_bank
    from sim.handed import bytes_of
    from sim.moments import moment_of_act

    at_us, cure = moment_of_act(books.house, at, of_bank(books.house)), "The files before it were taken."
    rows = [facts_of(path, take(books.house, bytes_of(path, BYTES_MAX, cure), str(path), at_us)) for path in files]
    text = "\n".join(line for row in rows for line in lines_of(row, books))
    return Reply(rows, text, BREAKS if any(row["breaks"] for row in rows) else OK)


def facts_of(path: Path, done: Taken) -> dict[str, Any]:
    """What a file came to."""
    from clearing.breaks import name_of

    return {
        "file": str(path), "form": done.form, "name": done.name, "again": done.again, "lines": len(done.answers),
        "confirmed": sum(answer.outcome == "CONFIRMED" for answer in done.answers),
        "breaks": [
            {"break": name_of(one), "kind": one.kind, "end_to_end": one.end_to_end, "party": one.party, "minor": one.minor}
            for one in done.breaks
        ],
    }  # fmt: skip


def lines_of(row: dict[str, Any], books: Opened) -> list[str]:
    """The same for a person."""
    from afc.money import show

    if row["again"]:
        return [f"{row['file']}  was taken in before, nothing changed"]
    city, count = books.house.city, len(row["breaks"])
    head = f"{row['file']}  {row['form']}  {row['lines']} lines, {row['confirmed']} confirmed, {count} breaks"
    return [head] + [
        f"  {one['break']}  {one['kind'].lower().replace('_', ' ')}  {one['party'] or '-'}"
        f"  {show(one['minor'], city.exponent)} {city.currency} in suspense  {one['end_to_end']}"
        for one in row["breaks"]
    ]
