"""The city's terms in which its network is read: parties, services and day types by number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from afc.city import City


class Terms(NamedTuple):
    """What a feed's ids must mean."""

    parties: Mapping[str, int]
    services: Mapping[str, int]
    stations: frozenset[int]  # services with gates
    path_services: tuple[int, ...]  # services whose distance is the shortest path between gates
    day_types: tuple[str, ...]
    day_cut_s: int


def terms_of(city: City) -> Terms:
    """The terms that city.toml sets."""
    numbered = list(enumerate(city.services))
    return Terms(
        {party.id: i for i, party in enumerate(city.parties)},
        {service.id: i for i, service in numbered},
        frozenset(i for i, service in numbered if service.access == "station"),
        tuple(i for i, service in numbered if service.distance == "path"),
        city.calendar.day_types,
        city.day_cut_s,
    )
