"""Alighting from a leg that a fare table prices: the pass or the free day, otherwise the fare, and what a long stay adds."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import period_at
from afc.fares.caps import capped
from afc.fares.codes import FARE, FREE, FREE_DAY, JOINED, OUTSIDE, OVERSTAY, PASS, RELEASE, SECTION, TRANSFER
from afc.fares.distance import section_surcharge
from afc.fares.fare import count, fare_instead, ride_fare
from afc.fares.lines import put, put_unless_nothing
from afc.fares.rights import give_entry_back, reaches
from afc.fares.terms import modified, modified_quietly
from afc.fares.through import through_fare, with_sections
from afc.fares.whole import after_transfer


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
def overstay(card: Any, e: Any, r: Any, lines: Any, fare: int) -> int:
    """What a stay past the time limit adds: an amount, or what is missing to the dearest fare."""
    s = e.service
    if r.stay_us[s] == 0 or e.t_us - card.leg_in_us <= r.stay_us[s]:
        return 0
    minor = fare_instead(card.category, card.medium, s, 0, r.stay_minor[s], r) * card.leg_group
    if r.stay_minor[s] < 0:
        minor = max(modified_quietly(minor // card.leg_group, card.leg_terms, r) * card.leg_group - fare, 0)
    return put_unless_nothing(lines, OVERSTAY, minor, card.leg_group)
