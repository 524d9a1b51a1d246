"""Boarding: what was left owing by the leg before, then the pass, the free day, the transfer or the full base."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.board_first import first_boarding, take_hold
from afc.fares.board_pass import board_with_pass, is_on_pass, ride_on_with_pass
from afc.fares.calendar import calendar_row, period_at, service_day
from afc.fares.caps import capped
from afc.fares.codes import (
    BASE,
    FREE,
    FREE_DAY,
    GROUP_NOT_ALLOWED,
    JOINED,
    NO_FARE,
    PASS_DAY_LIMIT,
    PASS_NOT_VALID,
    SUSPENDED,
    TRANSFER,
)
from afc.fares.journey import continues, is_reentry_service
from afc.fares.left_open import settle_open_leg
from afc.fares.leg import board_journey, start_leg
from afc.fares.lines import put
from afc.fares.rights import PASS_CLOSED, PASS_SPENT, PASS_SUSPENDED, PASS_YES, bring_up_next_pass, pass_answer
from afc.fares.terms import modified, terms_at
from afc.fares.whole import after_transfer, rise


@rule
def tap_in(card: Any, e: Any, r: Any, lines: Any) -> int:
    """What a boarding costs now, or a refusal."""
    if e.group > 1 and r.group_categories >> card.category & 1 == 0:
        return GROUP_NOT_ALLOWED
    if r.priced[card.category][card.medium][e.service] == 0:
        return NO_FARE
    bring_up_next_pass(card, e.t_us, r)
    period = period_at(e.t_us, r)
    goes_on = continues(card, e, r, period)
    answer = pass_answer(card, e, r)
    if answer == PASS_SUSPENDED:
        return SUSPENDED
    if answer == PASS_SPENT and r.product_falls_back[card.product - 1] == 0:
        return PASS_DAY_LIMIT
    if answer == PASS_CLOSED and r.product_falls_back[card.product - 1] == 0:
        return PASS_NOT_VALID
    one = r.base[card.category][e.service][period]
    owed = settle_open_leg(card, r, lines)
    e.amount = owed
    if r.counts[e.service] == 0 or one > 0:
        put(lines, BASE, one * e.group, e.group)
    if goes_on and is_on_pass(card, e, r):
        ride_on_with_pass(card, e, r, lines, one)
        return owed
    if answer == PASS_YES:
        board_with_pass(card, e, r, lines, one)
        return owed
    if r.free[calendar_row(service_day(e.t_us, r), r)] >> e.service & 1 == 1:
        put(lines, FREE_DAY, -one * e.group, 1)
        start_leg(card, e, r, FREE, 0, one * e.group)
        return owed
    if goes_on:
        return owed + transfer(card, e, r, lines, one, period) + take_hold(card, e, r, lines)
    return owed + first_boarding(card, e, r, lines, one) + take_hold(card, e, r, lines)


@rule
def transfer(card: Any, e: Any, r: Any, lines: Any, one: int, period: int) -> int:
    """The next leg of the journey under way."""
    card.j_transfers += 1
    card.j_reentries += 1 if is_reentry_service(card, e, r) else 0
    base = one * e.group
    card.leg_terms = terms_at(card, e, False, r)
    before = card.j_service
    fare = 0
    if r.integrated == 1:
        card.j_alone += base
        card.j_high = max(card.j_high, base)
        card.j_free_m = max(card.j_free_m, r.free_m[e.service])
        fare = rise(card, e.group, r)
        put(lines, TRANSFER, fare - base, card.j_transfers)
    elif base > 0 or r.counts[e.service] == 0:
        modifier_fare = modified(one, card.leg_terms, e.group, lines, r) * e.group
        fare = after_transfer(card, before, e.service, modifier_fare, e.group, period, r)
        put(lines, TRANSFER, fare - modifier_fare, card.j_transfers)
        card.j_high = max(card.j_high, modifier_fare)
        card.j_due += fare
    card.transfer_us = e.t_us
    start_leg(card, e, r, JOINED, 0, base - fare)
    board_journey(card, e)
    return capped(card, e.service, e.t_us, fare, lines, r)
