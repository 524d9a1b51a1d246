"""`afc clearing`: questions to the books of a run."""

from __future__ import annotations

import click

from sim.output import INVARIANT_VIOLATED, Reply, answers


@click.group()
def clearing() -> None:
    """The clearing house of a run."""


@clearing.command("audit", epilog="Example:  afc clearing audit last")
@click.argument("run", metavar="[RUN]", default="last")
@answers("afc.clearing.audit/1")
def audit(run: str) -> Reply:
    """Check every invariant again from stored data only, each by name, and every file of the run folder.

    Exits with 4 on a violation and names the first offender.
    """
    from clearing.audit import audit as checks_of
    from clearing.views import open_house, purses
    from sim.runs import altered_files, find_run

    found = find_run(run)
    house = open_house(found.folder, found.scenario.load(), found.scenario.seed)
    findings = checks_of(house.store, house.ring.receipt_public(), purses(house), found.folder)
    house.store.close()
    lines = [f"{'✓' if f.ok else '✗'} {f.invariant:<4} {f.name:<62} {f.checked:>9} checked" for f in findings]
    lines += [f"    first offender: {f.first_offender}" for f in findings if not f.ok]
    altered = altered_files(found)
    lines += [f"✗ file {name} is not what the run wrote" for name in altered]
    ok = all(f.ok for f in findings) and not altered
    lines.append(
        f"{found.id}: {len(findings)} checks, {sum(not f.ok for f in findings)} violated, {len(altered)} files altered"
    )
    return Reply([f._asdict() for f in findings], "\n".join(lines), 0 if ok else INVARIANT_VIOLATED)
