"""`afc device order` and `afc device revoke`: commands to single readers, by four eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from afc.refusal import Refused
from sim.commands.books import on_named_books
from sim.output import Reply, answers

if TYPE_CHECKING:
    from sim.houses import Opened

BY = click.option("--by", required=True, metavar="NAME", help="Who decides it.")
SECOND = click.option("--second", required=True, metavar="NAME", help="Somebody else, who has looked as well.")
BECAUSE = click.option("--because", required=True, metavar="TEXT", help="What was found out.")
AT = click.option("--at", metavar="TIME", help="The moment of the act, ISO 8601 with zone (default: now).")


@click.command(
    "order",
    epilog='Example:  afc device order 31 --new-epoch --by "B. Dorj" --second "S. Kim" --because "flash replaced" '
    "--db house/clearing.db",
)
@click.argument("number", metavar="DEVICE", type=int)
@click.option("--new-epoch", is_flag=True, required=True, help="The reader begins to count from 1 again.")
@click.option("--through", type=int, help="Last number that the reader showed (default: the last that the house has).")
@click.option("--lost-from", type=int, default=0, help="From this number on its taps are lost for good.")
@click.option("--out", metavar="FILE", help="Write the signed order there.")
@BY
@SECOND
@BECAUSE
@AT
@answers("afc.device.order/1")
@on_named_books
def order(
    books: Opened, number: int, new_epoch: bool, through: int | None, lost_from: int, out: str | None, by: str, second: str,
    because: str, at: str | None,
) -> Reply:  # fmt: skip
    """Order a reader to begin its next epoch: it was replaced, lost its memory, or used up its numbers.

    The epoch before is closed: batches of it that come later and go beyond its last number wait for a person. A batch of an
    epoch that nobody ordered waits as well.
    """
    from pathlib import Path

    from clearing.commanding import order_epoch
    from clearing.decision import Decision
    from clearing.detail import write_durably
    from sim.moments import moment_or_now

    if not new_epoch:
        raise Refused("ORDER_UNKNOWN", "there is no such order", cure="Give --new-epoch.")
    decision = Decision(by, second, because)
    told = order_epoch(books.house, number, decision, moment_or_now(at, "--at"), through=through, lost_from=lost_from)
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
@BY
@SECOND
@BECAUSE
@AT
@answers("afc.device.revoke/1")
@on_named_books
def revoke(books: Opened, number: int, by: str, second: str, because: str, at: str | None) -> Reply:
    """Take a reader's SAM out of trust: nothing that comes of it from now on enters the log, whatever its clock says.

    It is kept aside as evidence. What stood in the log before stays.
    """
    from clearing.commanding import revoke as take_back
    from clearing.decision import Decision
    from sim.moments import moment_or_now

    told = take_back(books.house.store, number, Decision(by, second, because), moment_or_now(at, "--at"))
    text = f"device {told.device} is revoked: nothing of it is taken behind log position {told.position}"
    return Reply(told._asdict(), text)
