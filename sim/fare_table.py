"""`afc fare table` as text and data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.history import place
from afc.fares.printed import Printed, Row, matrix, printed
from afc.money import show
from afc.refusal import Refused
from sim.output import Reply, table


def chosen_version(city: City, wanted: str | None) -> tuple[int, Mapping[str, Any]]:
    """A tariff version by its id, or the last that a date brings into force."""
    versions = versions_of(city)
    if wanted is None:
        lasting = [i for i, version in enumerate(versions) if not version.get("standby") and "until" not in version]
        return lasting[-1], versions[lasting[-1]]
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
        "tables": [one._asdict() | {"rows": [row._asdict() for row in one.rows]} for one in tables],
    }  # fmt: skip
    return Reply(data, "\n\n".join(texts), warnings=(city.synthetic,))


def changes(version: Mapping[str, Any]) -> list[str]:
    """What may change these prices with the hour, the stop or the card's attributes."""
    rows = [row for row in version.get("modifier", []) if {"when", "stops", "first", "needs_attribute"} & set(row)]
    names = [str(row.get("name", row["id"].replace("_", " "))) for row in rows]
    return ["also: " + ", ".join(names)] if names else []


def text_of(printed: Printed, decimals: int) -> str:
    """One service's table; categories that pay the same in every row share a column."""
    columns: dict[tuple[int, ...], list[str]] = {}
    for c, category in enumerate(printed.categories):
        columns.setdefault(tuple(row.prices[c] for row in printed.rows), []).append(category)
    rows = [[", ".join(printed.services), *(", ".join(names) for names in columns.values())]]
    for i, row in enumerate(printed.rows):
        rows.append([bound_of(row, printed), *(show(prices[i], decimals) for prices in columns)])
    return table(rows, right=range(1, len(rows[0])))


def bound_of(row: Row, printed: Printed) -> str:
    """What a line is for: `up to 3 zones`, `beyond`."""
    if not printed.counts or row.what.startswith(("boarding", "each")):
        return row.what
    counts = printed.counts.removesuffix("s") if row.upto == 1 else printed.counts
    bound = "beyond" if row.upto < 0 else f"up to {row.upto} {counts}"
    if row.upto < 0 and len(printed.rows) == 1:
        bound = "any ride"
    return f"{bound} {row.what}".rstrip()


def matrix_reply(city: City, tariff: str | None, service: str, rider: str | None, medium: str | None) -> Reply:
    """Stations across and down; the text has tabs between its columns, for a spreadsheet."""
    s = place([one.id for one in city.services], service, "service")
    if city.services[s].access != "station":
        raise Refused("SERVICE_WITHOUT_GATES", f"{service} has no stations with gates", cure="Leave --matrix out.")
    ordinal, version = chosen_version(city, tariff)
    rider, medium = rider or city.categories[0].id, medium or city.media[0].id
    stops, prices = matrix(city, version, ordinal, service, rider, medium)
    lines = ["\t".join(["", *stops])]
    lines += [
        "\t".join([a, *(show(minor, city.exponent) for minor in row)]) for a, row in zip(stops, prices, strict=True)
    ]
    data = {
        "city": city.id, "tariff": version["id"], "service": service, "rider": rider, "medium": medium,
        "currency": city.currency, "decimals": city.exponent, "stops": stops, "minor": prices,
    }  # fmt: skip
    return Reply(data, "\n".join(lines), warnings=(city.synthetic,))
