"""`afc clearing gaps claim`: what the books have lost, told by receipts that others hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.output import INVARIANT_VIOLATED, Reply, answers, table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from clearing.claims import Claim
    from sim.houses import Opened


@click.command("claim", epilog="Example:  afc clearing gaps claim receipts/ --run last")
@click.argument("receipts", nargs=-1, required=True, type=click.Path(path_type=Path))
@answers("afc.clearing.gaps.claim/1")
@on_books
def claim(books: Opened, receipts: tuple[Path, ...]) -> Reply:
    """Hold RECEIPTS that readers or operators have against the books: which batches must be sent again, and by whom.

    RECEIPTS are files, or folders of NAME.receipt. After a backup was put back, or a disk has lost what it said it had, the
    books fit to themselves, and only this shows what is gone. Sent again in the order told, each with --received-at as told,
    the batches end in the same log. "moved" is there, but not at the place that its receipt names. Exits with 4 if anything
    is told, so a server can be started behind it.
    """
    from clearing.claims import LOST, claims, read_receipts

    held = read_receipts(books.house, receipts)
    data = [facts(one, books.house.city.zone) for one in claims(books.house, held)]
    head = ["device", "epoch", "through", "place", "received", "", "batch"]
    rows = [
        [*(str(row[key]) for key in ("device", "epoch", "through_seq", "position", "received_at", "state")),
         str(row["digest"])[:12]]
        for row in data
    ]  # fmt: skip
    lost = [row for row in data if row["state"] == LOST]
    total = f"{len(set(held))} receipts: {len(lost)} batches of {len({row['device'] for row in lost})} readers to send again"
    total += f", {len(data) - len(lost)} not at their place" if len(data) > len(lost) else ""
    text = "\n".join([table([head, *rows], right=(0, 1, 2, 3)), total] if data else [total])
    return Reply(data, text, INVARIANT_VIOLATED if data else 0)


def facts(one: Claim, zone: ZoneInfo) -> dict[str, Any]:
    """A claim for a program."""
    from afc.moment import show

    receipt = one.receipt
    names = ("device", "epoch", "through_seq", "position")
    told = {name: getattr(receipt, name) for name in names}
    return told | {"digest": receipt.digest.hex(), "received_at": show(receipt.received_us, zone), "state": one.state}
