"""Fare zones: which ones a stop lies in, and which ones a ride goes through.

A stop whose `zone_id` names several, as in `north/south`, lies where zones overlap: it counts as whichever of them
the ride, or the journey, touches anyway, and as one of them if it touches none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from afc.executor import rule
from afc.gtfs.rows import Feed, Stop
from afc.network.network import I8


def zone_ids_of(feed: Feed) -> tuple[str, ...]:
    """All zones of a feed; numbers in the order of numbers, words in the order of bytes."""
    found = {zone for stop in feed.stops for zone in stop.zone.split("/") if zone}
    return tuple(sorted(found, key=lambda zone: (not zone.isdigit(), int(zone) if zone.isdigit() else 0, zone)))


def stop_zones(stops: Sequence[Stop], ids: Sequence[str]) -> I8:
    """Each stop's zones as bits."""
    bit = {zone: 1 << i for i, zone in enumerate(ids)}
    return np.array([sum(bit[zone] for zone in set(stop.zone.split("/")) if zone) for stop in stops], np.int64)


@rule
def is_single(zones: int) -> bool:
    """Is it one zone alone, or none?"""
    return zones & (zones - 1) == 0


@rule
def settled_either(passed: int, either: int, zones: int) -> int:
    """Of several overlaps that a ride has met, what is still open: zones of which one more is taken.

    Nothing is open if one of the zones was passed anyway; two overlaps with a zone in common take that one.
    """
    if zones & passed != 0:
        return either
    if either == 0 or either & zones == 0:
        return zones if either == 0 else either
    return either & zones


@rule
def add_overlap(passed: int, either: int, zones: int) -> int:
    """The zones passed, once two overlaps without a common zone have been met: the first zone of the later one is taken."""
    if zones & passed == 0 and either != 0 and either & zones == 0:
        return passed | (zones & -zones)
    return passed


@rule
def note_zones(e: Any, pattern: int, first: int, last: int, tables: Any) -> None:
    """Write into an event the zones of a ride along a route."""
    passed, shared, either = 0, 0, 0
    for i in range(first, last + 1):
        zones = tables.call_zone[pattern, i]
        passed |= zones if is_single(zones) else 0
        shared |= 0 if is_single(zones) else zones
    if shared != 0:
        for i in range(first, last + 1):
            zones = tables.call_zone[pattern, i]
            if not is_single(zones):
                passed = add_overlap(passed, either, zones)
                either = settled_either(passed, either, zones)
    e.zones, e.either = passed, either if either & passed == 0 else 0
