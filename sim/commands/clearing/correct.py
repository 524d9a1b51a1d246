"""`afc clearing correct`: facts that two people found out; and what pricing again would come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.commands.hand import Asked, by_hand
from sim.output import Reply, answers

if TYPE_CHECKING:
    from sim.houses import Opened

_WHO = '--by "B. Dorj" --second "S. Kim" --because "driver\'s log" --db house/clearing.db'
_CENTURY_S = 100 * 366 * 86_400
_DEVICE = click.option("--device", type=int, required=True, help="The reader.")
_FROM = click.option("--from", "first", required=True, metavar="TIME", help="Beginning, ISO 8601 with zone.")
_TO = click.option("--to", "last", required=True, metavar="TIME", help="End, not part of it.")


@click.group("correct")
def correct() -> None:
    """Correct what taps are taken to say. They stay as they were signed; the next close prices the cards again."""


@correct.command("stop", epilog=f"Example:  afc clearing correct stop --device 101 --seq 4-9 --stop b-park {_WHO}")
@_DEVICE
@click.option("--epoch", type=int, default=1, show_default=True, help="Its epoch.")
@click.option("--seq", required=True, metavar="FIRST-LAST", help="Numbers of its taps.")
@click.option("--stop", required=True, metavar="STOP", help="The stop where they were made.")
@answers("afc.clearing.correct/1")
@by_hand
def stop_(_books: Opened, device: int, epoch: int, seq: str, stop: str) -> Asked:
    """Taps of a reader were made at another stop: the driver forgot to move the trip on."""
    first, _, last = seq.partition("-")
    if not (first.isascii() and first.isdigit() and (last or first).isascii() and (last or first).isdigit()):
        raise click.UsageError("--seq is a number, or two with a dash between them.")
    asked = {"device": device, "epoch": epoch, "first_seq": int(first), "last_seq": int(last or first), "stop": stop}
    return "stop", f"T-{device}-{epoch}-{seq}", asked


@correct.command(
    "clock",
    epilog="Example:  afc clearing correct clock --device 51 --from 2026-03-04T06:00:00+09:00 --to 2026-03-05T00:00:00+09:00"
    f" --offset 3600 {_WHO}",
)
@_DEVICE
@_FROM
@_TO
@click.option(
    "--offset", type=click.IntRange(-_CENTURY_S, _CENTURY_S), required=True, metavar="SECONDS",
    help="What has to be added to its clock.",
)  # fmt: skip
@answers("afc.clearing.correct/1")
@by_hand
def clock(_books: Opened, device: int, first: str, last: str, offset: int) -> Asked:
    """A reader's clock was wrong from one moment, as it told them, to another."""
    return "clock", f"device {device}", span(device, first, last) | {"offset_us": offset * 1_000_000}


@correct.command(
    "operator",
    epilog="Example:  afc clearing correct operator --device 101 --from 2026-03-04T04:00:00+09:00"
    f" --to 2026-03-05T04:00:00+09:00 --operator hanbit-bus {_WHO}",
)
@_DEVICE
@_FROM
@_TO
@click.option("--operator", required=True, metavar="PARTY", help="Whose it was.")
@answers("afc.clearing.correct/1")
@by_hand
def operator_(_books: Opened, device: int, first: str, last: str, operator: str) -> Asked:
    """A reader worked for another operator than the register says."""
    return "operator", f"device {device}", span(device, first, last) | {"operator": operator}


@correct.command(
    "tariff", epilog=f"Example:  afc clearing correct tariff 2026-01-01 --first 2026-03-04 --last 2026-03-04 {_WHO}"
)
@click.argument("version")
@click.option("--first", required=True, metavar="YYYY-MM-DD", help="The first service date.")
@click.option("--last", required=True, metavar="YYYY-MM-DD", help="The last one.")
@click.option("--split", is_flag=True, help="VERSION is one of the split.")
@answers("afc.clearing.correct/1")
@by_hand
def tariff(_books: Opened, version: str, first: str, last: str, split: bool) -> Asked:
    """Service dates are judged by another version of the pack, whatever the pack says."""
    return "split" if split else "tariff", version, {"version": version, "first": first, "last": last}


def span(device: int, first: str, last: str) -> dict[str, int]:
    """A reader for some time."""
    from sim.moments import moment_or_now

    return {"device": device, "from_us": moment_or_now(first, "--from"), "to_us": moment_or_now(last, "--to")}


@click.command("reprice", epilog="Example:  afc clearing reprice --dry-run --through 2026-03-05 --db house/clearing.db")
@click.option(
    "--dry-run", is_flag=True, required=True, help="Nothing is written; closing the date is what prices again."
)
@click.option("--through", required=True, metavar="YYYY-MM-DD", help="The date whose close would post it.")
@answers("afc.clearing.reprice/1")
@on_books
def reprice(books: Opened, dry_run: bool, through: str) -> Reply:
    """Show what the next close would post about earlier dates: late taps and corrections, and nothing where nothing changed."""
    import tempfile
    from pathlib import Path

    from afc.money import show
    from clearing.close import foresee
    from sim.commands.scenario import parse_date

    assert dry_run
    day, city = parse_date(through), books.house.city
    assert day is not None
    with tempfile.TemporaryDirectory() as folder:
        closed = foresee(books.house, day, Path(folder))
    data: list[dict[str, Any]] = [
        {"about": entry.about.isoformat(), "kind": entry.kind, "cause": entry.cause, "rule": entry.rule,
         "quantity": entry.quantity, "postings": dict(entry.postings)}
        for entry in closed.entries
        if entry.about != day
    ]  # fmt: skip
    lines = [
        f"{row['about']}  {row['kind']}  {row['cause']}  "
        + "  ".join(f"{account} {show(minor, city.exponent)}" for account, minor in row["postings"].items())
        for row in data
    ]
    return Reply(
        data, "\n".join([*lines, f"{len(data)} entries about earlier dates, {closed.counts['repriced']} journeys"])
    )
