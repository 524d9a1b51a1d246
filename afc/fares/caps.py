"""Memory of money: what a card has paid in a day, a week or a month, and what that takes off the next ride."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import calendar_row, service_day
from afc.fares.codes import CAP, LOYALTY
from afc.fares.lines import put
from afc.fares.rates import DAYS_7, HALF_UP, HOURS_24, MONTH, WEEK
from afc.fares.terms import rounded
from afc.moment import SECOND_US


@rule
def capped(card: Any, service: int, boarded_us: int, fare: int, lines: Any, r: Any) -> int:
    """What is left of a fare after loyalty tiers and caps; what the rider pays is counted towards each of them.

    Tiers look at what was paid before this ride, so the whole ride has one rate. Penalties never pass through here.
    """
    if r.caps == 0:
        return fare
    for k in range(r.caps):
        if counts_towards(k, card, service, r):
            begin_anew(card, k, boarded_us, r)
            fare -= loyalty(card, k, fare, lines, r)
    for k in range(r.caps):
        most = r.cap_minor[k][card.category]
        if most >= 0 and counts_towards(k, card, service, r) and card.cap_spent[k] + fare > most:
            left = max(most - card.cap_spent[k], 0)
            put(lines, CAP, left - fare, k)
            fare = left
    for k in range(r.caps):
        if counts_towards(k, card, service, r):
            card.cap_spent[k] += fare
    return fare


@rule
def counts_towards(k: int, card: Any, service: int, r: Any) -> bool:
    """Does a ride of this card on a service count towards a cap?"""
    right_card = r.cap_categories[k] >> card.category & r.cap_media[k] >> card.medium & 1 == 1
    return right_card and r.cap_services[k] >> service & 1 == 1


@rule
def begin_anew(card: Any, k: int, boarded_us: int, r: Any) -> None:
    """Forget what was counted before the present day, week, month or time."""
    key, per = span_of(k, boarded_us, r), r.cap_per[k]
    if per in (HOURS_24, DAYS_7):
        seconds = 86_400 if per == HOURS_24 else 7 * 86_400
        over = card.cap_key[k] == 0 or key - card.cap_key[k] >= seconds
    else:
        over = card.cap_key[k] != key
    if over:
        card.cap_key[k], card.cap_spent[k] = key, 0


@rule
def span_of(k: int, boarded_us: int, r: Any) -> int:
    """The number of the day, week or month of a boarding; its second for spans that begin with the first ride."""
    per = r.cap_per[k]
    if per in (HOURS_24, DAYS_7):
        return boarded_us // SECOND_US
    day = service_day(boarded_us, r)
    if per == WEEK:
        return (day + 3) // 7  # 1970 began on a Thursday
    return r.month_of[calendar_row(day, r)] if per == MONTH else day


@rule
def loyalty(card: Any, k: int, fare: int, lines: Any, r: Any) -> int:
    """What the tier that the card has reached takes off."""
    bp = 0
    for i in range(r.cap_tiers[k]):
        if card.cap_spent[k] >= r.tier_from[k][i]:
            bp = r.tier_bp[k][i]
    if bp == 0:
        return 0
    off = fare - rounded(fare * (10_000 - bp), 10_000, 1, HALF_UP)
    if off > 0:
        put(lines, LOYALTY, -off, k)
    return off
