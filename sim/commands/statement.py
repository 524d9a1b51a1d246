"""`afc statement`: what a party is told, and whether it is so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.commands.books import on_books
from sim.commands.statement_trace import trace
from sim.output import INVARIANT_VIOLATED, OK, Reply, answers, table

if TYPE_CHECKING:
    from sim.houses import Opened


@click.group()
def statement() -> None:
    """Statements: list, show, trace a figure down to signed taps, check one with your own evidence."""


@statement.command("list", epilog="Example:  afc statement list --run last")
@answers("afc.statement.list/1")
@on_books
def list_(books: Opened) -> Reply:
    """Every statement that was published: date, party, what it comes to, and its digest."""
    from afc.money import show

    store, city = books.house.store, books.house.city
    told = [one for day in store.days() for one in store.statements(day.clearing_date)]
    data = [
        {"date": one.clearing_date.isoformat(), "party": one.party, "minor": one.minor, "file": one.file,
         "sha256": one.digest.hex()}
        for one in told
    ]  # fmt: skip
    rows = [[str(row["date"]), str(row["party"]), show(one.minor, city.exponent), str(row["sha256"])[:16] + "…"]
            for row, one in zip(data, told, strict=True)]  # fmt: skip
    head = ["date", "party", city.currency, "sha256"]
    return Reply(data, table([head, *rows], right=(2,)) if rows else "no statements yet")


@statement.command("show", epilog="Example:  afc statement show hanbit-bus 2026-03-04 --format text")
@click.argument("party")
@click.argument("day", metavar="DATE")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@answers("afc.statement.show/1")
@on_books
def show(books: Opened, party: str, day: str, form: str) -> Reply:
    """One party's statement of a clearing date as it was published, and what the house says of its own evidence.

    Exits with 4 if the file is not the one that the books note.
    """
    from sim.statement_told import read_published, told

    path, same = read_published(books.house, party, day)
    facts = json.loads(path.read_bytes())
    text = told(facts) if form == "text" else path.with_suffix(f".{form}").read_text("utf-8").rstrip("\n")
    if not same:
        warning = f"{path.name} is not the statement that was published"
        return Reply(facts, f"{text}\nALTERED: {warning}", INVARIANT_VIOLATED, (warning,))
    return Reply(facts, text)


@statement.command("evidence", epilog="Example:  afc statement evidence hanbit-bus 2026-03-04 --out evidence")
@click.argument("party")
@click.argument("day", metavar="DATE")
@click.option("--out", required=True, type=click.Path(file_okay=False), help="An empty folder.")
@click.option("--own", is_flag=True, help="Also the party's own batches and receipts, where it has kept none.")
@answers("afc.statement.evidence/1")
@on_books
def evidence(books: Opened, party: str, day: str, out: str, own: bool) -> Reply:
    """What the house hands a party so that it can work its statement out again: manifest, entries, registers, extract.

    The extract has all taps of each card that tapped at the party's readers, or of whose fare it got a part, under another
    number; the MACs of other operators' taps are left out.
    """
    from clearing.verify import hand_over
    from sim.statement_told import date_of

    files = hand_over(books.house, party, date_of(day), Path(out), own)
    return Reply({"folder": out, "files": files}, f"{out}: {files} files for {party}, {day}")


@statement.command(
    "verify", epilog="Example:  afc statement verify evidence/statement.json --evidence evidence --city hanbit"
)
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--evidence", "folder", required=True, type=click.Path(file_okay=False), help="Your evidence.")
@click.option("--city", required=True, metavar="PACK", help="Your copy of the pack: a name or a folder.")
@click.option("--keys", type=click.Path(dir_okay=False), metavar="FILE", help="Public keys (default: keys.json there).")
@answers("afc.statement.verify/1")
def verify(file: str, folder: str, city: str, keys: str | None) -> Reply:
    """Work a statement out again with your own batches and receipts, and say where the house's story is another.

    FILE is the statement as JSON. The folder is what `afc statement evidence` made, with your own sealed batches
    (NAME.afc) and their receipts (NAME.afc.receipt) put below it. Needs no books and no secret. Exits with 4 on a
    difference.
    """
    from afc.city import load_city
    from clearing.verify import verify as checks_of
    from clearing.verify.checks import limits

    checks = checks_of(Path(file), Path(folder), load_city(city), Path(keys) if keys else None)
    lines = []
    for check in checks:
        lines.append(f"{'✓' if check.ok else '✗'} {check.name:<22}{check.compared:<76}{check.checked:>9} compared")
        lines += [f"    first difference: {check.first}"] if check.first else []
    notes = limits(Path(file), Path(folder))
    lines += ["not shown by this:", *(f"  - {note}" for note in notes)]
    wrong = sum(not check.ok for check in checks)
    lines.append(f"{file}: {len(checks)} checks, {wrong} differ")
    data = {"checks": [check._asdict() for check in checks], "not_shown": notes}
    return Reply(data, "\n".join(lines), INVARIANT_VIOLATED if wrong else OK)


statement.add_command(trace)
