"""Building a city's network from its GTFS files.

Trips that call at the same stops of a route in the same direction are one pattern. Template trips with frequencies give
even headways; trips without give a departure each, and their running times are averaged.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from afc.gtfs.feed import read_feed
from afc.gtfs.rows import Feed
from afc.network.check import BOARDABLE, check
from afc.network.departures import departures_of
from afc.network.network import I4, Network, Pattern
from afc.network.patterns import grouped, pattern_of
from afc.network.terms import Terms, terms_of
from afc.network.zones import stop_zones, zone_ids_of

if TYPE_CHECKING:
    from afc.city import City


def network_of(city: City) -> Network:
    """The network of a pack; everything wrong in it is told at once."""
    return build(city.folder / "network", f"{city.folder.name}/network", terms_of(city))


def build(folder: Path, label: str, terms: Terms) -> Network:
    """A network from a folder of GTFS files."""
    feed = read_feed(folder, label)
    groups = grouped(feed)
    check(feed, groups, terms)
    boardable = [i for i, stop in enumerate(feed.stops) if stop.kind in BOARDABLE]
    places = {i: k for k, i in enumerate(boardable)}
    patterns = tuple(pattern_of(feed, group, places, terms.parties) for group in groups)
    route_service = np.array([terms.services[route.network] for route in feed.routes], np.int32)
    agencies = {agency.id for agency in feed.agencies}
    stops = [feed.stops[i] for i in boardable]
    return Network(
        version=feed.version,
        operators=tuple(party for party in terms.parties if party in agencies),
        stop_ids=tuple(stop.id for stop in stops),
        stop_names=tuple(stop.name for stop in stops),
        lat=np.array([stop.lat for stop in stops]),
        lon=np.array([stop.lon for stop in stops]),
        owner=np.array([terms.parties[stop.owner] if stop.owner else -1 for stop in stops], np.int32),
        gates=_gates(patterns, route_service, terms.stations, len(stops)),
        route_ids=tuple(route.id for route in feed.routes),
        route_names=tuple(route.name for route in feed.routes),
        route_operator=np.array([terms.parties[route.agency] for route in feed.routes], np.int32),
        route_service=route_service,
        patterns=patterns,
        walks=_walks(feed, places),
        section_ids=tuple(sorted(set(feed.times.section) - {""})),
        zone_ids=zone_ids_of(feed),
        stop_zone=stop_zones(stops, zone_ids_of(feed)),
        path_services=terms.path_services,
        departures_by_day_type=departures_of(feed, groups, terms.day_types),
    )


def _gates(patterns: Iterable[Pattern], route_service: I4, stations: frozenset[int], stops: int) -> I4:
    """The service whose gates stand at each stop: that of the vehicles which call there, the first one named if several."""
    gates = np.full(stops, -1, np.int32)
    for pattern in patterns:
        service = int(route_service[pattern.route])
        if service in stations:
            here = gates[pattern.stops]
            gates[pattern.stops] = np.where(here < 0, service, np.minimum(here, service))
    return gates


def _walks(feed: Feed, places: dict[int, int]) -> tuple[tuple[int, int, int, bool], ...]:
    ends = [walk for walk in feed.walks if walk.origin in places and walk.destination in places]
    return tuple((places[walk.origin], places[walk.destination], walk.seconds, walk.inside) for walk in ends)
