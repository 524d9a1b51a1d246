"""`afc clearing conflicts`: what contradicts what stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.output import Reply, answers

if TYPE_CHECKING:
    from clearing.contradictions import Conflict
    from sim.houses import Opened


@click.command("conflicts", epilog="Example:  afc clearing conflicts --run last")
@answers("afc.clearing.conflicts/1")
@on_books
def conflicts(books: Opened) -> Reply:
    """Two contents under one number: what stands, what was kept aside, and the fields in which they first differ."""
    from clearing.contradictions import conflicts as conflicts_of

    found = [facts_of(one, books) for one in conflicts_of(books.house.store)]
    lines = [line for facts in found for line in lines_of(facts)]
    return Reply(found, "\n".join([*lines, f"{len(found)} conflicts"]))


def facts_of(one: Conflict, books: Opened) -> dict[str, Any]:
    """A conflict with both sides."""
    from afc.moment import show as moment

    zone = books.house.city.zone
    return {
        "reason": one.row.reason,
        "device": one.header.device,
        "epoch": one.header.epoch,
        "stands": [
            {"position": kept.position, "digest": kept.digest.hex(), "number": kept.number, "first_seq": kept.first_seq,
             "last_seq": kept.last_seq, "received": moment(kept.received_us, zone)}
            for kept in one.standing
        ],
        "aside": {"digest": one.row.digest.hex(), "number": one.header.number, "first_seq": one.header.first_seq,
                  "last_seq": one.header.last_seq, "received": moment(one.row.at_us, zone)},
        "differences": [difference._asdict() for difference in one.differences],
    }  # fmt: skip


def lines_of(facts: dict[str, Any]) -> list[str]:
    """A conflict for a person."""

    def side(word: str, batch: dict[str, Any]) -> str:
        numbers = f"batch {batch['number']}, sequences {batch['first_seq']}–{batch['last_seq']}"
        return f"  {word:<7}{batch['digest'][:16]}…  {numbers}, {batch['received']}"

    lines = [f"{facts['reason']}  device {facts['device']}, epoch {facts['epoch']}"]
    lines += [side("stands", batch) for batch in facts["stands"]] + [side("aside", facts["aside"])]
    for one in facts["differences"]:
        where = f"sequence {one['seq']}" if one["seq"] else "header"
        lines.append(f"  {where}, {one['field']}: {one['stands']} stands, {one['aside']} does not")
    return lines
