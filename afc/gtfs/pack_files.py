"""The TOML files of a pack made from a feed: the feed's own facts, borrowed prices and rules, and what had to be made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from afc.gtfs.borrow import AUTHORITY, BANK, ISSUER, RETAILER, TRUST, Table
from afc.gtfs.days import DAY_TYPES, Calendar
from afc.gtfs.plan import Plan, day_type_there
from afc.pack.prices import OFF_PEAK, price_in
from afc.pack.words import band_s

_ROLES = {
    ISSUER: (
        "Card issuer and clearing house",
        ["card_issuer", "clearing_house", "application_owner", "security_manager"],
    ),
    RETAILER: ("Top-up shops", ["product_retailer", "top_up_agent"]),
    AUTHORITY: ("Transport authority", ["authority", "product_owner", "registrar"]),
    BANK: ("Settlement bank", ["settlement_bank"]),
    TRUST: ("Fare trust", ["trust"]),
}


def city_table(plan: Plan, holidays: Sequence[Table]) -> Table:
    """city.toml."""
    like = plan.like
    feed = plan.adopted.feed.label
    return {
        "id": plan.id,
        "name": plan.name,
        "country": like.country,
        "currency": like.currency,
        "zone": plan.adopted.zone,
        "locale": like.locale,
        "day_cut": f"{like.day_cut_s // 3600:02d}:{like.day_cut_s // 60 % 60:02d}",
        "custody": like.custody,
        "synthetic": f"Stops, routes and departures are those of {feed}; prices and rules are borrowed from the pack "
        f"{like.id}; parties other than operators, accounts, riders, cards, walks, contracts and demand are made up.",
        "attributes": like.attributes,
        "criteria": like.criteria,
        "calendar": {
            "day_types": DAY_TYPES,
            "week": [*["weekday"] * 5, "saturday", "sunday"],
            "horizon": plan.last,
            "holidays": holidays,
        },
        "party": _parties(plan),
        "service": [row.model_dump() for row in like.services if row.id in plan.services],
        "category": [row.model_dump() for row in like.categories],
        "medium": [row.model_dump() for row in like.media],
    }


def _parties(plan: Plan) -> list[Table]:
    agencies = {plan.adopted.operators[row.id]: row.name for row in plan.adopted.feed.agencies}
    rows: list[Table] = [
        {"id": party, "name": name, "roles": ["service_operator"], "source": plan.publisher}
        for party, name in agencies.items()
    ]
    made_up = [name for name in _ROLES if name != TRUST or plan.like.contracts.pool]
    rows += [
        {"id": name, "name": f"{_ROLES[name][0]} (synthetic)", "roles": _ROLES[name][1], "synthetic": True}
        for name in made_up
    ]
    for i, row in enumerate(rows):
        row["account"] = {"other": f"SYNTHETIC-{i + 1:04d}"}
    return rows


def holidays(plan: Plan, calendar: Calendar) -> list[Table]:
    """Dates on which the feed runs another day type's timetable."""
    found: list[Table] = []
    for day in calendar.exceptions():
        running = calendar.running(day)
        usual = DAY_TYPES[max(0, day.weekday() - 4)]
        if not plan.first <= day <= plan.last or running == plan.week.running[usual]:
            continue
        other = next((name for name in DAY_TYPES if plan.week.running[name] == running and running), None)
        if other:
            found.append({"date": day, "type": other, "name": f"runs as {other} in the feed"})
    return found


def cases_table(plan: Plan, tariff: Mapping[str, Any]) -> Table:
    """cases.toml: a lone ride on each service, priced from the borrowed table and not from any published example."""
    covered = {name for quota in tariff.get("quota", ()) for name in quota["categories"]}
    rider = next((row.id for row in plan.like.categories if row.id not in covered), plan.like.categories[0].id)
    clock = _quiet_clock(tariff)
    rows: list[Table] = []
    for service in plan.services:
        if service not in tariff["base"]:
            continue
        bands = tariff.get("distance", {}).get(service, {}).get("bands", ())
        metres = min([1000, *(band["from_m"] for band in bands)])
        leg: Table = {"service": service, "in": f"{plan.week.dates['weekday']} {clock}:00:00", "out": f"{clock}:20:00"}
        minor = price_in(tariff["base"][service][rider], OFF_PEAK)
        medium = next((row.id for row in plan.like.media if row.funding == "postpaid"), plan.like.media[0].id)
        rows.append(
            {
                "name": f"generated: a lone ride of {metres} m on {service}",
                "source": f"Generated from the price table of the pack {plan.like.id}; nobody published it.",
                "rider": rider,
                "medium": medium,
                "before": {"balance": minor * 10},
                "legs": [{**leg, "distance_m": metres}],
                "charges": [minor],
                "total": minor,
            }
        )
    return {"case": rows}


def _quiet_clock(tariff: Mapping[str, Any]) -> str:
    """An hour at which the plain price holds: in no period and not early."""
    bands = [band for days in tariff.get("periods", {}).values() for band in days.get("weekday", ())]
    bands += [tariff["early"]["between"]] if "early" in tariff else []
    for hour in (10, 11, 13, 14, 15, 20, 21, 22):
        if not any(begin <= hour * 3600 < end for begin, end in map(band_s, bands)):
            return f"{hour:02d}"
    return "10"


def day_types_of(plan: Plan, tariff: Table) -> Table:
    """Periods by this pack's day types, each taken from the other city's day type that it corresponds to."""
    periods = tariff.get("periods")
    if not periods:
        return tariff
    there = {day: day_type_there(plan, day) for day in DAY_TYPES}
    named = {name: {day: days[there[day]] for day in DAY_TYPES if there[day] in days} for name, days in periods.items()}
    return {**tariff, "periods": named}
