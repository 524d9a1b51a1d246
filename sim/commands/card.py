"""`afc card`: one card as the clearing house knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.commands.books import on_books
from sim.output import Reply, answers

if TYPE_CHECKING:
    from sim.houses import Opened

COUNTERS = ("counter", "journeys", "quota_used", "pass_entries", "missing_taps")


@click.group()
def card() -> None:
    """One card: what it holds, where it went, what does not add up."""


@card.command("show", epilog="Example:  afc card show 0x00a0e9e7e026a779 --run last")
@click.argument("number", metavar="CARD")
@click.option(
    "--journeys", "most", type=click.IntRange(0, 1000), default=5, show_default=True, help="How many journeys."
)
@answers("afc.card.show/1")
@on_books
def show(books: Opened, number: str, most: int) -> Reply:
    """What a card held after the last close, its counters, its last journeys, and what a person has to look at.

    CARD is a number, in hexadecimal with 0x or with all sixteen digits.
    """
    from afc.money import show as money
    from clearing.by_card import granted, name, rulings_about, worth
    from clearing.holdings import holding

    city, found = books.house.city, holding(books.house, number, most)
    held = found.card

    def amount(minor: int) -> str:
        return f"{money(minor, city.exponent)} {city.currency}"

    category, medium = city.categories[held["category"]].id, city.media[held["medium"]].id
    data = {
        "card": str(held["card"]), "hex": f"{int(held['card']):016x}", "as_of": found.asof, "medium": medium,
        "category": category, "balance_minor": int(held["balance"]), "currency": city.currency,
        "counters": {name: int(held[name]) for name in COUNTERS}, "product": int(held["product"]),
        "journeys": [
            {"journey": str(name), "date": day, "legs": legs, "charge_minor": charge}
            for name, day, legs, charge in found.journeys
        ],
        "granted_minor": granted(books.house.store, name(held)), "worth_minor": worth(books.house, held),
        "rulings": (told := [
            {"ruling": one.name, "kind": one.kind, "by": one.first, "second": one.second, "because": one.because,
             "granted_minor": one.decided.get("granted", {}).get(name(held), 0)}
            for one in rulings_about(books.house.store, name(held))
        ]),
        "discrepancies": [one._asdict() for one in found.discrepancies],
    }  # fmt: skip
    counters = "  ".join(f"{name.replace('_', ' ')} {int(held[name])}" for name in COUNTERS if held[name] > 0)
    lines = [
        f"card {int(held['card']):016x}  {category} on {medium}  as of {found.asof}",
        f"holds      {amount(int(held['balance']))}" + (f", product {held['product']}" if held["product"] else ""),
        f"counters   {counters or 'all 0'}",
    ]
    lines += [
        f"journey    {name}  {day}  {legs} leg{'s' * (legs != 1)}  {amount(charge)}"
        for name, day, legs, charge in found.journeys
    ]
    lines += [
        f"ruling     {one['ruling']} {one['kind']}  {amount(one['granted_minor'])}"
        f"  {one['by']} and {one['second']}: {one['because']}"
        for one in told
    ]
    if told:
        lines.insert(
            2, f"worth      {amount(worth(books.house, held))} by the rulings below; the chip does not know them"
        )
    lines += [
        f"look at    {one.what}  {one.where}  {amount(one.minor)}  {one.told}".rstrip() for one in found.discrepancies
    ]
    return Reply(data, "\n".join(lines))
