"""The fare: one tap of a card's history after another, each leaving what the rider still holds.

A journey's money telescopes. After each tap the journey as a whole is due

    min(highest base + distance, sum of what its legs cost alone) + sections - early discount

and the tap charges what that is more than was due before; what was charged is never given back on the way. So the lines of
all taps add up to the fare that a clerk would work out for the whole journey at once, and the order of legs does not
matter unless a part of the journey would have cost more than the whole.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import between, calendar_row, minute_of, period_at, service_day
from afc.fares.distance import chain_distance, lone_distance, section_surcharge
from afc.fares.journey import continues, is_reentry_service
from afc.fares.rights import PASS_SPENT, PASS_SUSPENDED, PASS_YES, pass_answer, quota_for, use_pass, use_quota
from afc.fares.state import LINES_MAX

ENTRY, EXIT, LOAD, SALE = 1, 2, 3, 4
NO_ENTRY, SUSPENDED, PASS_DAY_LIMIT, INSUFFICIENT_BALANCE, PURSE_FULL, GROUP_NOT_ALLOWED = -2, -3, -4, -5, -6, -7
BASE, TRANSFER, DISTANCE, CEILING, SECTION, EARLY, QUOTA, PASS, FREE_DAY, COLLECTED, SURCHARGE = range(1, 12)
ALONE, JOINED, FREE = 0, 1, 2
"""How a leg belongs to a journey: a journey of its own; the journey that later legs may continue; on a free day."""


@rule
def charge(card: Any, e: Any, r: Any, lines: Any) -> int:
    """Apply one tap to a card: what the rider pays now, with `lines` saying why; or minus a `Refusal`.

    `lines` comes in as zeros, LINES_MAX rows of (rule, amount, quantity). After a refusal the card is half changed and must
    be thrown away: callers work on a second image, as a chip does.
    """
    if e.kind == ENTRY:
        due = tap_in(card, e, r, lines)
    elif e.kind == EXIT:
        due = tap_out(card, e, r, lines)
    else:
        return top_up(card, e, r)
    if due < 0:
        return due
    card.counter += 1
    return take_from_purse(card, e, r, due)


@rule
def put(lines: Any, why: int, amount: int, quantity: int) -> None:
    """Add a reason in the first free row."""
    i = 0
    while lines[i][0] != 0:
        i += 1
        assert i < LINES_MAX
    lines[i][0], lines[i][1], lines[i][2] = why, amount, quantity


@rule
def tap_in(card: Any, e: Any, r: Any, lines: Any) -> int:
    """A boarding: what was left owing by the leg before, then the pass, the free day, the transfer or the full base."""
    if e.group > 1 and r.group_categories >> card.category & 1 == 0:
        return GROUP_NOT_ALLOWED
    answer = pass_answer(card, e, r)
    if answer == PASS_SUSPENDED:
        return SUSPENDED
    if answer == PASS_SPENT and r.product_falls_back[card.product - 1] == 0:
        return PASS_DAY_LIMIT
    period = period_at(e.t_us, r)
    base = r.base[card.category][e.service][period] * e.group
    goes_on = answer != PASS_YES and continues(card, e, r, period)
    owed = settle_open_leg(card, r, lines)
    put(lines, BASE, base, e.group)
    if answer == PASS_YES:
        use_pass(card, e, r)
        put(lines, PASS, -base, card.product)
        start_leg(card, e, ALONE, card.product, base)
        return owed
    if r.free[calendar_row(service_day(e.t_us, r), r)] >> e.service & 1 == 1:
        put(lines, FREE_DAY, -base, 1)
        start_leg(card, e, FREE, 0, base)
        return owed
    if goes_on:
        return owed + transfer(card, e, r, lines, base, period)
    return owed + first_boarding(card, e, r, lines, base)


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
        return 0
    if r.collects_discount == 1 and card.leg_discount > 0:
        put(lines, COLLECTED, card.leg_discount, card.leg_number)
        return card.leg_discount
    surcharge = r.missing_surcharge[card.leg_service] * card.leg_group
    if surcharge > 0 and (card.leg_in_journey == ALONE or (card.leg_in_journey == JOINED and card.j_legs == 1)):
        put(lines, SURCHARGE, surcharge, card.leg_number)
        return surcharge
    return 0


@rule
def start_leg(card: Any, e: Any, in_journey: int, product: int, discount: int) -> None:
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


@rule
def board_journey(card: Any, e: Any) -> None:
    """The journey's own memory of its latest leg, which rides outside the journey do not touch."""
    card.j_legs += 1
    card.j_service, card.j_route, card.j_vehicle, card.j_group = e.service, e.route, e.vehicle, e.group
    card.j_in_us, card.j_out_us, card.j_out_stop = e.t_us, 0, -1


@rule
def first_boarding(card: Any, e: Any, r: Any, lines: Any, base: int) -> int:
    """A new journey, at the full base less what the hour or a monthly quota takes off."""
    if r.joins[e.service] == 0:
        fare = base - quota_discount(card, e, r, lines, base)
        start_leg(card, e, ALONE, 0, 0)
        return fare
    early = early_discount(e, r, lines, base)
    fare = base - early - quota_discount(card, e, r, lines, base - early)
    card.journeys += 1
    card.j_number = card.journeys
    card.j_legs, card.j_transfers, card.j_reentries, card.j_dist_m, card.j_sections = 0, 0, 0, 0, 0
    card.j_start_us, card.j_day = e.t_us, service_day(e.t_us, r)
    card.j_high, card.j_alone, card.j_free_m = base, base, r.free_m[e.service]
    card.j_early, card.j_due = base - fare, fare
    start_leg(card, e, JOINED, 0, 0)
    board_journey(card, e)
    return fare


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
def transfer(card: Any, e: Any, r: Any, lines: Any, base: int, period: int) -> int:
    """The next leg of the journey under way."""
    card.j_transfers += 1
    card.j_reentries += 1 if is_reentry_service(card, e, r) else 0
    if r.integrated == 1:
        card.j_alone += base
        card.j_high = max(card.j_high, base)
        card.j_free_m = max(card.j_free_m, r.free_m[e.service])
        fare = rise(card, e.group, r)
    else:
        fare = min(base, r.pair_price[card.j_service][e.service][period] * e.group)
    put(lines, TRANSFER, fare - base, card.j_transfers)
    card.transfer_us = e.t_us
    start_leg(card, e, JOINED, 0, base - fare)
    board_journey(card, e)
    return fare


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
def tap_out(card: Any, e: Any, r: Any, lines: Any) -> int:
    """An alighting: the distance of the leg becomes known, and the journey's clock starts for the next boarding."""
    if card.leg_open == 0 or e.service != card.leg_service or e.vehicle != card.leg_vehicle:
        return NO_ENTRY
    card.leg_open = 0
    if card.leg_in_journey == JOINED:
        card.j_out_us, card.j_out_stop = e.t_us, e.stop
    if card.leg_product > 0 or card.leg_in_journey == FREE:
        return 0
    alone = lone_distance(e.service, card.category, e.dist_m, r) * card.leg_group
    if card.leg_in_journey == JOINED and r.integrated == 1:
        return end_leg(card, e, r, lines, alone)
    section = section_surcharge(e.sections, card.category, r) * card.leg_group
    if section > 0:
        put(lines, SECTION, section, e.sections)
    if alone > 0:
        put(lines, DISTANCE, alone, e.dist_m)
    return section + alone


@rule
def end_leg(card: Any, e: Any, r: Any, lines: Any, alone: int) -> int:
    """Add a leg's metres and sections to the journey and charge what they bring."""
    section_before = section_surcharge(card.j_sections, card.category, r) * card.leg_group
    distance_before = journey_distance(card, r)
    card.j_dist_m += e.dist_m
    card.j_alone += alone
    card.j_sections |= e.sections
    section = section_surcharge(card.j_sections, card.category, r) * card.leg_group - section_before
    fare = rise(card, card.leg_group, r)
    if section != 0:
        put(lines, SECTION, section, card.j_sections)
    distance = (journey_distance(card, r) - distance_before) * card.leg_group
    if distance != 0:
        put(lines, DISTANCE, distance, card.j_dist_m)
    if fare != section + distance:
        put(lines, CEILING, fare - section - distance, card.j_legs)
    return fare


@rule
def take_from_purse(card: Any, e: Any, r: Any, due: int) -> int:
    """Pay from the purse; a ride on credit where the tariff gives one, otherwise a refusal."""
    if r.postpaid[card.medium] == 0 and due > 0 and card.balance < due:
        may_owe = r.credit_attribute == 0 or card.attributes & r.credit_attribute != 0
        if e.kind != ENTRY or not may_owe or card.credit_used >= r.credit_rides:
            return PASS_DAY_LIMIT if pass_answer_spent(card, e, r) else INSUFFICIENT_BALANCE
        card.credit_used += 1
    card.balance -= due
    return due


@rule
def pass_answer_spent(card: Any, e: Any, r: Any) -> bool:
    """Was the purse asked only because the pass has used up its day? Then that is what the rider is told."""
    return e.kind == ENTRY and pass_answer(card, e, r) == PASS_SPENT


@rule
def top_up(card: Any, e: Any, r: Any) -> int:
    """Value loaded, which pays back credit rides first; or a pass put on the card."""
    if e.kind == LOAD:
        if r.purse_max > 0 and card.balance + e.amount > r.purse_max:
            return PURSE_FULL
        card.balance += e.amount
        if card.balance >= 0:
            card.credit_used = 0
    else:
        card.product, card.missing_taps, card.pass_day_used = e.product, 0, 0
        card.pass_entries = r.product_entries[e.product - 1]
        card.pass_from_us, card.pass_until_us = 0, 0
    card.counter += 1
    return e.amount
