"""Through fares: the whole journey as if it were one ride, less what it has paid."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import CEILING, FARE, SECTION, THROUGH
from afc.fares.distance import section_surcharge
from afc.fares.fare import capped_ride, count, how_many, paid_zones, ride_fare, table_price
from afc.fares.lines import put, put_unless_nothing
from afc.fares.rates import ZONES
from afc.fares.terms import modified, modified_quietly
from afc.network.zones import add_overlap, settled_either


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
def with_sections(card: Any, fare: int, sections: int, service: int, lines: Any, r: Any) -> int:
    """A rider's fare with the surcharge of its sections, under the ceiling of a ride."""
    group = card.leg_group
    fare += put_unless_nothing(lines, SECTION, section_surcharge(sections, card.category, r) * group, sections) // group
    most = capped_ride(service, card.category, fare, r)
    return fare + put_unless_nothing(lines, CEILING, (most - fare) * group, 0) // group


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
