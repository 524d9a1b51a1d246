"""Statements: what one party is told about one clearing date, to the unit, with what it needs to check it.

Money lines are read from the books, so a statement cannot say anything else than they do; lines that only count
(boardings, kilometres) come from the same totals. Digests name every batch and every file behind the lines.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from clearing import custody_written, repriced_told
from clearing.by_hand import BY_HAND
from clearing.cells import cell
from clearing.detail import write_durably
from clearing.entry import Entry
from clearing.netting import owner
from clearing.postings import KINDS, Chart, Total
from clearing.store import Party, Shard, StatementFile

if TYPE_CHECKING:
    from clearing.custody_told import Custody
    from clearing.repriced_told import Again

DECIDED = ("resolve", "given-up", "unwind", "carry-over")
"""Kinds of entries that two people decided, or that a merger does: they stand on statements and follow from no totals."""

FORM = "afc-statement/2"
_COLUMNS = (
    "clearing_date",
    "party",
    "service_date",
    "kind",
    "service",
    "product",
    "quantity",
    "minor",
    "amount",
    "currency",
)


class Line(NamedTuple):
    """So many of a kind, and what they bring the party (below zero: cost it)."""

    service_date: date
    kind: str
    service: str
    product: str
    quantity: int
    minor: int


@dataclass(frozen=True)
class Statement:
    """One party's clearing date."""

    clearing_date: date
    party: Party
    currency: str
    decimals: int
    lines: tuple[Line, ...]
    rules: tuple[str, ...]  # versions of tariff, split and contracts that decided, and what people decided by hand
    batches: tuple[bytes, ...]  # digests of the party's own batches, sorted
    shards: tuple[Shard, ...]
    custody: Custody | None = None  # what is said beside money
    repriced: tuple[Again, ...] = ()  # journeys behind the lines about earlier dates

    @property
    def minor(self) -> int:
        """What the party is owed for the day; below zero it owes."""
        return sum(line.minor for line in self.lines)


def draw_up(
    party: Party,
    entries: Iterable[Entry],
    totals: Iterable[Total],
    chart: Chart,
    *,
    clearing_date: date,
    currency: str,
    decimals: int,
    batches: Iterable[bytes] = (),
    shards: Sequence[Shard] = (),
    custody: Custody | None = None,
    earlier: Iterable[tuple[date, Chart, Iterable[Total]]] = (),
    repriced: Sequence[Again] = (),
) -> Statement:
    """The statement of a party, from the day's entries and totals; `earlier` are the differences of dates before."""
    sums: defaultdict[tuple[date, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    rules = set()
    for entry in entries:
        mine = [posting.minor for posting in entry.postings if owner(posting.account) == party.id]
        if mine:
            _add(sums[entry.about, entry.kind, entry.service, entry.product], entry.quantity, -sum(mine))
            rules.add(entry.rule)
    for about, then, counted in [(clearing_date, chart, totals), *earlier]:
        for total in counted:
            if KINDS[total.kind].debit is None and then.operator(total) == party.id:
                _add(sums[about, total.kind, then.service(total), then.product(total)], total.quantity, 0)
    lines = tuple(Line(*key, *sums[key]) for key in sorted(sums))
    return Statement(
        clearing_date,
        party,
        currency,
        decimals,
        lines,
        tuple(sorted(rules)),
        tuple(sorted(batches)),
        tuple(shards),
        custody,
        tuple(repriced),
    )


def as_csv(statement: Statement) -> bytes:
    """For a spreadsheet. Amounts stand in minor units and as people write them; the last line is the total."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    total = Line(statement.clearing_date, "total", "", "", 0, statement.minor)
    for line in (*statement.lines, total):
        amount = amount_text(line.minor, statement.decimals)
        facts = (statement.clearing_date.isoformat(), statement.party.id, line.service_date.isoformat(), *line[1:4])
        quantity = "" if line is total else line.quantity
        writer.writerow([*map(cell, facts), quantity, line.minor, amount, statement.currency])
    return out.getvalue().encode()


def as_json(statement: Statement) -> bytes:
    """For a program, with every digest that the party needs to recompute it."""
    facts = {
        "form": FORM,
        "clearing_date": statement.clearing_date.isoformat(),
        "party": {"id": statement.party.id, "name": statement.party.name},
        "currency": statement.currency,
        "decimals": statement.decimals,
        "lines": [line._asdict() | {"service_date": line.service_date.isoformat()} for line in statement.lines],
        "total": {"minor": statement.minor, "amount": amount_text(statement.minor, statement.decimals)},
        "rules": [rule for rule in statement.rules if not rule.startswith(BY_HAND)],
        "by_hand": [rule.removeprefix(BY_HAND) for rule in statement.rules if rule.startswith(BY_HAND)],
        "batches": [digest.hex() for digest in statement.batches],
        "shards": [{"kind": s.kind, "shard": s.shard, "sha256": s.digest.hex()} for s in statement.shards],
        "csv_sha256": hashlib.sha256(as_csv(statement)).hexdigest(),
    }
    if statement.custody:
        sheet = custody_sheet(statement, statement.custody)
        facts["custody"] = custody_written.facts(statement.custody)
        facts["custody_csv_sha256"] = hashlib.sha256(sheet).hexdigest()
    if statement.repriced:
        facts["repriced"] = repriced_told.facts(statement.repriced, statement.clearing_date.isoformat())
        facts["repriced_csv_sha256"] = hashlib.sha256(repriced_sheet(statement)).hexdigest()
    return json.dumps(facts, ensure_ascii=False, indent=1).encode() + b"\n"


def custody_sheet(statement: Statement, custody: Custody) -> bytes:
    """What is said beside money, for a spreadsheet of its own: so the money's columns still add up to their last line."""
    return custody_written.as_csv(custody, statement.clearing_date.isoformat(), cell(statement.party.id))


def repriced_sheet(statement: Statement) -> bytes:
    """The journeys behind the lines about earlier dates, for a spreadsheet."""
    return repriced_told.as_csv(statement.repriced, statement.clearing_date.isoformat(), statement.party.id)


def publish(statement: Statement, folder: Path) -> StatementFile:
    """Write the files below `folder`, in which the books lie too; the JSON file's digest covers the CSV files."""
    name = f"statements/{statement.clearing_date.isoformat()}/{statement.party.id}.json"
    path, text = folder.joinpath(name), as_json(statement)
    write_durably(path.with_suffix(".csv"), as_csv(statement))
    if statement.custody:
        write_durably(path.with_suffix(".custody.csv"), custody_sheet(statement, statement.custody))
    if statement.repriced:
        write_durably(path.with_suffix(".repriced.csv"), repriced_sheet(statement))
    write_durably(path, text)
    digest = hashlib.sha256(text).digest()
    return StatementFile(statement.clearing_date, statement.party.id, statement.minor, name, digest)


def amount_text(minor: int, decimals: int) -> str:
    """Minor units as an amount with a point, by whole numbers alone.

    >>> amount_text(-155005, 2), amount_text(1550, 0), amount_text(5, 3)
    ('-1550.05', '1550', '0.005')
    """
    whole, part = divmod(abs(minor), 10**decimals)
    return ("-" if minor < 0 else "") + str(whole) + (f".{part:0{decimals}d}" if decimals else "")


def _add(sums: list[int], quantity: int, minor: int) -> None:
    sums[0] += quantity
    sums[1] += minor
