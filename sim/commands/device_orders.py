"""`afc device order` and `afc device revoke`: commands to single readers, by four eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from afc.refusal import Refused
from sim.commands.hand import by_two
from sim.output import Reply, answers

if TYPE_CHECKING:
    from clearing.decision import Decision
    from clearing.house import House
    from clearing.timely import Known
    from sim.houses import Opened


def last_heard(house: House, number: int, **_options: Any) -> Known:
    """When the reader was heard or ordered last."""
    from clearing.timely import of_reader

    return of_reader(house.store, number)


SEQUENCE = click.IntRange(1, 2**32 - 1)


@click.command(
    "order",
    epilog='Example:  afc device order 31 --new-epoch --by "B. Dorj" --second "S. Kim" --because "flash replaced" '
    "--db house/clearing.db",
)
@click.argument("number", metavar="DEVICE", type=int)
@click.option("--new-epoch", is_flag=True, required=True, help="The reader begins to count from 1 again.")
@click.option(
    "--through",
    type=click.IntRange(0, 2**32 - 1),
    help="Last number that the reader showed (default: the last that the house has).",
)
@click.option("--lost-from", type=SEQUENCE, help="From this number on its taps are lost for good.")
@click.option("--out", metavar="FILE", help="Write the signed order there.")
@answers("afc.device.order/1")
@by_two("Who decides it.", "What was found out.", about=last_heard)
def order(
    books: Opened, number: int, new_epoch: bool, through: int | None, lost_from: int | None, out: str | None,
    decision: Decision, at_us: int,
) -> Reply:  # fmt: skip
    """Order a reader to begin its next epoch: it was replaced, lost its memory, or used up its numbers.

    The epoch before is closed: batches of it that come later and go beyond its last number wait for a person. A batch of an
    epoch that nobody ordered waits as well.
    """
    from pathlib import Path

    from clearing.commanding import order_epoch
    from clearing.detail import write_durably

    if not new_epoch:
        raise Refused("ORDER_UNKNOWN", "there is no such order", cure="Give --new-epoch.")
    told = order_epoch(books.house, number, decision, at_us, through=through, lost_from=lost_from or 0)
    if out:
        write_durably(Path(out), told.message)
    data = told._asdict() | {"message": told.message.hex()}
    lost = f", taps {told.lost_from} to {told.closed_seq} are lost" if told.lost_from else ""
    text = f"device {told.device} begins epoch {told.epoch}; epoch {told.epoch - 1} ends at {told.closed_seq}{lost}"
    return Reply(data, text)


@click.command(
    "revoke",
    epilog='Example:  afc device revoke 31 --by "B. Dorj" --second "S. Kim" --because "stolen at the depot" '
    "--db house/clearing.db",
)
@click.argument("number", metavar="DEVICE", type=int)
@answers("afc.device.revoke/1")
@by_two("Who decides it.", "What was found out.", about=last_heard)
def revoke(books: Opened, number: int, decision: Decision, at_us: int) -> Reply:
    """Take a reader's SAM out of trust: nothing that comes of it from now on enters the log, whatever its clock says.

    It is kept aside as evidence. What stood in the log before stays.
    """
    from afc.moment import show
    from clearing.commanding import revoke as take_back

    told = take_back(books.house.store, number, decision, at_us)
    since = show(told.at_us, books.house.city.zone)
    text = f"device {told.device} is revoked by {told.first} and {told.second}: nothing that arrives from {since} on is taken; "
    text += f"the log was at position {told.position}"
    return Reply(told._asdict(), text)
