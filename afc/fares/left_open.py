"""A leg left without a tap-out: what is owing for it is known at the tap that follows."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import ALONE, COLLECTED, FREE, JOINED, PENALTY, SURCHARGE
from afc.fares.fare import fare_instead
from afc.fares.lines import put
from afc.fares.terms import modified_quietly, terms_on


@rule
def settle_open_leg(card: Any, r: Any, lines: Any) -> int:
    """The leg before was left without a tap-out: collect what the tariff says, and count it against a pass."""
    if card.leg_open == 0:
        return 0
    card.leg_open = 0
    if card.leg_product > 0:
        x = card.leg_product - 1
        over = r.product_missing_max[x] > 0 and card.missing_taps + 1 >= r.product_missing_max[x]
        if over:
            card.pass_from_us = card.leg_in_us + r.product_suspend_us[x]
        card.missing_taps = 0 if over else card.missing_taps + 1
        return 0 if r.product_missing_pays[x] == 1 else collect_missing_end(card, r, lines)
    if r.counts[card.leg_service] > 0:
        return collect_missing_end(card, r, lines)
    if r.collects_discount == 1 and card.leg_discount > 0:
        put(lines, COLLECTED, card.leg_discount, card.leg_number)
        return card.leg_discount
    surcharge = r.missing_surcharge[card.leg_service] * card.leg_group
    if surcharge > 0 and (card.leg_in_journey == ALONE or (card.leg_in_journey == JOINED and card.j_legs == 1)):
        put(lines, SURCHARGE, surcharge, card.leg_number)
        return surcharge
    return 0


@rule
def collect_missing_end(card: Any, r: Any, lines: Any) -> int:
    """The fare of a ride whose end nobody knows, by the table that the tariff names; nothing more where a hold was taken."""
    s = card.leg_service
    if r.missing_fare[s] == 0 or card.leg_hold > 0 or card.leg_in_journey == FREE:
        return 0
    medium = r.missing_medium[card.medium]
    minor = fare_instead(card.category, medium, s, card.leg_end, r.missing_fare[s], r)
    if r.missing_fare[s] < 0:
        minor = modified_quietly(minor, terms_on(card.leg_terms, medium, r), r)
    minor *= card.leg_group
    if minor > 0:
        put(lines, PENALTY, minor, card.leg_number)
    return minor
