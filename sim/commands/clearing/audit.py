"""`afc clearing audit`: every invariant, checked from stored data only."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.books import DB, FOLDER, chosen
from sim.output import INVARIANT_VIOLATED, Reply, answers


@click.command("audit", epilog="Example:  afc clearing audit last")
@click.argument("run", metavar="[RUN]", default="last")
@DB
@FOLDER
@click.option(
    "--manifest",
    "handed",
    multiple=True,
    type=click.Path(exists=True),
    metavar="PATH",
    help="Manifests (.json) or receipts that others have kept: a file, or a folder of them.",
)
@answers("afc.clearing.audit/1")
def audit(run: str, db: str | None, folder: Path | None, handed: tuple[str, ...]) -> Reply:
    """Check every invariant again from stored data only, each by name, and every file of the run folder.

    Whoever can rewrite the books can make them fit to themselves. What others were given does not change with them: hand it
    in with --manifest. Exits with 4 on a violation and names the first offender.
    """
    from clearing.audit import audit as checks_of
    from clearing.audit_published import audit_published
    from clearing.views import purses
    from sim.houses import open_books
    from sim.runs import altered_files

    with open_books(chosen(db, "run"), run, chosen(folder, "run", "folder")) as books:
        house = books.house
        closed = any(day.state == "closed" for day in house.store.days())
        held = purses(house) if closed else None
        findings = checks_of(house.store, house.ring.receipt_public(), held, house.folder, thorough=True)
        findings += audit_published(house, [Path(path) for path in handed])
        altered = altered_files(books.run) if books.run else []
        name = books.name
    lines = [f"{'✓' if f.ok else '✗'} {f.invariant:<4} {f.name:<62} {f.checked:>9} checked" for f in findings]
    lines += [f"    first offender: {f.first_offender}" for f in findings if not f.ok]
    lines += [f"✗ file {file} is not what the run wrote" for file in altered]
    ok = all(f.ok for f in findings) and not altered
    lines.append(
        f"{name}: {len(findings)} checks, {sum(not f.ok for f in findings)} violated, {len(altered)} files altered"
    )
    return Reply([f._asdict() for f in findings], "\n".join(lines), 0 if ok else INVARIANT_VIOLATED)
