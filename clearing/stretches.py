"""The trains of one service as plain arrays: stretches between neighbouring stops, and what riding and changing cost.

A cost is one whole number that holds three, so that comparing costs settles ties too: seconds first, then changes of line,
then a draw. Nothing here is real, so two machines never disagree about which path is better.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from afc.network.network import I8
from afc.refusal import Refused

SECOND, CHANGE, DRAW = 1 << 40, 1 << 30, 1 << 20
"""A second weighs more than all the changes of a path, a change more than all its draws."""
STATIONS_MAX = CHANGE // DRAW
"""More stations on a path and their draws could add up to a change."""
SECONDS_MAX = (1 << 62) // SECOND
METRES_MAX = 900_000_000
"""More metres on a path and a millionth of a basis point of them would not fit into 64 bits."""


STRETCH = np.dtype([(name, "<i8") for name in ("start", "end", "route", "cost", "operator", "metres")])
"""Start and end are stations by number, operators are numbers in whatever order the caller has."""


class Stretches(NamedTuple):
    """STRETCH[n] sorted by where they begin: those that leave station `s` are `leaving[s]` up to `leaving[s + 1]`.

    Those that end there are `arriving[arrived[s]]` up to `arriving[arrived[s + 1]]`.
    """

    rides: np.ndarray
    leaving: I8
    arriving: I8
    arrived: I8
    change: int


def stretches_of(network: Any, service: Any, number: int, penalty_s: int, ranks: Mapping[int, int]) -> Stretches:
    """The stretches of service `number` with stations in the order of their stops; refuses what no cost can hold."""
    found = sorted(fastest(network, number).items())
    stops = stops_of(network, number)
    slowest_s, metres = max(row[0] for _, row in found), sum(row[2] for _, row in found)
    if len(stops) > STATIONS_MAX or len(found) * (slowest_s + 1 + penalty_s) >= SECONDS_MAX or metres > METRES_MAX:
        what = f"{len(stops)} stations and {len(found)} stretches are too many, too slow or too long to find paths"
        raise Refused("RAILWAY_TOO_LARGE", what, where=service.id, cure="Divide the service in two.")
    rides, place = np.zeros(len(found), STRETCH), {stop: i for i, stop in enumerate(stops)}
    for i, ((start, end, route), (seconds, operator, metres)) in enumerate(found):
        cost = seconds * SECOND + draw(network, start, end, route)
        rides[i] = place[start], place[end], route, cost, ranks[operator], metres
    return Stretches(
        rides,
        leaving=first_of_each(rides["start"], len(stops)),
        arriving=np.argsort(rides["end"], kind="stable"),
        arrived=first_of_each(np.sort(rides["end"]), len(stops)),
        change=penalty_s * SECOND + CHANGE,
    )


def stops_of(network: Any, number: int) -> list[int]:
    """The stops where trains of a service call; their places are the numbers of stations."""
    return sorted({int(stop) for p in network.patterns if network.route_service[p.route] == number for stop in p.stops})


def fastest(network: Any, number: int) -> dict[tuple[int, int, int], tuple[int, int, int]]:
    """By start, end and route: seconds, operator and metres of the fastest pattern, of equals the first.

    A stretch takes a second and a metre at least: otherwise riding in a circle would be free, and a path of no length
    would credit nobody.
    """
    found: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    for pattern in network.patterns:
        if network.route_service[pattern.route] != number:
            continue
        for i in range(len(pattern.stops) - 1):
            key = (int(pattern.stops[i]), int(pattern.stops[i + 1]), int(pattern.route))
            seconds = max(int(pattern.run_s[i + 1]) - int(pattern.run_s[i]), 1)
            metres = max(int(pattern.along_m[i + 1]) - int(pattern.along_m[i]), 1)
            if key[0] != key[1] and (key not in found or seconds < found[key][0]):
                found[key] = (seconds, int(pattern.operator[i]), metres)
    return found


def draw(network: Any, start: int, end: int, route: int) -> int:
    """What decides between paths of equal time and equally many changes: the smaller sum of draws is preferred.

    It comes from the names of line and stations, so neither the order of a file nor a machine can change the choice; it
    is the same in both directions, so that riders come back the way they went. A mere checksum would not do: names that
    differ by a digit then have sums that are the same.
    """
    near, far = sorted((network.stop_ids[start], network.stop_ids[end]))
    drawn = hashlib.sha256(f"{network.route_ids[route]} {near} {far}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") % DRAW


def first_of_each(places: np.ndarray, n: int) -> I8:
    """Where each of `n` numbers begins in a sorted list, and the list's length behind the last."""
    return np.searchsorted(places, np.arange(n + 1)).astype(np.int64)
