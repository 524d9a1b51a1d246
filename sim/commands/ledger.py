"""`afc ledger`: the books as an accountant asks for them, and for auditors' programs that we did not write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.output import INVARIANT_VIOLATED, OK, Reply, answers, table

if TYPE_CHECKING:
    from clearing.ledger import Named
    from sim.houses import Opened


@click.group()
def ledger() -> None:
    """The ledger: trial balance, journal, and export to programs that add it up again."""


@ledger.command("trial-balance", epilog="Example:  afc ledger trial-balance --on 2026-03-04")
@click.option("--on", "on_date", metavar="YYYY-MM-DD", help="Clearing dates up to this one (default: all).")
@answers("afc.ledger.trial-balance/1")
@on_books
def trial_balance(books: Opened, on_date: str | None) -> Reply:
    """Every account with what it holds, debit and credit in columns that have to be equal.

    Exits with 4 if they are not.
    """
    from afc.money import show
    from clearing.ledger import trial_balance as rows_of
    from sim.commands.scenario import parse_date

    city, rows = books.house.city, rows_of(books.house.store, parse_date(on_date))
    total = sum(row.minor for row in rows)
    data = {
        "currency": city.currency, "decimals": city.exponent, "on": on_date, "total_minor": total,
        "accounts": [row._asdict() for row in rows],
    }  # fmt: skip
    sides = [sum(row.minor for row in rows if row.minor > 0), -sum(row.minor for row in rows if row.minor < 0)]
    cells = [
        [row.account, *(show(abs(row.minor), city.exponent) if side else "" for side in (row.minor > 0, row.minor < 0))]
        for row in rows
    ]
    body = [
        ["account", f"debit {city.currency}", "credit"],
        *cells,
        ["", *(show(side, city.exponent) for side in sides)],
    ]
    return Reply(data, table(body, right=(1, 2)), INVARIANT_VIOLATED if total else OK)


@ledger.command("journal", epilog="Example:  afc ledger journal --date 2026-03-04 --kind fee")
@click.option("--account", default="", metavar="A", help="Only entries that move this account, or one below it.")
@click.option("--date", "on_date", metavar="YYYY-MM-DD", help="Only this clearing date.")
@click.option("--kind", default="", metavar="K", help="Only entries of this kind.")
@answers("afc.ledger.journal/1")
@on_books
def journal(books: Opened, account: str, on_date: str | None, kind: str) -> Reply:
    """Entries with their postings, each under the name by which `afc statement trace` knows it."""
    from clearing.ledger import journal as entries_of
    from sim.commands.scenario import parse_date

    rows = list(entries_of(books.house.store, parse_date(on_date), account, kind))
    lines = [line for one in rows for line in told(one, books)]
    return Reply([facts_of(one) for one in rows], "\n".join([*lines, f"{len(rows)} entries"]))


def facts_of(one: Named) -> dict[str, Any]:
    """An entry for a program."""
    from clearing.plaintext.facts import facts

    postings = [posting._asdict() for posting in one.entry.postings]
    return {"entry": one.name} | facts(one.entry) | {"quantity": one.entry.quantity, "postings": postings}


def told(one: Named, books: Opened) -> Iterable[str]:
    """An entry for a person."""
    from afc.money import show

    entry, city = one.entry, books.house.city
    about = "" if entry.about == entry.clearing_date else f", about {entry.about}"
    yield f"{entry.clearing_date}  {one.name}  {entry.kind}  {entry.cause}  {entry.quantity}  [{entry.rule}]{about}"
    for posting in entry.postings:
        yield f"    {posting.account:<40}  {show(posting.minor, city.exponent):>20} {city.currency}"


@ledger.command("export", epilog="Example:  afc ledger export --to hledger --out books.journal")
@click.option("--to", "form", type=click.Choice(["hledger", "beancount", "csv"]), required=True, help="Whose form.")
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE", help="Where to write (default: stdout).")
@answers("afc.ledger.export/1")
@on_books
def export(books: Opened, form: str, out: str | None) -> Reply:
    """The whole journal for another program, which adds it up again and knows nothing of ours.

    Accounts and currency are declared and the balances of our own books are asserted at the end, so `hledger check --strict`
    and `bean-check` compare them with their own.
    """
    from clearing.plaintext import export as lines_of

    city, store = books.house.city, books.house.store
    lines = lines_of(store, city.name, city.currency, city.exponent, form)
    if out:
        written = write_lines(Path(out), lines)
        return Reply({"to": form, "file": out, "lines": written}, f"{out}: {written} lines for {form}")
    if click.get_current_context().params["as_json"]:
        return Reply({"to": form, "file": None, "text": "".join(f"{line}\n" for line in lines)}, "")
    for line in lines:
        click.echo(line)
    return Reply(None, "")


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """A file that is there whole or not at all; how many lines it has."""
    part, count = path.with_name(path.name + ".part"), 0
    with part.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(line + "\n")
            count += 1
    part.replace(path)
    return count
