"""`afc clearing quarantine`: what is kept aside, and letting it out by four eyes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.commands.hand import by_hand, by_two
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.custody import Register
    from clearing.decision import Decision
    from clearing.house import House
    from clearing.quarantine import Held
    from clearing.timely import Known
    from sim.houses import Opened


@click.group("quarantine")
def quarantine() -> None:
    """What was kept aside: look at it, and let out what two people answer for."""


@quarantine.command("list", epilog="Example:  afc clearing quarantine list --run last")
@click.option("--all", "everything", is_flag=True, help="Also what was released.")
@click.option("--now", metavar="TIME", help="The moment to count ages from, ISO 8601 with zone (default: now).")
@answers("afc.clearing.quarantine.list/1")
@on_books
def list_(books: Opened, everything: bool, now: str | None) -> Reply:
    """Batches and single taps that are kept aside: reasons, reader, taps, what they may be worth at most, age, digest.

    Of a batch every doubt is told, the gravest first; whoever releases it answers for all of them.
    """
    from afc.money import show
    from clearing.custody import register_of
    from clearing.quarantine import held
    from sim.moments import moment_or_now

    now_us, city = moment_or_now(now, "--now"), books.house.city
    register = register_of(books.house.store)
    found = [facts_of(one, now_us, books, register) for one in held(books.house.store, everything)]
    head = ["reasons", "device", "taps", f"at most {city.currency}", "age", "digest", ""]
    rows = [
        [", ".join(row["reasons"]), str(row["device"]), str(row["taps"]), show(row["bound_minor"], city.exponent), row["age"],
         row["digest"][:16], word_of(row)]
        for row in found
    ]  # fmt: skip
    bound = show(sum(row["bound_minor"] for row in found), city.exponent)
    total = f"{len(found)} kept aside, {bound} {city.currency} at most"
    return Reply(found, "\n".join([table([head, *rows], right=(1, 2, 3, 4)), total] if found else [total]))


def facts_of(one: Held, now_us: int, books: Opened, register: Register) -> dict[str, Any]:
    """One row for a program."""
    from afc.moment import show as moment
    from clearing.release import every_doubt
    from sim.moments import age

    row, environment = one.row, books.house.ring.environment
    reasons = [doubt.name for doubt in every_doubt(row, register, environment)] if one.is_batch else [row.reason]
    return {
        "reason": row.reason, "reasons": reasons, "device": row.device, "epoch": row.epoch, "seq": row.seq, "taps": one.taps,
        "bound_minor": one.bound_minor, "since": moment(row.at_us, books.house.city.zone), "age": age(now_us - row.at_us),
        "digest": row.digest.hex(), "detail": row.detail, "may_be_released": one.may_be_released and one.act is None,
        "released": None if one.act is None else {"by": one.act.first, "second": one.act.second, "because": one.act.because},
    }  # fmt: skip


def word_of(row: dict[str, Any]) -> str:
    """What may become of it."""
    if row["released"]:
        return f"{'settled' if row['seq'] else 'released'} by {row['released']['by']} and {row['released']['second']}"
    if row["seq"]:
        return f"tap T-{row['device']}-{row['epoch']}-{row['seq']}"
    return "may be released" if row["may_be_released"] else ""


def arrival(house: House, digest: str) -> Known:
    """When the batch came."""
    from clearing.timely import of_batch

    return of_batch(house, digest)


@quarantine.command(
    "release",
    epilog='Example:  afc clearing quarantine release 3f9a1c07 --by "B. Dorj" --second "S. Kim" --because "clock mended" '
    "--db house/clearing.db",
)
@click.argument("digest")
@answers("afc.clearing.quarantine.release/1")
@by_two("Who releases it.", "What was found out.", about=arrival)
def release(books: Opened, digest: str, decision: Decision, at_us: int) -> Reply:
    """Let a batch into the log that was kept aside for a doubt that people can answer for. DIGEST may be its beginning.

    Clocks, keys, places and delays are such doubts. It becomes the newest batch of the log; its taps are charged in the open
    date. Doing it twice changes nothing.
    """
    from afc.answers import Reason
    from clearing.release import find_digest
    from clearing.release import release as let_out

    house = books.house
    done = let_out(house.store, house.ring, find_digest(house.store, digest), decision, at_us)
    act = done.act
    data = {
        "digest": act.digest.hex(), "position": act.position, "waived": act.waived.split(), "by": act.first,
        "second": act.second, "because": act.because, "again": done.again, "receipt": done.receipt.hex(),
    }  # fmt: skip
    verb = "was released before" if done.again else "released"
    lines = [f"{act.digest.hex()[:16]}… {verb} by {act.first} and {act.second}: log position {act.position}"]
    lines += [f"    waived {name}: {Reason[name].sentence}" for name in act.waived.split()]
    return Reply(data, "\n".join(lines))


@quarantine.command(
    "settle",
    epilog='Example:  afc clearing quarantine settle T-51-1-9 --as charge-off --by "B. Dorj" --second "S. Kim" '
    '--because "too old to price" --db house/clearing.db',
)
@click.argument("tap")
@click.option("--as", "to", required=True, metavar="WHAT", help="charge-off, or the operator who gets its money.")
@answers("afc.clearing.quarantine.settle/1")
@by_hand
def settle(_books: Opened, tap: str, to: str) -> tuple[str, str, Mapping[str, Any]]:
    """Settle a single tap that was set aside at a close: it leaves quarantine, and its money suspense, with the next close."""
    return "settle", tap, {"to": to}
