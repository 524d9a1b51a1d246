"""Inspectors: now and then one goes through a vehicle or along a platform and reads the cards of whoever is there.

Nobody behaves otherwise for it. What is written is evidence: which card, where, and the penalty that was asked for. A rider
who has not tapped in is played by the card of somebody who stays at home.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.moment import HOUR_US, MINUTE_US
from afc.tap import NO_PATTERN, TAP, TAP_VERSION, TapKind
from sim.world.stage import Crowd, Desk, Vehicles

BEGIN_US, END_US = 3 * HOUR_US, 18 * HOUR_US
"""After the service day has begun: when inspectors are out."""
ROUND_MAX = 20
"""Riders checked in one vehicle or on one platform."""
ROUND_US = 5 * MINUTE_US
"""What a visit takes, and the way to the next."""


class Found(NamedTuple):
    """Who is where: rows of cards, and the place; a pattern of NO_PATTERN is a platform."""

    rows: NDArray[np.int64]
    stop: int
    pattern: int
    seq: int
    trip: int


class Round(NamedTuple):
    """One visit of one handheld reader (its place among all) to a service."""

    at_us: int
    reader: int
    riders: int
    service: int
    without: float
    penalty: int


def rounds_of(city: Any, equipment: Any, day_us: int, rng: np.random.Generator) -> list[Round]:
    """The visits of a day, in the order of time."""
    found = []
    for row, handhelds in zip(city.demand.inspection, equipment.handhelds, strict=True):
        service = city.service(row.service)
        for reader in handhelds:
            most = [min(ROUND_MAX, row.riders - done) for done in range(0, row.riders, ROUND_MAX)]
            starts = np.sort(rng.integers(BEGIN_US, END_US, len(most))) + ROUND_US * np.arange(len(most))
            found += [
                Round(day_us + at, reader, riders, service, row.without, row.penalty)
                for at, riders in zip(starts.tolist(), most, strict=True)
            ]
    return sorted(found)


def check(
    one: Round, desk: Desk, home: NDArray[np.int64], found: Found, now_us: int, rng: np.random.Generator
) -> NDArray[np.void]:
    """The records of one visit; `home` are the rows of cards that are not out. Whoever is still at the reader is not asked."""
    rows = found.rows[desk.cards["leg_in_us"][found.rows] <= now_us][: one.riders]
    evades = (rng.random(len(rows)) < one.without) & (len(home) > 0)
    rows[evades] = rng.choice(home, int(evades.sum())) if evades.any() else rows[evades]
    cards, reader, taps = desk.cards[rows], desk.readers[one.reader], np.zeros(len(rows), TAP)
    taps["version"], taps["kind"], taps["key_version"] = TAP_VERSION, TapKind.INSPECTION, reader["key_version"]
    for field in ("card", "medium", "category", "balance"):
        taps[field] = cards[field]
    for field in ("device", "epoch", "tariff", "clock"):
        taps[field] = reader[field]
    taps["seq"] = int(reader["seq"]) + 1 + np.arange(len(rows))
    reader["seq"] += len(rows)
    taps["time_us"] = now_us + np.arange(len(rows))  # in one moment: at the next stop some are gone
    taps["stop"], taps["pattern"], taps["stop_seq"], taps["trip"] = found[1:]
    taps["amount"] = np.where(evades, one.penalty, 0)
    return taps


def in_vehicle(crowd: Crowd, desk: Desk, vehicles: Vehicles, vehicle: int) -> Found:
    """Everybody in a vehicle, which is where its console says."""
    heads = vehicles.aboard[vehicle]
    console = desk.readers[int(vehicles.rows["reader"][vehicle])]
    place = (int(console[field]) for field in ("stop", "pattern", "stop_seq", "trip"))
    return Found(rows_of(crowd, heads[heads >= 0].tolist()), *place)


def on_platform(crowd: Crowd, stop: int) -> Found:
    """Everybody on the platforms of a station."""
    calls = crowd.calls[(crowd.calls["stop"] == stop) & (crowd.calls["gated"] == 1) & (crowd.calls["head"] >= 0)]
    return Found(rows_of(crowd, calls["head"].tolist()), stop, NO_PATTERN, 0, 0)


def rows_of(crowd: Crowd, heads: list[int]) -> NDArray[np.int64]:
    """The card rows of everybody on some lists."""
    riders = [j for head in heads for j in linked(crowd, head)]
    return crowd.travellers["row"][np.array(riders, np.int64)].astype(np.int64)


def linked(crowd: Crowd, j: int) -> Iterator[int]:
    """Everybody on a list, from its head."""
    while j >= 0:
        yield j
        j = int(crowd.travellers["next"][j])
