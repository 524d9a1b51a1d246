"""The chart of a date: who stands where in the books of a city, under the versions in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from afc.fares.cases import versions_of
from clearing.facts import Facts
from clearing.postings import Chart
from clearing.terms import split_versions


def chart_of(city: Any, day: date, facts: Facts) -> Chart:
    """Who stands where in the books of this city on a date, as far as `facts` had been found out."""
    version = versions_of(city)[facts.version("tariff", versions_of(city), day)]
    between = split_versions(city)[facts.version("split", split_versions(city), day)]["between"]
    prepaid, postpaid = party_with(city, "card_issuer"), party_with(city, "acquirer", "card_issuer")
    return Chart(
        parties=tuple(party.id for party in city.parties),
        services=tuple(service.id for service in city.services),
        products=tuple(row["id"] for row in version.get("product", [])),
        issuers=tuple(postpaid if medium.funding == "postpaid" else prepaid for medium in city.media),
        postpaid=tuple(medium.funding == "postpaid" for medium in city.media),
        owner=party_with(city, "product_owner", "authority", "card_issuer"),
        quotas=tuple((row["id"], row["payer"]) for row in version.get("quota", [])),
        pooled=between == "pool",
        members=frozenset(city.contracts.pool.members if city.contracts.pool else ()),
    )


def party_with(city: Any, *roles: str) -> str:
    """The first party that has one of these roles, the first role before the others."""
    for role in roles:
        for party in city.parties:
            if role in party.roles:
                return str(party.id)
    return str(city.parties[0].id)
