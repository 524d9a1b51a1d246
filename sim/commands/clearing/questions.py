"""`afc clearing unsettled` and `conflicts`: what the settled taps are silent about, and what contradicts what stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.contradictions import Conflict
    from sim.houses import Opened


@click.command("unsettled", epilog="Example:  afc clearing unsettled --run last")
@answers("afc.clearing.unsettled/1")
@on_books
def unsettled(books: Opened) -> Reply:
    """What is not known yet about cards: taps that no card confirmed, and counters that only the tap after them tells of.

    MONEY is what the purse has lost if it happened, below zero what it has gained. Nothing is posted for it until then.
    """
    from afc.money import show as money
    from clearing.unsettled import in_short
    from clearing.unsettled import unsettled as found_in

    found, decimals = found_in(books.house), books.house.city.exponent
    data = {"totals": in_short(found), "items": [one._asdict() | {"card": f"{one.card:016x}"} for one in found]}
    rows = [
        [one.what, f"{one.card:016x}", f"{one.first}–{one.last}" if one.last > one.first else str(one.first), one.tap,
         money(one.minor, decimals), str(one.days)]
        for one in found
    ]  # fmt: skip
    lines = [table([["what", "card", "counter", "tap", "money", "days"], *rows], right=(2, 4, 5))] if found else []
    total = f"{len(found)} open, {money(sum(one.minor for one in found), decimals)} {books.house.city.currency}"
    return Reply(data, "\n".join([*lines, total]))


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
