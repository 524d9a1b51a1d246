"""`afc device`: readers as the clearing house hears them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books
from sim.commands.device_orders import order, revoke
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.contact import Contact
    from clearing.store import Device, Ordered, Revocation
    from sim.houses import Opened


@click.group()
def device() -> None:
    """Readers: the register, what came from each, what is missing; and orders to single ones."""


device.add_command(order)
device.add_command(revoke)


@device.command("list", epilog="Example:  afc device list --run last --silent")
@click.option("--silent", is_flag=True, help="Only those that have never sent anything.")
@answers("afc.device.list/1")
@on_books
def list_(books: Opened, silent: bool) -> Reply:
    """Every reader: where it is, what it sent, what is missing or aside, the versions it goes by, its last contact."""
    from clearing.contact import contacts

    found = [one for one in contacts(books.house.store) if not silent or one.last_us is None]
    data = [facts_of(one, books) for one in found]
    head = [
        "device", "kind", "brand", "operator", "place", "collector", "batches", "taps", "missing", "aside", "parameters",
        "denylist", "last contact",
    ]  # fmt: skip
    rows = [
        [str(row["device"]), row["kind"], row["brand"], row["operator"], row["place"], row["collector"],
         str(row["batches"]), str(row["taps"]),
         str(row["missing"]), str(sum(row["aside"].values())), str(row["parameters"] or "-"), str(row["denylist"] or "-"),
         "revoked" if row["revoked"] else row["last_contact"] or "never"]
        for row in data
    ]  # fmt: skip
    return Reply(data, "\n".join([table([head, *rows], right=(0, 6, 7, 8, 9, 10, 11)), f"{len(rows)} readers"]))


@device.command("show", epilog="Example:  afc device show 31 --run last")
@click.argument("number", metavar="DEVICE", type=int)
@answers("afc.device.show/1")
@on_books
def show(books: Opened, number: int) -> Reply:
    """One reader: its rows of the register, its epochs with what came of them, gaps, and what was kept aside; which epochs
    were ordered, and whether it was revoked, when, by whom and why."""
    from clearing.contact import contact

    data = facts_of(contact(books.house.store, number), books)
    lines = [f"device {number}  {data['kind']} of {data['operator']} {data['place']}".rstrip()]
    lines += [
        f"register   {row['from']} to {row['to']}  {row['operator']}  key {row['public_key'] or 'none, it only forwards'}"
        for row in data["rows"]
    ]
    if data["brand"]:
        lines.append(f"brand      {data['brand']}")
    lines.append(f"collector  {data['collector']}")
    for epoch in data["epochs"]:
        lines.append(
            f"epoch {epoch['epoch']:<5}{epoch['batches']} batches, {epoch['taps']} taps, through sequence"
            f" {epoch['through_seq']}, last {epoch['last']}"
        )
        lines += [f"  missing  {gap['first_seq']}–{gap['last_seq']}, since {gap['since']}" for gap in epoch["gaps"]]
    lines += [f"aside      {count} {reason}" for reason, count in data["aside"].items()]
    versions = [f"{name} {data[name]}" for name in ("parameters", "denylist") if data[name]]
    lines += [f"goes by    {', '.join(versions)}"] if versions else []
    for one in data["orders"]:
        lost = f", lost from {one['lost_from']} on" if one["lost_from"] else ""
        lines.append(
            f"ordered    epoch {one['epoch']} at {one['at']} by {one['by']} and {one['second']}: {one['because']};"
            f" the one before ends at sequence {one['closed_seq']}{lost}"
        )
    if by := data["revocation"]:
        lines.append(f"revoked    {by['at']} by {by['by']} and {by['second']}: {by['because']}")
    lines.append(f"contact    {data['last_contact'] or 'never'}")
    return Reply(data, "\n".join(lines))


def facts_of(one: Contact, books: Opened) -> dict[str, Any]:
    """A reader for a program; where it is now comes from the newest row of the register."""
    from afc.moment import show as moment

    zone, now = books.house.city.zone, one.rows[-1]
    return {
        "device": one.device, "kind": now.kind, "operator": operator_of(now, books), "place": place_of(now, books),
        "brand": now.brand, "collector": collector_of(now, books),
        "batches": one.batches, "taps": one.taps, "missing": one.missing, "aside": one.aside,
        "last_contact": moment(one.last_us, zone) if one.last_us else "",
        "parameters": one.told.parameters, "denylist": one.told.lists,
        "denylist_since": moment(one.told.lists_us, zone) if one.told.lists else "",
        "revoked": moment(one.revocation.at_us, zone) if one.revocation else "",
        "revocation": decided_facts(one.revocation, books) if one.revocation else None,
        "orders": [
            decided_facts(order, books)
            | {"epoch": order.epoch, "closed_seq": order.closed_seq, "lost_from": order.lost_from}
            for order in one.orders
        ],
        "rows": [row_facts(row, books) for row in one.rows],
        "epochs": [
            {"epoch": epoch.epoch, "batches": epoch.batches, "taps": epoch.taps, "through_seq": epoch.through_seq,
             "last": moment(epoch.last_us, zone),
             "gaps": [
                 {"first_seq": gap.gap.first_seq, "last_seq": gap.gap.last_seq, "taps": gap.taps,
                  "since": moment(gap.since_us, zone)}
                 for gap in epoch.missing
             ]}
            for epoch in one.epochs
        ],
    }  # fmt: skip


def decided_facts(one: Ordered | Revocation, books: Opened) -> dict[str, Any]:
    """When two people decided something about a reader, who they were, and why."""
    from afc.moment import show as moment

    at = moment(one.at_us, books.house.city.zone)
    return {"at": at, "by": one.first, "second": one.second, "because": one.because}


def row_facts(row: Device, books: Opened) -> dict[str, Any]:
    """A row of the register."""
    from afc.moment import show as moment
    from clearing.store import FOREVER_US

    zone = books.house.city.zone
    return {
        "from": moment(row.from_us, zone), "to": "now" if row.to_us == FOREVER_US else moment(row.to_us, zone),
        "operator": operator_of(row, books), "place": place_of(row, books), "public_key": row.public_key.hex(),
    }  # fmt: skip


def operator_of(row: Device, books: Opened) -> str:
    """Whose reader it is."""
    return str(books.house.city.parties[row.operator].id)


def place_of(row: Device, books: Opened) -> str:
    """What it is fixed to, and where there."""
    if row.stop >= 0:
        place = f"at {books.house.city.network.stop_ids[row.stop]}"
    else:
        place = f"in vehicle {row.vehicle}" if row.vehicle >= 0 else ""
    return ", ".join(part for part in (place, row.spot) if part)


def collector_of(row: Device, books: Opened) -> str:
    """Who brings its taps in; where nobody is named, its operator."""
    return str(books.house.city.parties[row.collector].id) if row.collector >= 0 else operator_of(row, books)
