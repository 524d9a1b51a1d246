"""`afc clearing`: questions to the books of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.output import INVARIANT_VIOLATED, Reply, answers

if TYPE_CHECKING:
    from clearing.close import House


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


@clearing.command("suspicions", epilog="Example:  afc clearing suspicions last --kind cloned_card")
@click.argument("run", metavar="[RUN]", default="last")
@click.option("--db", "where", metavar="FILE", help="Books outside a run; needs --city, and detail beside them.")
@click.option("--city", metavar="CITY", help="With --db: the pack under which the books were closed.")
@click.option("--seed", type=int, default=1, show_default=True, help="With --db: seed of the environment's keys.")
@click.option("--kind", metavar="KIND", help="Only suspicions of this kind.")
@click.option(
    "--most", type=click.IntRange(1, 100_000), default=50, show_default=True, help="So many, the surest first."
)
@answers("afc.clearing.suspicions/1")
def suspicions(run: str, where: str | None, city: str | None, seed: int, kind: str | None, most: int) -> Reply:
    """What in the closed days does not fit together: frauds, faults, and who to ask about them.

    The surest come first, of equals the dearest. No money moves because of a suspicion.
    """
    from afc.money import show
    from afc.refusal import Refused, nearest
    from clearing.suspicion import HIGH, KINDS
    from clearing.suspicion import suspicions as suspicions_of

    if kind is not None and kind not in KINDS:
        cure = nearest(kind, KINDS) or f"Known: {', '.join(KINDS)}."
        raise Refused("SUSPICION_UNKNOWN", f'no suspicion is called "{kind}"', cure=cure)
    house, name = books_of(run, where, city, seed)
    every = [one for one in suspicions_of(house) if kind in (None, one.kind)]
    house.store.close()
    lines = []
    for rank, one in enumerate(every[:most], 1):
        proof = " ".join([*one.taps[:3], *(digest[:16] + "…" for digest in one.batches[:1])])
        lines.append(
            f"{rank:>3}  {one.score:>3}  {one.kind:<18}  {show(one.minor, house.city.exponent):>14}  {one.who}"
        )
        lines += [f"     {one.sentence}", *([f"     evidence {proof}"] if proof else [])]
    lines.append(f"{name}: {len(every)} suspicions, {sum(one.score >= HIGH for one in every)} of them high")
    data = [{"rank": rank} | one._asdict() for rank, one in enumerate(every, 1)]
    return Reply(data, "\n".join(lines))


def books_of(run: str, where: str | None, city: str | None, seed: int) -> tuple[House, str]:
    """The clearing house of a run, or of books that lie somewhere else, and what to call it."""
    from pathlib import Path

    from afc.city import load_city
    from afc.keys import KeyRing
    from afc.refusal import Refused
    from clearing.close import House
    from clearing.store import Store
    from clearing.views import open_house
    from sim.runs import find_run

    if where is None:
        found = find_run(run)
        return open_house(found.folder, found.scenario.load(), found.scenario.seed), found.id
    if city is None:
        raise Refused("CITY_MISSING", "books do not say which pack they were closed under", cure="Add --city CITY.")
    if not Path(where).is_file():
        raise Refused("BOOKS_MISSING", "there are no books", where=where)
    store = Store.open(where)
    ring = KeyRing.from_seed(seed, store.meta().environment)
    return House(store, load_city(city), ring, Path(where).parent), where
