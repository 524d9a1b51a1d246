"""`afc clearing suspicions`: what in closed days does not fit together, ranked, with its evidence."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.books import DB, FOLDER, chosen
from sim.output import Reply, answers


@click.command("suspicions", epilog="Example:  afc clearing suspicions last --kind cloned_card")
@click.argument("run", metavar="[RUN]", default="last")
@DB
@FOLDER
@click.option("--kind", metavar="KIND", help="Only suspicions of this kind.")
@click.option(
    "--most", type=click.IntRange(1, 100_000), default=50, show_default=True, help="So many, the surest first."
)
@answers("afc.clearing.suspicions/1")
def suspicions(run: str, db: str | None, folder: Path | None, kind: str | None, most: int) -> Reply:
    """What in the closed days does not fit together: frauds, faults, and who to ask about them.

    The surest come first, of equals the dearest. No money moves because of a suspicion.
    """
    from afc.money import show
    from afc.refusal import Refused, nearest
    from clearing.suspicion import HIGH, KINDS
    from clearing.suspicion import suspicions as suspicions_of
    from sim.houses import open_books

    if kind is not None and kind not in KINDS:
        cure = nearest(kind, KINDS) or f"Known: {', '.join(KINDS)}."
        raise Refused("SUSPICION_UNKNOWN", f'no suspicion is called "{kind}"', cure=cure)
    with open_books(chosen(db, "run"), run, chosen(folder, "run", "folder")) as books:
        every = [one for one in suspicions_of(books.house) if kind in (None, one.kind)]
        exponent, name = books.house.city.exponent, books.name
    lines = []
    for rank, one in enumerate(every[:most], 1):
        proof = " ".join([*one.taps[:3], *(digest[:16] + "…" for digest in one.batches[:1])])
        lines.append(f"{rank:>3}  {one.score:>3}  {one.kind:<18}  {show(one.minor, exponent):>14}  {one.who}")
        lines += [f"     {one.sentence}", *([f"     evidence {proof}"] if proof else [])]
    lines.append(f"{name}: {len(every)} suspicions, {sum(one.score >= HIGH for one in every)} of them high")
    data = [{"rank": rank} | one._asdict() for rank, one in enumerate(every, 1)]
    return Reply(data, "\n".join(lines))
