"""The first boarding of a journey that the purse pays: the base, what is taken off it, and what is held."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import between, minute_of
from afc.fares.caps import capped
from afc.fares.codes import ALONE, EARLY, HOLD, JOINED, QUOTA
from afc.fares.fare import fare_instead
from afc.fares.leg import board_journey, open_journey, start_leg
from afc.fares.lines import put
from afc.fares.rights import quota_for, use_quota
from afc.fares.terms import modified, modified_quietly, terms_at


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
