"""Alighting: the ride's length becomes known, and the journey's clock starts for the next boarding."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.alight_counted import end_counted_leg
from afc.fares.caps import capped
from afc.fares.codes import CEILING, DISTANCE, FREE, JOINED, NO_ENTRY, SECTION
from afc.fares.distance import lone_distance, section_surcharge
from afc.fares.lines import put_unless_nothing
from afc.fares.whole import journey_distance, rise


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
