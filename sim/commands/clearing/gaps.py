"""`afc clearing gaps`: what has not come, what it may be worth, and declaring it lost by four eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.commands.clearing.claim import claim
from sim.commands.hand import by_two
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.decision import Decision
    from clearing.house import House
    from clearing.missing import Missing
    from clearing.store import Waiver
    from clearing.timely import Known
    from sim.houses import Opened


class _Listing(click.Group):
    """A group that lists where no verb is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group("gaps", cls=_Listing)
def gaps() -> None:
    """Numbers that readers have used and that have not come: list them, or declare lost what never will."""


gaps.add_command(claim)


@gaps.command("list", epilog="Example:  afc clearing gaps list --run last")
@answers("afc.clearing.gaps/1")
@on_books
def list_(books: Opened) -> Reply:
    """What is open, what was declared lost, and what came after that: intervals, how many taps, since when.

    What they may be worth is an estimate, by the taps of the same reader and date; it is posted nowhere.
    """
    from afc.money import show

    city, data = books.house.city, rows_of(books)
    still = [row for row in data if row["state"] != "overtaken"]
    lost = [row for row in data if row["state"] == "lost"]
    rows = [
        [str(row["device"]), str(row["epoch"]), f"{row['first_seq']}–{row['last_seq']}", str(row["taps"]),
         show(row["worth_minor"], city.exponent), row["since"], row["state"], ", ".join(d[:12] for d in row["held"])]
        for row in data
    ]  # fmt: skip
    head = ["device", "epoch", "sequences", "taps", f"about {city.currency}", "known since", "", "kept aside"]
    total = f"{len(still) - len(lost)} gaps, {sum(row['taps'] for row in still if row['state'] == 'open')} taps missing"
    total += f"; {len(lost)} declared lost, {sum(row['taps'] for row in lost)} taps" if lost else ""
    return Reply(data, "\n".join([table([head, *rows], right=(0, 1, 3, 4)), total] if data else [total]))


def rows_of(books: Opened) -> list[dict[str, Any]]:
    """Every hole, then every declaration that something came under after all."""
    from clearing.estimate import ServiceDay, worth
    from clearing.lost import overtaken
    from clearing.missing import missing

    store, city = books.house.store, books.house.city
    found = missing(store)
    minor = worth(store, [one.gap for one in found], ServiceDay(city.zone, city.day_cut_s))
    rows = [hole_row(one, each, books) for one, each in zip(found, minor, strict=True)]
    return rows + [overtaken_row(waiver, came, books) for waiver, came in overtaken(store)]


def hole_row(one: Missing, minor: int, books: Opened) -> dict[str, Any]:
    """A gap for a program."""
    from afc.moment import show as moment

    facts = one.gap._asdict() | {"taps": one.taps, "worth_minor": minor, "held": one.held}
    facts["since"] = moment(one.since_us, books.house.city.zone)
    return facts | {"state": "lost" if one.waiver else "open", "waiver": one.waiver and waiver_facts(one.waiver, books)}


def overtaken_row(waiver: Waiver, came: int, books: Opened) -> dict[str, Any]:
    """A declaration and how many of its taps came; they are charged like any other, so nothing is to be guessed."""
    from afc.moment import show as moment
    from clearing.lost import range_of

    since = moment(waiver.at_us, books.house.city.zone)
    facts = range_of(waiver)._asdict() | {"taps": came, "worth_minor": 0, "held": (), "since": since}
    return facts | {"state": "overtaken", "waiver": waiver_facts(waiver, books)}


def waiver_facts(waiver: Waiver, books: Opened) -> dict[str, Any]:
    """Who, when and why."""
    from afc.moment import show as moment

    at = moment(waiver.at_us, books.house.city.zone)
    who = {"by": waiver.first, "second": waiver.second, "because": waiver.because}
    return {"number": waiver.number, "at": at} | who


def seen(house: House, device: int, epoch: int, last: int, **_options: Any) -> Known:
    """Since when the last of the numbers is known to be missing."""
    from clearing.timely import of_gap

    return of_gap(house.store, device, epoch, last)


@gaps.command(
    "waive",
    epilog='Example:  afc clearing gaps waive --device 51 --from 2 --to 3 --by "B. Dorj" --second "S. Kim" '
    '--because "burnt in the depot" --db house/clearing.db',
)
@click.option("--device", required=True, type=click.IntRange(0), metavar="N", help="The reader.")
@click.option("--epoch", type=click.IntRange(0), default=1, show_default=True, metavar="N", help="Life of its memory.")
@click.option("--from", "first", required=True, type=click.IntRange(1), metavar="N", help="First number that is lost.")
@click.option("--to", "last", required=True, type=click.IntRange(1), metavar="N", help="Last number that is lost.")
@answers("afc.clearing.gaps.waive/1")
@by_two("Who declares it.", "What was found out.", about=seen)
def waive(books: Opened, device: int, epoch: int, first: int, last: int, decision: Decision, at_us: int) -> Reply:
    """Declare taps lost that will never come. All of the range has to be missing.

    No money moves. If something comes under these numbers after all, it is taken as usual, and the list says so. Doing it
    twice changes nothing.
    """
    from clearing.gaps import Gap
    from clearing.lost import waive as declare

    lost = Gap(device, epoch, first, last)
    done = declare(books.house.store, lost, decision, at_us)
    data = lost._asdict() | {"taps": lost.taps, "again": done.again, "waiver": waiver_facts(done.waiver, books)}
    verb = "were declared lost before" if done.again else "are declared lost"
    who = f"by {done.waiver.first} and {done.waiver.second}: {done.waiver.because}"
    return Reply(data, f"device {device}, epoch {epoch}, sequences {first}–{last}: {lost.taps} taps {verb} {who}")
