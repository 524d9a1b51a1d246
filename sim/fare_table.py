"""`afc fare table` as text and data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.compile import lasting
from afc.fares.history import place
from afc.fares.printed import Printed, Row, matrix, printed
from afc.money import show
from afc.refusal import Refused
from sim.output import Reply, table

ROWS_MAX = 30
"""A table of more steps is read off at some lengths."""
READ_OFF = "Rides of these lengths; --json has every step between them."
CORNER_MAX = 40
"""More names of services than this many signs stand above the table."""
LENGTHS_M = [1000 * km for km in (*range(1, 11), 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200)]


def chosen_version(city: City, wanted: str | None) -> tuple[int, Mapping[str, Any]]:
    """A tariff version by its id, or the last that a date brings into force."""
    versions = versions_of(city)
    if wanted is None:
        return lasting(versions), versions[lasting(versions)]
    i = place([version["id"] for version in versions], wanted, "tariff version")
    return i, versions[i]


def table_reply(city: City, tariff: str | None, medium: str | None, services: Sequence[str]) -> Reply:
    """A table for each service."""
    for service in services:
        place([one.id for one in city.services], service, "service")
    medium = medium or city.media[0].id
    place([one.id for one in city.media], medium, "fare medium")
    ordinal, version = chosen_version(city, tariff)
    tables = printed(city, version, ordinal, medium, services)
    head = f"{city.name}  tariff {version['id']}  on {medium}  {city.currency}"
    texts = [head, *(text_of(one, city.exponent) for one in tables), *changes(version)]
    data = {
        "city": city.id, "tariff": version["id"], "medium": medium, "currency": city.currency, "decimals": city.exponent,
        "tables": [
            one._asdict() | {"rows": [row._asdict() for row in one.rows], "names": [name._asdict() for name in one.names]}
            for one in tables
        ],
    }  # fmt: skip
    return Reply(data, "\n\n".join(texts), warnings=(city.synthetic,))


def changes(version: Mapping[str, Any]) -> list[str]:
    """What may change these prices with the hour, the stop, the card's attributes or the rides of a month."""
    rows = [row for row in version.get("modifier", []) if {"when", "stops", "first", "needs_attribute"} & set(row)]
    rows += [*version.get("quota", []), *version.get("rebate", [])]
    names = [str(row.get("name", row["id"].replace("_", " "))) for row in rows]
    return ["also: " + "; ".join(names)] if names else []


def text_of(printed: Printed, decimals: int) -> str:
    """One service's table below the names of its fares; categories that pay the same in every row share a column."""
    columns: dict[tuple[int, ...], list[str]] = {}
    for c, category in enumerate(printed.categories):
        columns.setdefault(tuple(row.prices[c] for row in printed.rows), []).append(category)
    first = [printed.categories.index(names[0]) for names in columns.values()]
    services, notes = ", ".join(printed.services), list[str]()
    above = [services] if len(services) > CORNER_MAX else []
    lines = [["" if above else services, *(", ".join(names) for names in columns.values())]]
    stretches = [what for what, _ in groupby(printed.rows, stretch_of)]
    for what, rows in groupby(printed.rows, stretch_of):
        block = list(rows)
        named = len(stretches) > 1 and not is_boarding(block[0])
        if named:
            lines.append([heading(what, printed), *("" for _ in columns)])
        if printed.counts == "metres" and len(block) > ROWS_MAX:
            notes = [READ_OFF]
            block = read_off(block)
        shown = [row for row in block if row.upto or any(row.prices) or not what.startswith("within")]
        lines += [
            [f"{'  ' * named}{bound_of(row, printed)}", *(show(row.prices[c], decimals) for c in first)]
            for row in shown
        ]
    return "\n".join([*captions(printed), *above, table(lines, right=range(1, len(lines[0]))), *notes])


def stretch_of(row: Row) -> str:
    """The stretch of the network that a row is for, "" for all of it."""
    return "" if is_boarding(row) else row.what


def is_boarding(row: Row) -> bool:
    """Is this row about the tap-in, or about started steps, and not from a fare table?"""
    return row.what.startswith(("boarding", "each"))


def heading(what: str, printed: Printed) -> str:
    """What riders call the fare of a stretch, if all of them call it so."""
    names = [called for called in printed.names if called.what == what]
    if what and len(names) == 1 and names[0].categories == printed.categories:
        return names[0].name
    return what if what.startswith("within") else f"over {what}" if what else "the whole ride"


def captions(printed: Printed) -> list[str]:
    """The names of fares that are not headings within the table."""
    told = []
    for name, what, categories in printed.names:
        if heading(what, printed) != name:
            told.append(name if categories == printed.categories else f"{name} ({', '.join(categories)})")
    return list(dict.fromkeys(told))


def read_off(rows: Sequence[Row]) -> list[Row]:
    """A table of very many steps as people print it: the prices of some round lengths, and of everything beyond."""
    lengths = [length for length in LENGTHS_M if length <= rows[-2].upto]
    held = [next(row for row in rows if row.upto >= length) for length in lengths]
    at = [Row(f"for {length_of(length)}", length, row.prices) for length, row in zip(lengths, held, strict=True)]
    return [*at, rows[-1]._replace(what=f"beyond {length_of(rows[-2].upto)}")]


def bound_of(row: Row, printed: Printed) -> str:
    """What a line is for: `up to 3 zones`, `beyond`, `for 5 km`."""
    if not printed.counts or is_boarding(row) or row.what.startswith(("for ", "beyond")):
        return row.what
    if row.upto < 0:
        return "any ride" if sum(other.what == row.what for other in printed.rows) == 1 else "beyond"
    if printed.counts == "metres":
        return f"up to {length_of(row.upto)}"
    return f"up to {row.upto} {printed.counts.removesuffix('s') if row.upto == 1 else printed.counts}"


def length_of(metres: int) -> str:
    """Metres as a fare table says them.

    >>> length_of(10_000), length_of(6_099)
    ('10 km', '6.099 km')
    """
    return f"{metres / 1000:g} km"


def matrix_reply(city: City, tariff: str | None, service: str, rider: str | None, medium: str | None) -> Reply:
    """Stations across and down."""
    s = place([one.id for one in city.services], service, "service")
    if city.services[s].access != "station":
        raise Refused("SERVICE_WITHOUT_GATES", f"{service} has no stations with gates", cure="Leave --matrix out.")
    ordinal, version = chosen_version(city, tariff)
    rider, medium = rider or city.categories[0].id, medium or city.media[0].id
    stops, prices = matrix(city, version, ordinal, service, rider, medium)
    lines = [["", *stops]]
    lines += [[a, *(show(minor, city.exponent) for minor in row)] for a, row in zip(stops, prices, strict=True)]
    data = {
        "city": city.id, "tariff": version["id"], "service": service, "rider": rider, "medium": medium,
        "currency": city.currency, "decimals": city.exponent, "stops": stops, "minor": prices,
    }  # fmt: skip
    return Reply(data, table(lines, right=range(1, len(lines))), warnings=(city.synthetic,))
