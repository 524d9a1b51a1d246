"""Borrowing: prices and rules of one city, cut down to the services that another city's vehicles run as."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from afc.fares.cases import versions_of
from afc.fares.compile import lasting

if TYPE_CHECKING:
    from afc.city import City
    from afc.pack.schema_pay import Dated

Table = dict[str, Any]
ISSUER, RETAILER, AUTHORITY, BANK, TRUST = "issuer", "retailer", "authority", "bank", "trust"
_STAND_INS = {
    "settlement_bank": BANK,
    "trust": TRUST,
    "product_retailer": RETAILER,
    "top_up_agent": RETAILER,
    "authority": AUTHORITY,
}
_RAIL_TYPES = {1, 2, 12}  # metro, rail, monorail
_RAIL_RANGES = ((100, 199), (400, 499))  # the extended types of railways and urban railways


def is_rail(route_type: int) -> bool:
    """Whether a GTFS route type means stations with gates."""
    return route_type in _RAIL_TYPES or any(low <= route_type <= high for low, high in _RAIL_RANGES)


def services_like(like: City) -> tuple[str, str]:
    """The pack's most used services: of vehicles with readers, and of stations (the same one if it has no other kind)."""
    used = like.demand.day[like.calendar.day_types[0]].services
    most = sorted(like.services, key=lambda service: -used.get(service.id, 0.0))
    vehicle = next((service.id for service in most if service.access == "vehicle"), most[0].id)
    return vehicle, next((service.id for service in most if service.access == "station"), vehicle)


def stand_in(like: City, party_id: str) -> str:
    """The made-up party that takes the place of one of the other city's."""
    if party_id in ("pool", "operators"):
        return party_id
    roles = like.parties[like.party(party_id)].roles
    return next((_STAND_INS[role] for role in roles if role in _STAND_INS), ISSUER)


def tariff_version(like: City, services: Sequence[str], from_: date, source: str) -> Table:
    """The tariff that holds in the end, as if it were in force from a date, for some of its services."""
    latest = like.tariff.version[lasting(versions_of(like))]
    table = latest.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    kept: Table = _only(table, set(services))
    kept.update({"id": f"like-{like.id}", "from": from_, "source": f"{source} {latest.source}"[:2000]})
    kept.pop("sections", None)  # fare sections are stretches of the other city's lines
    kept.pop("free_day", None)  # and free days are its own
    if kept.get("journey", {}).get("pricing") == "matrix" and not kept.get("transfer"):
        kept.pop("journey")
    for quota in kept.get("quota", ()):
        quota["payer"] = stand_in(like, quota["payer"])
        quota.pop("day_types", None)  # days are counted by this feed's calendar, which knows no school
    first = ("id", "from", "source")
    return {**{key: kept[key] for key in first}, **{key: value for key, value in kept.items() if key not in first}}


def _only(table: Table, services: set[str]) -> Table:
    """The version without what belongs to other services."""
    journey = dict(table.get("journey", {}))
    if journey:
        journey["services"] = _named(journey["services"], services)
        journey["free_m_with"] = _keyed(journey.get("free_m_with", {}), services)
        journey["no_transfer"] = [pair for pair in journey.get("no_transfer", ()) if set(pair) <= services]
        if journey.get("reentry", {}).get("service") not in services:
            journey.pop("reentry", None)
    kept = {
        **table,
        "base": _keyed(table["base"], services),
        "distance": _keyed(table.get("distance", {}), services),
        "journey": {key: value for key, value in journey.items() if value not in ({}, [], ())},
        "transfer": _rows(table, "transfer", services, ("from", "to")),
        "product": _rows(table, "product", services, ("services",)),
        "quota": [
            {**row, "price": _keyed(row["price"], services)}
            for row in table.get("quota", ())
            if _keyed(row["price"], services)
        ],
    }
    if "early" in kept:
        kept["early"] = {**kept["early"], "services": _named(kept["early"]["services"], services)}
    missing = dict(kept.get("missing_tap_out", {}))
    if "surcharge" in missing:
        missing["surcharge"] = _keyed(missing["surcharge"], services)
    kept["missing_tap_out"] = {key: value for key, value in missing.items() if value}
    if not kept["journey"].get("services"):
        kept["journey"], kept["transfer"] = {}, []
    if "early" in kept and not kept["early"]["services"]:
        kept.pop("early")
    return {key: value for key, value in kept.items() if value not in ({}, [], ())}


def _rows(table: Table, key: str, services: set[str], columns: tuple[str, ...]) -> list[Table]:
    rows = [{**row, **{column: _named(row[column], services) for column in columns}} for row in table.get(key, ())]
    return [row for row in rows if all(row[column] for column in columns)]


def _named(names: Sequence[str], services: set[str]) -> list[str]:
    return [name for name in names if name in services]


def _keyed(table: Mapping[str, Any], services: set[str]) -> Table:
    return {key: value for key, value in table.items() if key in services}


def split_version(like: City, services: Sequence[str], from_: date, source: str) -> Table:
    """The latest agreement on sharing fares."""
    latest = like.split.version[-1]
    table: Table = latest.model_dump(by_alias=True, exclude_none=True)
    table["within"] = _keyed(table["within"], set(services))
    if not table["within"]:
        table.pop("within")
        table.pop("paths", None)
    return {**table, "id": f"like-{like.id}", "from": from_, "source": f"{source} {latest.source}"[:2000]}


def contracts(like: City, operators: Sequence[str], source: str) -> Table:
    """Pay by contract for every operator at the other city's first rate of each kind, and its fees and concessions."""
    table: Table = {}
    kinds = {row.kind: row for row in reversed(like.contracts.contract)}
    rows = [_plain(row, {"index", "performance"}) for row in kinds.values()]
    table["contract"] = [
        {**row, "party": operator, "payer": stand_in(like, row["payer"]), "source": source}
        for operator in operators
        for row in rows
    ]
    table["concession"] = [
        {**_plain(row), "payer": AUTHORITY, "source": source} for row in like.contracts.concession if row.of != "loaded"
    ]
    if like.contracts.pool:
        table["pool"] = {"trust": TRUST, "shortfall": AUTHORITY, "surplus": AUTHORITY}
    table["fee"] = [
        {**_plain(row), "party": _fee_taker(like, row.party), "payer": stand_in(like, row.payer), "source": source}
        for row in like.contracts.fee
    ]
    table["settlement"] = {**like.contracts.settlement.model_dump(), "bank": BANK}
    return {key: value for key, value in table.items() if value}


def _plain(row: Dated, without: Collection[str] = ()) -> Table:
    """An agreement as it is written in a file."""
    table: Table = row.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True, exclude={*without})
    return table


def _fee_taker(like: City, party_id: str) -> str:
    taker = stand_in(like, party_id)
    return ISSUER if taker == BANK else taker
