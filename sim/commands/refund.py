"""`afc refund`: money of a journey given back, and what else two people may move on a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.commands.hand import Asked, by_hand
from sim.output import answers

if TYPE_CHECKING:
    from sim.houses import Opened

_WHO = '--by "B. Dorj" --second "S. Kim" --because "train stood still" --db house/clearing.db'


@click.group()
def refund() -> None:
    """Give money back, or move it, by four eyes; the next close posts it, and statements say who and why."""


@refund.command("journey", epilog=f"Example:  afc refund journey J-0000000000000001-4 --amount 500 {_WHO}")
@click.argument("journey")
@click.option("--amount", type=int, required=True, help="How much, in minor units.")
@answers("afc.refund/1")
@by_hand
def journey_(_books: Opened, journey: str, amount: int) -> Asked:
    """Give a part of a journey back to its card, or all of it: never more than was paid, however often.

    JOURNEY is named as in `afc card show`. Operators give in proportion to what they have left of it.
    """
    return "refund", journey, {"amount": amount}


@refund.command("take-back", epilog=f"Example:  afc refund take-back R-3 {_WHO}")
@click.argument("ruling")
@answers("afc.refund/1")
@by_hand
def take_back(_books: Opened, ruling: str) -> Asked:
    """Undo a ruling that moved money, once: exactly what was posted is negated."""
    return "take_back", ruling, {}


@refund.command("charge-back", epilog=f"Example:  afc refund charge-back T-51-1-9 --amount 5000 {_WHO}")
@click.argument("tap")
@click.option("--amount", type=int, required=True, help="How much the bank took back, in minor units.")
@answers("afc.refund/1")
@by_hand
def charge_back(_books: Opened, tap: str, amount: int) -> Asked:
    """The bank took the money of a top-up back. The rider owes it to the issuer; operators keep their shares."""
    return "charge_back", tap, {"amount": amount}


@refund.command("replace", epilog=f"Example:  afc refund replace 1 --new 2 {_WHO}")
@click.argument("card")
@click.option("--new", "new", required=True, metavar="CARD", help="The card that takes its place.")
@answers("afc.refund/1")
@by_hand
def replace(_books: Opened, card: str, new: str) -> Asked:
    """Move all that a card is worth to another one."""
    return "replace", card, {"new": new}


@refund.command("write-off", epilog=f"Example:  afc refund write-off 1 {_WHO}")
@click.argument("card")
@answers("afc.refund/1")
@by_hand
def write_off(_books: Opened, card: str) -> Asked:
    """A card that was ridden into debt will not come back: its issuer has the loss."""
    return "write_off", card, {}


@refund.command("expire", epilog=f"Example:  afc refund expire 1 {_WHO}")
@click.argument("card")
@answers("afc.refund/1")
@by_hand
def expire(_books: Opened, card: str) -> Asked:
    """Nobody will use what is left on a card: its issuer has it."""
    return "expire", card, {}
