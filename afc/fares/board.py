"""Boarding: what was left owing by the leg before, then the pass, the free day, the transfer or the full base."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import between, calendar_row, minute_of, period_at, service_day
from afc.fares.caps import capped
from afc.fares.codes import (
    ALONE,
    BASE,
    COLLECTED,
    EARLY,
    FREE,
    FREE_DAY,
    GROUP_NOT_ALLOWED,
    HOLD,
    JOINED,
    NO_FARE,
    PASS,
    PASS_DAY_LIMIT,
    PASS_NOT_VALID,
    PENALTY,
    QUOTA,
    SURCHARGE,
    SUSPENDED,
    TRANSFER,
)
from afc.fares.fare import count, fare_instead
from afc.fares.journey import continues, is_reentry_service
from afc.fares.lines import put
from afc.fares.rights import (
    PASS_CLOSED,
    PASS_SPENT,
    PASS_SUSPENDED,
    PASS_YES,
    bring_up_next_pass,
    pass_answer,
    quota_for,
    use_pass,
    use_quota,
)
from afc.fares.terms import modified, modified_quietly, terms_at, terms_on
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


@rule
def start_leg(card: Any, e: Any, r: Any, in_journey: int, product: int, discount: int) -> None:
    """Remember the boarding. A leg outside the purse's journey is a journey of its own."""
    if in_journey != JOINED:
        card.journeys += 1
    card.leg_number += 1
    card.leg_journey = card.j_number if in_journey == JOINED else card.journeys
    card.leg_open, card.leg_in_journey, card.leg_product = 1, in_journey, product
    card.leg_service, card.leg_group, card.leg_operator = e.service, e.group, e.operator
    card.leg_route, card.leg_pattern, card.leg_seq = e.route, e.pattern, e.seq
    card.leg_stop, card.leg_vehicle, card.leg_in_us = e.stop, e.vehicle, e.t_us
    card.leg_discount = discount if in_journey == JOINED else 0
    if r.to_end[e.service] > 0:
        card.leg_end = count(e.service, 0, e, r)
    if r.counted == 1:
        card.leg_hold, card.leg_alone = 0, 0


@rule
def board_journey(card: Any, e: Any) -> None:
    """The journey's own memory of its latest leg, which rides outside the journey do not touch."""
    card.j_legs += 1
    card.j_after = card.j_service
    card.j_service, card.j_route, card.j_vehicle, card.j_group = e.service, e.route, e.vehicle, e.group
    card.j_in_us, card.j_out_us, card.j_out_stop = e.t_us, 0, -1


@rule
def open_journey(card: Any, e: Any, r: Any, held: int, product: int) -> None:
    """A journey begins; what it comes to is written by the caller."""
    card.journeys += 1
    card.j_number = card.journeys
    card.j_legs, card.j_transfers, card.j_reentries, card.j_dist_m, card.j_sections = 0, 0, 0, 0, 0
    card.j_start_us, card.j_day, card.j_stop = e.t_us, service_day(e.t_us, r), e.stop
    card.j_terms, card.j_zones, card.j_either, card.j_product, card.j_service = held, 0, 0, product, -1
    card.j_high, card.j_alone, card.j_due, card.j_early, card.j_free_m = 0, 0, 0, 0, r.free_m[e.service]


@rule
def board_with_pass(card: Any, e: Any, r: Any, lines: Any, one: int) -> None:
    """The pass pays; one whose entries are journeys opens a journey that later legs continue."""
    use_pass(card, e, r)
    card.leg_terms = terms_at(card, e, True, r)
    if one > 0 or r.counts[e.service] == 0:
        put(lines, PASS, -one * e.group, card.product)
    if r.product_transfers[card.product - 1] == 1 and r.joins[e.service] == 1:
        open_journey(card, e, r, card.leg_terms, card.product)
        start_leg(card, e, r, JOINED, card.product, 0)
        board_journey(card, e)
        return
    start_leg(card, e, r, ALONE, card.product, one * e.group)


@rule
def is_on_pass(card: Any, e: Any, r: Any) -> bool:
    """Does the pass that opened the journey go on paying for this service?"""
    return card.j_product > 0 and r.product_services[card.j_product - 1] >> e.service & 1 == 1


@rule
def ride_on_with_pass(card: Any, e: Any, r: Any, lines: Any, one: int) -> None:
    """A later leg of a journey that an entry of a pass has opened costs nothing more, and burns no entry."""
    if one > 0 or r.counts[e.service] == 0:
        put(lines, PASS, -one * e.group, card.j_product)
    card.j_transfers += 1
    card.leg_terms = terms_at(card, e, False, r)
    start_leg(card, e, r, JOINED, card.j_product, 0)
    board_journey(card, e)


@rule
def first_boarding(card: Any, e: Any, r: Any, lines: Any, one: int) -> int:
    """A new journey, at the full base less what modifiers, the early hour and a monthly quota take off."""
    held = terms_at(card, e, True, r)
    card.leg_terms = held
    base = one * e.group
    fare = modified(one, held, e.group, lines, r) * e.group if one > 0 else 0
    if r.joins[e.service] == 0:
        fare -= quota_discount(card, e, r, lines, fare)
        start_leg(card, e, r, ALONE, 0, 0)
        return capped(card, e.service, e.t_us, fare, lines, r)
    fare -= early_discount(e, r, lines, fare)
    fare -= quota_discount(card, e, r, lines, fare)
    open_journey(card, e, r, held, 0)
    card.j_high, card.j_alone, card.j_early, card.j_due = base, base, base - fare, fare
    start_leg(card, e, r, JOINED, 0, 0)
    board_journey(card, e)
    return capped(card, e.service, e.t_us, fare, lines, r)


@rule
def take_hold(card: Any, e: Any, r: Any, lines: Any) -> int:
    """What a reader takes now and gives back at the tap-out, where the tariff says so."""
    wanted = r.hold[card.medium][e.service]
    if wanted == 0:
        return 0
    minor = fare_instead(card.category, card.medium, e.service, card.leg_end, wanted, r)
    dearest = r.dearest[card.category][card.medium][e.service]
    if wanted < 0 or modified_quietly(dearest, card.leg_terms, r) == 0:
        minor = modified_quietly(minor, card.leg_terms, r)
    card.leg_hold = minor * e.group
    if card.leg_hold > 0:
        put(lines, HOLD, card.leg_hold, e.group)
    return card.leg_hold


@rule
def early_discount(e: Any, r: Any, lines: Any, base: int) -> int:
    """So many per cent off the base, and only the base, of a journey that begins early; fractions go to the operator."""
    if r.early_percent == 0 or r.early_services >> e.service & 1 == 0:
        return 0
    if not between(minute_of(e.t_us, r), r.early_from, r.early_to):
        return 0
    minor = base * r.early_percent // 100
    put(lines, EARLY, -minor, r.early_percent)
    return minor


@rule
def quota_discount(card: Any, e: Any, r: Any, lines: Any, fare: int) -> int:
    """What another payer takes over because a ride of the month's quota is used."""
    q = quota_for(card, e, r)
    if q < 0 or fare <= r.quota_price[q][e.service]:
        return 0
    use_quota(card, e, r)
    minor = fare - r.quota_price[q][e.service]
    put(lines, QUOTA, -minor, q)
    return minor


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
