"""The journey as a whole: what it is due so far, and what a transfer takes off its next leg."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.distance import chain_distance, lone_distance, section_surcharge
from afc.fares.rates import DIFFERENCE, LESS


@rule
def journey_distance(card: Any, r: Any) -> int:
    """The distance part of the journey so far, for one rider.

    A single ride, and one continued through the same gates, is priced by its own service; any other by the journey's
    bands.
    """
    if card.j_transfers == card.j_reentries:
        return lone_distance(card.j_service, card.category, card.j_dist_m, r)
    return chain_distance(card.j_free_m, card.category, card.j_dist_m, r)


@rule
def due_in_all(card: Any, group: int, r: Any) -> int:
    """What the journey costs as far as it is known. What was charged is never given back in the middle of a journey."""
    distance = journey_distance(card, r) * group
    section = section_surcharge(card.j_sections, card.category, r) * group
    due = min(card.j_high + distance, card.j_alone) + section - card.j_early
    return max(due, card.j_due)


@rule
def rise(card: Any, group: int, r: Any) -> int:
    """How much more is due than before, which is what this tap charges."""
    due = due_in_all(card, group, r)
    more = due - card.j_due
    card.j_due = due
    return more


@rule
def after_transfer(card: Any, before: int, service: int, fare: int, group: int, period: int, r: Any) -> int:
    """What is left of a leg's fare because it follows another: a price, an amount off, or the difference to the dearest
    leg; and never past the ceiling of the two together."""
    minor, kind = r.pair_price[before][service][period] * group, r.pair_kind[before][service]
    if kind == LESS:
        left = fare - minor
    elif kind == DIFFERENCE:
        left = fare - card.j_high
    else:
        left = minor
    left = max(min(left, fare), 0)
    most = r.pair_max[before][service] * group
    return max(min(left, most - card.j_due), 0) if most >= 0 else left
