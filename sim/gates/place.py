"""The station under study: which it is, and what the pack says of its gates and trains."""

from __future__ import annotations

import difflib
from typing import Literal, NamedTuple

import numpy as np

from afc.city import City
from afc.moment import SECOND_US
from afc.refusal import Refused
from sim.demand.gravity import stop_weights

NEAR_MAX = 3
Way = Literal["in", "out", "both"]


class Place(NamedTuple):
    """A station: its stop in the network, what it is called, whether one taps out there, lanes in each direction, how long a
    passage takes in a city's day, and how long after one rider the next gets off a train."""

    stop: int
    id: str
    name: str
    taps_out: bool
    lanes: int
    lane_us: int
    alight_us: int


def find_place(city: City, wanted: str | None) -> Place:
    """A station by its id or name; without either, the one to which the pack gives the most riders."""
    network, stations = city.network, city.demand.stations
    gated = [stop for stop, service in enumerate(network.gates) if service >= 0]
    if stations is None or not gated:
        cure = "See which cities have stations: afc city show CITY."
        raise Refused("CITY_WITHOUT_GATES", f"{city.name} has no gates: readers are on board", cure=cure)
    stop = busiest(city, gated) if wanted is None else named(city, gated, wanted)
    service = city.services[int(network.gates[stop])]
    vehicle = city.demand.fleet[service.id]
    return Place(
        stop, network.stop_ids[stop], network.stop_names[stop], service.tap_out != "never", stations.lanes,
        round(stations.lane_s * SECOND_US), round(vehicle.alight_s / vehicle.doors * SECOND_US),
    )  # fmt: skip


def busiest(city: City, gated: list[int]) -> int:
    """The station with the largest weight in the pack; of equals the first."""
    out, into = stop_weights(tuple(city.network.stop_ids), city.demand.stops)
    return gated[int(np.argmax((out + into)[gated]))]


def named(city: City, gated: list[int], wanted: str) -> int:
    """The station of this id, or else of this name."""
    ids, names = city.network.stop_ids, city.network.stop_names
    for called in (ids, [name.casefold() for name in names]):
        found = [stop for stop in gated if called[stop] == (wanted if called is ids else wanted.casefold())]
        if found:
            return found[0]
    if wanted in ids:
        what = f'"{wanted}" is a stop in the street, without gates'
        raise Refused("STATION_WITHOUT_GATES", what, where="--station", cure=near_stations(city, gated, wanted))
    what = f'{city.name} has no station "{wanted}"'
    raise Refused("STATION_UNKNOWN", what, where="--station", cure=near_stations(city, gated, wanted))


def near_stations(city: City, gated: list[int], wanted: str) -> str:
    """The stations whose id or name comes nearest, and how to see all."""
    ids = {city.network.stop_ids[stop].casefold(): city.network.stop_ids[stop] for stop in gated}
    ids |= {city.network.stop_names[stop].casefold(): city.network.stop_ids[stop] for stop in gated}
    near = dict.fromkeys(ids[name] for name in difflib.get_close_matches(wanted.casefold(), list(ids), 2 * NEAR_MAX))
    told = f"Near it: {', '.join(list(near)[:NEAR_MAX])}. " if near else ""
    return f"{told}All stops: afc city stops {city.id}"


def way_of(place: Place, wanted: str | None) -> Way:
    """In, out or both; without a word, out where one taps out, because trains unload all at once."""
    if wanted in ("out", "both") and not place.taps_out:
        what = f"nobody taps out at {place.name}"
        raise Refused("NO_TAP_OUT", what, where="--way", cure="Study the way in: --way in")
    if wanted is None:
        return "out" if place.taps_out else "in"
    assert wanted in ("in", "out", "both")
    return wanted  # type: ignore[return-value]
