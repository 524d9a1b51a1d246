"""Rights that are not money: passes and monthly quotas of rides, as the card carries them."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import calendar_row, service_day
from afc.fares.rates import DAY_US

PASS_NO, PASS_YES, PASS_SPENT, PASS_SUSPENDED = 0, 1, 2, 3
"""What a pass answers at a boarding: not for this ride; pays; would, but today's entries are used up; suspended."""


@rule
def pass_answer(card: Any, e: Any, r: Any) -> int:
    """May the pass on the card pay for this boarding?"""
    if card.product == 0:
        return PASS_NO
    x = card.product - 1
    if r.product_services[x] >> e.service & 1 == 0 or e.group != 1:
        return PASS_NO
    if card.pass_until_us > 0 and e.t_us >= card.pass_until_us:
        return PASS_NO
    if card.pass_from_us > e.t_us or suspended_until_us(card, r) > e.t_us:
        return PASS_SUSPENDED
    if r.product_entries[x] > 0 and card.pass_entries <= 0:
        return PASS_NO
    if (
        r.product_day_max[x] > 0
        and service_day(e.t_us, r) == card.pass_day
        and card.pass_day_used >= r.product_day_max[x]
    ):
        return PASS_SPENT
    return PASS_YES


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
        card.pass_until_us = e.t_us + r.product_days[x] * DAY_US
    if card.pass_day != day:
        card.pass_day, card.pass_day_used = day, 0
    card.pass_day_used += 1
    if r.product_entries[x] > 0:
        card.pass_entries -= 1


@rule
def quota_for(card: Any, e: Any, r: Any) -> int:
    """The quota that covers this boarding today and is not used up, or -1. The month is the service day's."""
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
