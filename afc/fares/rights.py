"""Rights that are not money: passes and monthly quotas of rides, as the card carries them."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import calendar_row, local_clock_us, minute_of, service_day
from afc.fares.codes import JOINED
from afc.fares.rates import DAY_US
from afc.fares.terms import inside

PASS_NO, PASS_YES, PASS_SPENT, PASS_SUSPENDED, PASS_CLOSED = 0, 1, 2, 3, 4
"""What a pass answers at a boarding: not for this ride; pays; would, but today's entries are used up; suspended; would, but
not at this hour or for this holder, or it is over and the purse may not pay instead."""


@rule
def pass_answer(card: Any, e: Any, r: Any) -> int:
    """May the pass on the card pay for this boarding?"""
    if card.product == 0:
        return PASS_NO
    x = card.product - 1
    if r.product_services[x] >> e.service & 1 == 0 or e.group != 1:
        return PASS_NO
    over = PASS_NO if r.product_falls_back[x] == 1 else PASS_CLOSED
    if card.pass_until_us > 0 and e.t_us >= card.pass_until_us:
        return over
    if card.pass_from_us > e.t_us or suspended_until_us(card, r) > e.t_us:
        return PASS_SUSPENDED
    if r.product_entries[x] > 0 and card.pass_entries <= 0:
        return over
    if not is_open(card, x, e.t_us, r):
        return PASS_CLOSED
    if (
        r.product_day_max[x] > 0
        and service_day(e.t_us, r) == card.pass_day
        and card.pass_day_used >= r.product_day_max[x]
    ):
        return PASS_SPENT
    return PASS_YES


@rule
def is_open(card: Any, x: int, t_us: int, r: Any) -> bool:
    """Is a pass valid at this hour of this kind of day, for a card with the attribute that it asks for?"""
    if r.product_attribute[x] != 0 and card.attributes & r.product_attribute[x] == 0:
        return False
    if r.product_days[x] == 0:
        return True
    kind = r.day_type[calendar_row(service_day(t_us, r), r)]
    return inside(minute_of(t_us, r), r.product_bands[x][kind], r.product_from[x][kind], r.product_to[x][kind])


@rule
def may_pay(card: Any, t_us: int, r: Any) -> bool:
    """Has the pass on the card time and entries left?"""
    if card.product == 0 or (card.pass_until_us > 0 and t_us >= card.pass_until_us):
        return False
    return r.product_entries[card.product - 1] == 0 or card.pass_entries > 0


@rule
def put_pass_on(card: Any, product: int, entries: int) -> None:
    """A pass begins: its time runs from the first use."""
    card.product, card.pass_entries = product, entries
    card.missing_taps, card.pass_day_used, card.pass_from_us, card.pass_until_us = 0, 0, 0, 0


@rule
def until_day_cut(t_us: int, span_us: int, r: Any) -> int:
    """The day cut at which so much time in whole service days is over, the day of `t_us` counted."""
    local_us = service_day(t_us, r) * DAY_US + span_us + r.cut_us
    end_us = local_us - (local_clock_us(t_us, r) - t_us)
    return local_us - (local_clock_us(end_us, r) - end_us)  # the clock may have changed on the way


@rule
def bring_up_next_pass(card: Any, t_us: int, r: Any) -> None:
    """The pass that waits begins when the one before it is over."""
    if card.next_product > 0 and not may_pay(card, t_us, r):
        put_pass_on(card, card.next_product, card.next_entries)
        card.next_product, card.next_entries = 0, 0


@rule
def suspended_until_us(card: Any, r: Any) -> int:
    """The end of a suspension that the open boarding brings about, or 0. It counts from that boarding."""
    if card.leg_open == 0 or card.leg_product == 0:
        return 0
    x = card.leg_product - 1
    if r.product_missing_max[x] == 0 or card.missing_taps + 1 < r.product_missing_max[x]:
        return 0
    return card.leg_in_us + r.product_suspend_us[x]


@rule
def use_pass(card: Any, e: Any, r: Any) -> None:
    """Burn one entry; the first use starts the validity of a pass that runs from it."""
    x = card.product - 1
    day = service_day(e.t_us, r)
    if card.pass_until_us == 0:
        card.pass_until_us = e.t_us + r.product_span_us[x]
        if r.product_by_day[x] == 1:
            card.pass_until_us = until_day_cut(e.t_us, r.product_span_us[x], r)
    if card.pass_day != day:
        card.pass_day, card.pass_day_used = day, 0
    card.pass_day_used += 1
    if r.product_entries[x] > 0:
        card.pass_entries -= 1


@rule
def give_entry_back(card: Any, r: Any) -> None:
    """The ride went where the pass does not reach, so the pass was not used for it."""
    if card.leg_in_journey == JOINED and card.j_legs > 1:
        return
    card.pass_day_used -= 1 if card.pass_day_used > 0 else 0
    if r.product_entries[card.leg_product - 1] > 0 and card.product == card.leg_product:
        card.pass_entries += 1


@rule
def reaches(card: Any, e: Any, r: Any) -> bool:
    """Did the ride stay inside the zones, and within the number of stations, that its pass is for?"""
    x = card.leg_product - 1
    good_for = r.product_zones[x]
    if good_for != 0 and (e.zones & ~good_for != 0 or (e.either != 0 and e.either & good_for == 0)):
        return False
    return r.product_hops[x] == 0 or e.hops[0] <= r.product_hops[x]


@rule
def quota_for(card: Any, e: Any, r: Any) -> int:
    """The quota that covers this boarding today and is not used up, or -1. The month is the service day's."""
    if r.quotas == 0:
        return -1
    row = calendar_row(service_day(e.t_us, r), r)
    used = card.quota_used if card.month == r.month_of[row] else 0
    for q in range(r.quotas):
        if r.quota_categories[q] >> card.category & 1 == 0 or r.quota_price[q][e.service] < 0 or e.group != 1:
            continue
        if r.quota_days[q] >> r.day_type[row] & 1 == 0 and (r.quota_school[q] == 0 or r.school[row] == 0):
            continue
        if used < (card.quota_rides if card.quota_rides >= 0 else r.quota_rides[q]):
            return q
    return -1


@rule
def use_quota(card: Any, e: Any, r: Any) -> None:
    """Count one ride of the month."""
    month = r.month_of[calendar_row(service_day(e.t_us, r), r)]
    if card.month != month:
        card.month, card.quota_used = month, 0
    card.quota_used += 1
