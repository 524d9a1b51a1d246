"""Alighting: the ride's length becomes known, and the journey's clock starts for the next boarding."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import period_at
from afc.fares.caps import capped
from afc.fares.codes import (
    CEILING,
    DISTANCE,
    FARE,
    FREE,
    FREE_DAY,
    JOINED,
    NO_ENTRY,
    OUTSIDE,
    OVERSTAY,
    PASS,
    RELEASE,
    SECTION,
    THROUGH,
    TRANSFER,
)
from afc.fares.distance import lone_distance, section_surcharge
from afc.fares.fare import capped_ride, count, fare_instead, how_many, paid_zones, ride_fare, table_price
from afc.fares.lines import put, put_unless_nothing
from afc.fares.rates import ZONES
from afc.fares.rights import give_entry_back, reaches
from afc.fares.terms import modified, modified_quietly
from afc.fares.whole import after_transfer, journey_distance, rise
from afc.network.zones import add_overlap, settled_either


@rule
def tap_out(card: Any, e: Any, r: Any, lines: Any) -> int:
    """What an alighting costs, or a refusal where no open boarding fits it."""
    if card.leg_open == 0 or not ends_ride(
        card.leg_service, card.leg_vehicle, card.leg_pattern, card.leg_in_us, e.service, e.vehicle, e.pattern, e.t_us, r
    ):
        return NO_ENTRY
    card.leg_open = 0
    if card.leg_in_journey == JOINED:
        card.j_out_us, card.j_out_stop = e.t_us, e.stop
    if r.counts[e.service] > 0:
        return end_counted_leg(card, e, r, lines)
    if card.leg_product > 0 or card.leg_in_journey == FREE:
        return 0
    alone = lone_distance(e.service, card.category, e.dist_m, r) * card.leg_group
    if card.leg_in_journey == JOINED and r.integrated == 1:
        return end_leg(card, e, r, lines, alone)
    section = section_surcharge(e.sections, card.category, r) * card.leg_group
    put_unless_nothing(lines, SECTION, section, e.sections)
    put_unless_nothing(lines, DISTANCE, alone, e.dist_m)
    return capped(card, e.service, card.leg_in_us, section + alone, lines, r)


@rule
def ends_ride(
    in_service: int,
    in_vehicle: int,
    in_pattern: int,
    in_us: int,
    service: int,
    vehicle: int,
    pattern: int,
    t_us: int,
    r: Any,
) -> bool:
    """Does an exit end a boarding? In the same vehicle, through gates of the same service, or, where the tariff lets a
    forgotten tap-out be made good, on the same route soon enough."""
    if in_service != service:
        return False
    if in_vehicle == vehicle:
        return True
    return r.repair_us[service] > 0 and in_pattern == pattern and t_us - in_us <= r.repair_us[service]


@rule
def end_leg(card: Any, e: Any, r: Any, lines: Any, alone: int) -> int:
    """Add a leg's metres and sections to an integrated journey and charge what they bring."""
    section_before = section_surcharge(card.j_sections, card.category, r) * card.leg_group
    distance_before = journey_distance(card, r)
    card.j_dist_m += e.dist_m
    card.j_alone += alone
    card.j_sections |= e.sections
    section = section_surcharge(card.j_sections, card.category, r) * card.leg_group - section_before
    fare = rise(card, card.leg_group, r)
    put_unless_nothing(lines, SECTION, section, card.j_sections)
    distance = (journey_distance(card, r) - distance_before) * card.leg_group
    put_unless_nothing(lines, DISTANCE, distance, card.j_dist_m)
    put_unless_nothing(lines, CEILING, fare - section - distance, card.j_legs)
    return capped(card, e.service, card.leg_in_us, fare, lines, r)


@rule
def end_counted_leg(card: Any, e: Any, r: Any, lines: Any) -> int:
    """A leg priced by a fare table: the pass or the free day, otherwise the fare, what it may cost at most, and what a
    long stay adds; last, what was held is given back."""
    held = card.leg_hold
    if held > 0:
        put(lines, RELEASE, -held, card.leg_group)
    if card.leg_product > 0 and reaches(card, e, r):
        return counted_on_pass(card, e, r, lines) - held
    outside = 0
    if card.leg_product > 0:
        outside = r.product_outside[card.leg_product - 1]
        give_entry_back(card, r)
        put_unless_nothing(lines, OUTSIDE, outside, card.leg_product)
        card.leg_product = 0
    if card.leg_in_journey == FREE:
        fare = ride_fare(card.category, card.medium, card.leg_stop, 0, e, r) * card.leg_group
        put(lines, FARE, fare, count(e.service, 0, e, r))
        put(lines, FREE_DAY, -fare, 1)
        return -held
    is_part = r.through == 1 and card.leg_in_journey == JOINED
    fare = through_fare(card, e, r, lines) if is_part else lone_fare(card, e, r, lines)
    fare = capped(card, e.service, card.leg_in_us, fare, lines, r)
    return fare + overstay(card, e, r, lines, fare) + outside - held


@rule
def counted_on_pass(card: Any, e: Any, r: Any, lines: Any) -> int:
    """The pass pays the ride, or the sections of it that it is good for; section surcharges only where it says so."""
    fare = ride_fare(card.category, card.medium, card.leg_stop, 0, e, r)
    put(lines, FARE, fare, count(e.service, 0, e, r))
    x, rest = card.leg_product - 1, 0
    if r.product_within[x] != 0:
        rest = ride_fare(card.category, card.medium, card.leg_stop, r.product_within[x], e, r)
    put(lines, PASS, rest - fare, card.leg_product)
    if r.product_sections[x] == 1:
        return rest
    return rest + put_unless_nothing(lines, SECTION, section_surcharge(e.sections, card.category, r), e.sections)


@rule
def with_sections(card: Any, fare: int, sections: int, service: int, lines: Any, r: Any) -> int:
    """A rider's fare with the surcharge of its sections, under the ceiling of a ride."""
    group = card.leg_group
    fare += put_unless_nothing(lines, SECTION, section_surcharge(sections, card.category, r) * group, sections) // group
    most = capped_ride(service, card.category, fare, r)
    return fare + put_unless_nothing(lines, CEILING, (most - fare) * group, 0) // group


@rule
def lone_fare(card: Any, e: Any, r: Any, lines: Any) -> int:
    """A leg at its own fare, less what following another leg takes off."""
    group = card.leg_group
    fare = ride_fare(card.category, card.medium, card.leg_stop, 0, e, r)
    put(lines, FARE, fare * group, count(e.service, 0, e, r))
    fare = with_sections(card, fare, e.sections, e.service, lines, r)
    fare = modified(fare, card.leg_terms, group, lines, r) * group
    card.leg_alone = fare
    if card.leg_in_journey == JOINED:
        left = fare
        if card.j_legs > 1:
            left = after_transfer(card, card.j_after, e.service, fare, group, period_at(card.leg_in_us, r), r)
            put_unless_nothing(lines, TRANSFER, left - fare, card.j_transfers)
        card.j_high = max(card.j_high, fare)
        card.j_due += left
        return left
    return fare


@rule
def through_fare(card: Any, e: Any, r: Any, lines: Any) -> int:
    """What the whole journey costs as if it were one ride, less what it has paid; never more than its legs alone."""
    group, s = card.leg_group, e.service
    alone = ride_fare(card.category, card.medium, card.leg_stop, 0, e, r)
    card.leg_alone = modified_quietly(alone, card.leg_terms, r) * group
    card.j_dist_m += e.dist_m
    card.j_alone += alone
    add_zones(card, paid_zones(e, r), e.either)
    counted = min(e.whole_m, card.j_dist_m) if e.whole_m > 0 else card.j_dist_m
    if r.counts[s] == ZONES:
        counted = how_many(card.j_zones, card.j_either)
    if card.j_legs == 1:
        whole, counted = alone, count(s, 0, e, r)
    else:
        whole = min(table_price(r.table_of[0][card.category][card.medium][s], counted, r), card.j_alone)
    put(lines, FARE, whole * group, counted)
    card.j_sections |= e.sections
    whole = with_sections(card, whole, card.j_sections, s, lines, r)
    due = max(modified(whole, card.j_terms, group, lines, r) * group, card.j_due)
    paid = card.j_due
    put_unless_nothing(lines, THROUGH, due - paid - lines_total(lines, card.leg_hold), card.j_legs)
    card.j_due = due
    return due - paid


@rule
def add_zones(card: Any, zones: int, either: int) -> None:
    """Add a leg's zones to the journey's; overlaps are settled over the journey as a whole."""
    card.j_zones |= zones
    if either != 0:
        card.j_zones = add_overlap(card.j_zones, card.j_either, either)
        card.j_either = settled_either(card.j_zones, card.j_either, either)
    if card.j_either & card.j_zones != 0:
        card.j_either = 0


@rule
def lines_total(lines: Any, held: int) -> int:
    """What the lines come to so far, without the hold that is given back."""
    total = held
    for i in range(len(lines)):
        total += lines[i][1]
    return total


@rule
def overstay(card: Any, e: Any, r: Any, lines: Any, fare: int) -> int:
    """What a stay past the time limit adds: an amount, or what is missing to the dearest fare."""
    s = e.service
    if r.stay_us[s] == 0 or e.t_us - card.leg_in_us <= r.stay_us[s]:
        return 0
    minor = fare_instead(card.category, card.medium, s, 0, r.stay_minor[s], r) * card.leg_group
    if r.stay_minor[s] < 0:
        minor = max(modified_quietly(minor // card.leg_group, card.leg_terms, r) * card.leg_group - fare, 0)
    return put_unless_nothing(lines, OVERSTAY, minor, card.leg_group)
