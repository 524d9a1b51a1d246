"""The price of one ride by what was counted: metres, stations, zones or stages, looked up in the tariff's tables."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.rates import HOPS, MAXIMUM, METRES, STAGES, STATIONS, ZONES


@rule
def at_least(keys: Any, size: int, wanted: int) -> int:
    """The first of `size` sorted keys that is not below the wanted one; `size` if all are."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@rule
def table_price(table: int, count: int, r: Any) -> int:
    """The price of the first step whose bound is not passed; the last step's beyond all bounds."""
    low, last = r.table_first[table], r.table_first[table] + r.table_size[table] - 1
    high = last
    while low < high:
        middle = (low + high) // 2
        if r.step_upto[middle] < count:
            low = middle + 1
        else:
            high = middle
    return r.step_minor[low]


@rule
def bits(mask: int) -> int:
    """How many bits are set."""
    n = 0
    while mask != 0:
        mask &= mask - 1
        n += 1
    return n


@rule
def paid_zones(e: Any, r: Any) -> int:
    """Zones that are paid for: one that is free to cross counts only where the rider taps in or out."""
    return e.zones & ~(r.via_free[e.service] & ~e.ends)


@rule
def how_many(zones: int, either: int) -> int:
    """How many zones: those passed, and one more where two overlap and neither was passed."""
    return bits(zones) + (1 if either != 0 and either & zones == 0 else 0)


@rule
def count(service: int, within: int, e: Any, r: Any) -> int:
    """What the service's fare tables count on this leg, in section `within` - 1 alone or, where it is 0, in all."""
    by = r.counts[service]
    if by == METRES:
        return e.dist_m
    if by == STATIONS:
        return e.hops[within] + 1
    if by == HOPS:
        return e.hops[within]
    if by == ZONES:
        return how_many(paid_zones(e, r), e.either)
    return e.stages if by == STAGES else 0


@rule
def ride_fare(category: int, medium: int, in_stop: int, paid: int, e: Any, r: Any) -> int:
    """What one rider's leg costs alone by the fare tables, before modifiers.

    A price named for the two stops goes before all tables. Tables for a section of the network add up; of tables that
    speak where a section is touched the dearest counts. `paid` has bit 1 + i for each section i whose table is paid for.
    """
    s = e.service
    if r.pairs > 0:
        named = pair_fare(category, medium, in_stop, e, r)
        if named >= 0:
            return named
    total, dearest = 0, 0
    for p in range(r.parts[s]):
        table, uses = r.table_of[p][category][medium][s], r.part_uses[p][s]
        if table < 0 or (uses != 0 and uses & e.sections == 0) or paid >> r.part_within[p][s] & 1 == 1:
            continue
        price = table_price(table, count(s, r.part_within[p][s], e, r), r)
        if uses == 0:
            total += price
        else:
            dearest = max(dearest, price)
    return max(total, dearest)


@rule
def capped_ride(service: int, category: int, fare: int, r: Any) -> int:
    """Never more than the ceiling of a ride, where there is one."""
    most = r.ride_max[service][category]
    return most if most >= 0 and fare > most else fare


@rule
def pair_fare(category: int, medium: int, in_stop: int, e: Any, r: Any) -> int:
    """The price that the tariff names for these two stops, or -1."""
    key = (e.service << 48) | (in_stop << 24) | e.stop
    i = at_least(r.pair_key, r.pairs, key)
    while i < r.pairs and r.pair_key[i] == key:
        if r.pair_categories[i] >> category & 1 == 1 and r.pair_media[i] >> medium & 1 == 1:
            return r.pair_minor[i]
        i += 1
    return -1


@rule
def counted_fare(category: int, medium: int, service: int, counted: int, r: Any) -> int:
    """The price of a count that is already known, by the service's first table."""
    table = r.table_of[0][category][medium][service]
    return 0 if table < 0 else capped_ride(service, category, table_price(table, counted, r), r)


@rule
def fare_instead(category: int, medium: int, service: int, end: int, minor: int, r: Any) -> int:
    """An amount, which nobody owes whose every ride is free, or what stands in its place: the fare to the end of the
    route, or the dearest."""
    dearest = r.dearest[category][medium][service]
    if minor >= 0:
        return minor if dearest > 0 else 0
    return dearest if minor == MAXIMUM else counted_fare(category, medium, service, end, r)
