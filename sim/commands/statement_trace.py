"""`afc statement trace`: from a figure down to signatures that are checked now."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.output import INVARIANT_VIOLATED, OK, Reply, answers, table

if TYPE_CHECKING:
    from clearing.trace import Row, Traced
    from sim.houses import Opened

_COLUMNS = ("entry", "shard", "journey", "leg", "taps", "minor")
_AGAIN = ("journey_before", "before_minor", "now_minor", "because", "told_as")


@click.command("trace", epilog="Example:  afc statement trace hanbit-bus/2026-03-04/share/bus --limit 3")
@click.argument("target", metavar="LINE|ENTRY")
@click.option("--limit", type=click.IntRange(0, 1000), default=5, show_default=True, help="So many rides, with proofs.")
@click.option("--all", "everything", is_flag=True, help="Every part of the figure, as CSV on stdout.")
@answers("afc.statement.trace/1")
@on_books
def trace(books: Opened, target: str, limit: int, everything: bool) -> Reply:
    """A figure of a statement down to entries, rides, taps, batches and signatures, added up again at every step.

    LINE is party/date/kind/service/product as on the statement, the last two left out where they are empty, and at its end
    /about-DATE where the line is about an earlier date that was priced again; ENTRY is a name from `afc ledger journal`.
    Exits with 4 where the parts are not the whole or a signature does not hold.
    """
    from afc.money import show
    from clearing.trace import Row, Traced, Tracer, entries_behind, later, prove

    house, city = books.house, books.house.city
    party, named = entries_behind(house, target)
    tracer, told, rows = Tracer(house), list[Traced](), list[Row]()
    for one in named:
        found = tracer.trace(one, party)
        if everything:
            stream(found, first=not told)
        rows += (found.rows or [])[: max(limit - len(rows), 0)]
        told.append(found._replace(rows=None if found.rows is None else []))
    proofs = [prove(house, tap) for tap in dict.fromkeys(tap for row in rows for tap in row.taps)]
    faults = [found.fault for found in told if found.fault]
    faults += [
        f"{proof.tap}: its batch or its MAC does not hold" for proof in proofs if not (proof.signature and proof.mac)
    ]
    total, since = sum(found.minor for found in told), later(house, target)
    data = {
        "target": target, "entries": [facts(found) for found in told], "total_minor": total,
        "parts": sum(found.rows_count for found in told), "first": [row._asdict() for row in rows],
        "proofs": [proof._asdict() for proof in proofs], "faults": faults, "later": since,
    }  # fmt: skip
    if everything:
        return Reply(data, "", INVARIANT_VIOLATED if faults else OK)
    money = f"{show(total, city.exponent)} {city.currency}"
    lines = [
        f"{target}: {len(told)} entries, {data['parts']} parts behind them, {money}",
        *entry_table(told, city.exponent),
    ]
    lines += [row_text(row, city.exponent) for row in rows]
    lines += [
        f"  {p.tap}  batch {p.batch[:16]}…  position {p.position}  signature {word(p.signature)}  MAC {word(p.mac)}"
        for p in proofs
    ]
    lines += [f"later      {line}" for line in since]
    lines += [f"differs    {fault}" for fault in faults]
    return Reply(data, "\n".join(lines), INVARIANT_VIOLATED if faults else OK)


def row_text(row: Row, decimals: int) -> str:
    """A part of an entry in a line; of what was priced again, what it was and why."""
    from afc.money import show

    minor = show(row.minor, decimals)
    if not row.because and row.before_minor == row.now_minor:
        return f"  {row.journey} leg {row.leg}  {' '.join(row.taps)}  {minor}"
    was = f" (before {row.journey_before or 'none'})" if row.journey_before != row.journey else ""
    money = f"{show(row.before_minor, decimals)} → {show(row.now_minor, decimals)}"
    told = f", on the statement {row.told_as}" if row.told_as else ""
    return (
        f"  {row.journey or 'no journey'}{was}  {money}  because of {row.because}  {' '.join(row.taps)}  {minor}{told}"
    )


def word(ok: bool) -> str:
    """Whether something holds."""
    return "holds" if ok else "DOES NOT HOLD"


def entry_table(told: list[Traced], decimals: int) -> list[str]:
    """Each entry with what it says and what is behind it."""
    from afc.money import show

    rows = [["entry", "cause", "counts", "comes to", "behind it", "rule"]]
    for found in told:
        entry = found.named.entry
        behind = "follows by its rule" if found.rows is None else show(found.rows_minor, decimals)
        rows.append(
            [found.named.name, entry.cause, str(entry.quantity), show(found.minor, decimals), behind, entry.rule]
        )
    return [table(rows, right=(2, 3, 4))]


def facts(found: Traced) -> dict[str, Any]:
    """An entry for a program."""
    entry = found.named.entry
    return {
        "entry": found.named.name, "kind": entry.kind, "cause": entry.cause, "rule": entry.rule, "quantity": entry.quantity,
        "minor": found.minor, "digest": entry.digest.hex(), "derived": found.rows is None, "parts": found.rows_count,
        "parts_minor": found.rows_minor,
    }  # fmt: skip


def stream(found: Traced, first: bool) -> None:
    """Every part of an entry as CSV."""
    from clearing.cells import cell

    writer = csv.writer(sys.stdout, lineterminator="\n")
    if first:
        writer.writerow([*_COLUMNS, *_AGAIN])
    for row in found.rows or []:
        again = [cell(row.journey_before), row.before_minor, row.now_minor, cell(row.because), cell(row.told_as)]
        writer.writerow([*map(cell, map(str, row[:3])), row.leg, " ".join(row.taps), row.minor, *again])
