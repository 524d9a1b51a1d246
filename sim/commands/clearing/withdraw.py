"""`afc clearing parameters withdraw`, `afc clearing list withdraw` and `losses`: the end of a version, and what lists cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from afc.limits import parameters_grace_hours_max
from sim.commands.books import on_books, on_named_books
from sim.commands.clearing.editions import AT, BECAUSE, BY, VERSION, told
from sim.commands.device_orders import SECOND
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from sim.houses import Opened

GRACE = click.option(
    "--grace", type=click.IntRange(0, parameters_grace_hours_max), default=parameters_grace_hours_max, show_default=True,
    help="Hours in which readers may still change.",
)  # fmt: skip


@click.command(
    "withdraw",
    epilog='Example:  afc clearing parameters withdraw 2 --by "B. Dorj" --second "S. Kim" --because "wrong window" '
    "--db house/clearing.db",
)
@VERSION
@GRACE
@BY
@SECOND
@BECAUSE
@AT
@answers("afc.clearing.parameters.withdraw/1")
@on_named_books
def withdraw_parameters(
    books: Opened, version: int, grace: int, by: str, second: str, because: str, at: str | None
) -> Reply:
    """Take VERSION and all before it back: a batch made under them that comes after the grace waits for a person."""
    return _withdraw(books, "parameters", version, grace, (by, second, because), at)


@click.command(
    "withdraw",
    epilog='Example:  afc clearing list withdraw 2 --by "B. Dorj" --second "S. Kim" --because "wrong cards" '
    "--db house/clearing.db",
)
@VERSION
@GRACE
@BY
@SECOND
@BECAUSE
@AT
@answers("afc.clearing.list.withdraw/1")
@on_named_books
def withdraw_list(books: Opened, version: int, grace: int, by: str, second: str, because: str, at: str | None) -> Reply:
    """Take denylist VERSION and all before it back: a batch made under them that comes after the grace waits for a person."""
    return _withdraw(books, "denylist", version, grace, (by, second, because), at)


def _withdraw(books: Opened, kind: str, version: int, grace: int, two: tuple[str, str, str], at: str | None) -> Reply:
    from afc.moment import HOUR_US
    from clearing.decision import Decision
    from clearing.editions import withdraw
    from sim.moments import moment_or_now

    store, at_us = books.house.store, moment_or_now(at, "--at")
    return told(books, withdraw(store, kind, version, Decision(*two), grace * HOUR_US, at_us))


@click.command("losses", epilog="Example:  afc clearing list losses --run last")
@answers("afc.clearing.list.losses/1")
@on_books
def losses(books: Opened) -> Reply:
    """Rides on cards that were listed already, and who bears them.

    The scheme bears a ride at a reader that had not receipted a list with the card; where the reader had, its operator does.
    """
    from afc.moment import show as moment
    from afc.money import show
    from clearing.losses import losses as find

    city = books.house.city
    found = find(books.house)
    sums: dict[str, list[int]] = {}
    for loss in found:
        one = sums.setdefault(loss.liable, [0, 0])
        one[0], one[1] = one[0] + 1, one[1] + loss.minor
    data = {
        "liable": [{"party": party, "rides": rides, "minor": minor} for party, (rides, minor) in sorted(sums.items())],
        "rides": [
            {"tap": loss.tap, "card": loss.card, "at": moment(loss.at_us, city.zone), "listed_in": loss.version,
             "listed": moment(loss.listed_us, city.zone), "receipted": loss.receipted, "liable": loss.liable,
             "minor": loss.minor}
            for loss in found
        ],
    }  # fmt: skip
    if not found:
        return Reply(data, "no card was used after it was listed")
    rows = [[party, str(rides), show(minor, city.exponent)] for party, (rides, minor) in sorted(sums.items())]
    return Reply(data, table([["liable", "rides", city.currency], *rows], right=(1, 2)))
