"""A statement as people read it."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from afc.money import show
from afc.refusal import Refused
from clearing import custody_written
from clearing.house import House
from clearing.verify.handover import party_of, statement_of
from sim.commands.scenario import parse_date
from sim.output import table

AGAIN_SHOWN = 5
"""So many journeys that were priced again stand below a statement; the JSON and a sheet have all."""


def date_of(text: str) -> date:
    """A clearing date from the command line."""
    day = parse_date(text)
    assert day is not None, "an argument that must be there is not empty"
    return day


def read_published(house: House, party: str, day: str) -> tuple[Path, bool]:
    """A statement's file, and whether it is still the one that was published."""
    noted = statement_of(house.store, party_of(house.store, party).id, date_of(day))
    path = house.folder / noted.file
    if not path.is_file():
        cure = "Restore it, or close the date again from the batches: afc clearing replay"
        raise Refused("STATEMENT_GONE", "the file is not where it was published", where=str(path), cure=cure)
    return path, hashlib.sha256(path.read_bytes()).digest() == noted.digest


def told(facts: dict[str, Any]) -> str:
    """The whole statement: whose, the lines, the total, and what is said beside money."""
    decimals, currency = facts["decimals"], facts["currency"]
    rows = [["kind", "service", "product", "about", "quantity", currency]]
    for line in facts["lines"]:
        about = "" if line["service_date"] == facts["clearing_date"] else line["service_date"]
        rows.append(
            [
                line["kind"],
                line["service"],
                line["product"],
                about,
                str(line["quantity"]),
                show(line["minor"], decimals),
            ]
        )
    rows.append(["total", "", "", "", "", show(facts["total"]["minor"], decimals)])
    head = f"{facts['party']['name']} ({facts['party']['id']}), clearing date {facts['clearing_date']}, {currency}"
    custody = facts.get("custody")
    bound = f"{show(custody['waiting']['bound_minor'], decimals)} {currency}" if custody else ""
    beside = custody_written.lines(custody, bound) if custody else []
    return "\n".join([head, table(rows, right=(4, 5)), *again(facts, decimals), *beside])


def again(facts: dict[str, Any], decimals: int) -> list[str]:
    """The journeys behind the lines about earlier dates: the first few, and how to see all and go on down."""
    told = facts.get("repriced", [])
    lines = [
        f"  {one['journey'] or one['journey_before'] or one['tap']}  {one['kind']} {one['service']} {one['product']}".rstrip()
        + f"  about {one['service_date']}  {show(one['before_minor'], decimals)} → {show(one['now_minor'], decimals)}"
        + (f"  because of {one['because']}" if one["because"] else "")
        for one in told[:AGAIN_SHOWN]
    ]
    if not told:
        return []
    first = told[0]
    names = [facts["party"]["id"], facts["clearing_date"], first["kind"], first["service"], first["product"]]
    target = "/".join([*names[:3], *(name for name in names[3:] if name), f"about-{first['service_date']}"])
    where = (
        f"{len(told)} differences, all in {facts['party']['id']}.repriced.csv; further: afc statement trace {target}"
    )
    return [f"again      {where}", *lines]
