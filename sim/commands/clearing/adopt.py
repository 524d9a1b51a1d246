"""`afc clearing adopt` and `packs`: the books go on under another edition of the city pack; by which they went so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.commands.books import on_books, on_named_books
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from sim.adopting import Plan
    from sim.houses import Opened


@click.command(
    "adopt",
    epilog='Example:  afc clearing adopt --from 2026-07-01 --by "B. Dorj" --second "S. Kim" --because "route 30 opens" '
    "--db house/clearing.db",
)
@click.argument("pack", required=False)
@click.option(
    "--from", "start", required=True, metavar="YYYY-MM-DD", help="The first clearing date on which the edition counts."
)
@click.option("--dry-run", is_flag=True, help="Only say what would change, and what stands against it.")
@click.option("--by", metavar="NAME", help="Who decides.")
@click.option("--second", metavar="NAME", help="Somebody else, who has looked as well.")
@click.option("--because", metavar="TEXT", help="Why.")
@click.option("--at", metavar="TIME", help="The moment of the decision, ISO 8601 with zone (default: now).")
@answers("afc.clearing.adopt/1")
@on_named_books
def adopt(
    books: Opened, pack: str | None, start: str, dry_run: bool, by: str | None, second: str | None, because: str | None,
    at: str | None,
) -> Reply:  # fmt: skip
    """Let the books go on under another edition of their PACK (default: the folder or name with which they began).

    Of dates before --from it has to say what the books go by: versions of tariff and split, kinds of days, ways of the network
    and the place of everything that has a number. What is new counts from --from on: versions, parties, readers, routes,
    contracts, a longer calendar. Both editions are kept in the books' folder.
    """
    from afc.city import load_city
    from clearing.decision import Decision
    from clearing.timely import of_adoption, refuse_other_times
    from sim.adopting import go_on, plan, row_of, too_early
    from sim.commands.scenario import parse_date
    from sim.found import named
    from sim.houses import read_deed, rename_pack
    from sim.moments import moment_of_act

    house, first = books.house, parse_date(start)
    assert first is not None, "the option is required"
    deed = read_deed(house.folder)
    wanted = named(pack or deed.city)
    new = load_city(wanted).under(deed.tariff)
    refuse_other_times(house, new, first, "--from")
    made = plan(house, new, first)
    if dry_run:
        made = made._replace(differences=[*too_early(house, made), *made.differences])
    data = {
        "pack": wanted, "digest": made.new.digest, "from": first.isoformat(), "before": house.city.digest, "adopted": False,
        "number": None, "differences": [row_of(one) for one in made.differences],
    }  # fmt: skip
    if dry_run:
        return Reply(data, text_of(made))
    at_us = moment_of_act(house, at, of_adoption(house.store))
    adopted = go_on(house, made, Decision(by or "", second or "", because or ""), at_us)
    rename_pack(house.folder, wanted)
    data |= {"adopted": True, "number": adopted.number}
    who = f"by {adopted.first} and {adopted.second}: {adopted.because}"
    return Reply(data, f"{text_of(made)}\nfrom {first} on the books go by {made.new.digest[:16]}, {who}")


@click.command("packs", epilog="Example:  afc clearing packs --db house/clearing.db")
@answers("afc.clearing.packs/1")
@on_books
def packs(books: Opened) -> Reply:
    """The editions of the pack by which the books went: since when, how many dates were closed under each, who adopted it."""
    from sim.packs import editions

    data = editions(books.house)
    head = ["from", "pack", "dates closed", "by", "second", "because"]
    rows = [
        [row["from"] or "the beginning", row["digest"][:16], str(row["closed"])]
        + [row[key] or "" for key in ("by", "second", "because")]
        for row in data
    ]
    return Reply(data, table([head, *rows], right=(2,)))


def text_of(made: Plan) -> str:
    """What changes, for a person."""
    head = ["file", "what is otherwise", "what to do"]
    rows = [[one.file, one.what, one.cure] for one in made.differences]
    return table([head, *rows]) if rows else "nothing that counts is otherwise"
