"""`afc clearing parameters withdraw`, `afc clearing list withdraw` and `losses`: the end of a version, and what lists cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from afc.limits import parameters_grace_hours_max
from sim.commands.books import on_books
from sim.commands.clearing.editions import VERSION, told
from sim.commands.hand import by_two
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.decision import Decision
    from clearing.house import House
    from clearing.timely import Known
    from sim.houses import Opened


def last_step(kind: str) -> Callable[..., Known]:
    """When the version came as far as it is."""

    def known(house: House, version: int, **_options: Any) -> Known:
        from clearing.timely import of_edition

        return of_edition(house.store, kind, version)

    return known


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
@answers("afc.clearing.parameters.withdraw/1")
@by_two("Who does it.", about=last_step("parameters"))
def withdraw_parameters(books: Opened, version: int, grace: int, decision: Decision, at_us: int) -> Reply:
    """Take VERSION and all before it back: a batch made under them that comes after the grace waits for a person."""
    return _withdraw(books, "parameters", version, grace, decision, at_us)


@click.command(
    "withdraw",
    epilog='Example:  afc clearing list withdraw 2 --by "B. Dorj" --second "S. Kim" --because "wrong cards" '
    "--db house/clearing.db",
)
@VERSION
@GRACE
@answers("afc.clearing.list.withdraw/1")
@by_two("Who does it.", about=last_step("denylist"))
def withdraw_list(books: Opened, version: int, grace: int, decision: Decision, at_us: int) -> Reply:
    """Take denylist VERSION and all before it back: a batch made under them that comes after the grace waits for a person."""
    return _withdraw(books, "denylist", version, grace, decision, at_us)


def _withdraw(books: Opened, kind: str, version: int, grace: int, decision: Decision, at_us: int) -> Reply:
    from afc.moment import HOUR_US
    from clearing.editions import withdraw

    return told(books, withdraw(books.house.store, kind, version, decision, grace * HOUR_US, at_us))


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
