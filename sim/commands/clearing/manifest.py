"""`afc clearing manifest`: what the house stands by in public about one date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.commands.books import on_books
from sim.output import INVARIANT_VIOLATED, OK, Reply, answers

if TYPE_CHECKING:
    from sim.houses import Opened


@click.command("manifest", epilog="Example:  afc clearing manifest 2026-03-04 --out 2026-03-04.manifest.json")
@click.argument("day", metavar="DATE")
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE", help="A copy of the signed file.")
@answers("afc.clearing.manifest/1")
@on_books
def manifest(books: Opened, day: str, out: str | None) -> Reply:
    """The signed manifest of a closed date, held against the books: log, batches, detail, entries, statements, by digest.

    Publish it: whoever has a receipt, a statement or an older copy can hold theirs against it. Exits with 4 if books and
    manifest do not fit.
    """
    from afc.refusal import Refused
    from clearing import manifest as manifests
    from clearing.audit_published import manifest_faults
    from sim.statement_told import date_of

    house = books.house
    path = house.folder / manifests.file_of(date_of(day))
    if not path.is_file():
        cure = "A date has one when it is settled. If it is lost: afc clearing replay"
        raise Refused("MANIFEST_MISSING", f"there is no manifest of {day}", where=str(path), cure=cure)
    data = path.read_bytes()
    facts = manifests.open_manifest(data, house.ring.statement_public(), house.ring.environment, str(path))
    faults = [fault for fault in manifest_faults(house, path) if fault]
    if out:
        Path(out).write_bytes(data)
    log, versions = facts["log"], facts["versions"]
    range_ = f"positions {log['from_position']}–{log['through_position']}"
    lines = [
        f"manifest   {facts['city']}, {facts['clearing_date']}, environment {facts['environment']}, signed",
        f"log        {len(facts['batches'])} batches, {range_}, head {log['head']}",
        f"versions   tariff {versions['tariff']}, split {versions['split']}, city pack {versions['city']}",
        f"made of it {len(facts['detail'])} files, {len(facts['statements'])} statements, {len(facts['totals'])} totals",
        f"day        {facts['day_sha256']}",
        *(f"differs    {fault}" for fault in faults),
    ]
    return Reply(facts, "\n".join(lines), INVARIANT_VIOLATED if faults else OK)
