"""Modifiers: what the hour, the day, the stop, the card or its holder take off a price or add to it, in stated order."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import between, calendar_row, minute_of, service_day
from afc.fares.codes import MODIFIER
from afc.fares.fare import at_least
from afc.fares.lines import put
from afc.fares.rates import DOWN, HALF_UP, UP


@rule
def terms_at(card: Any, e: Any, first: bool, r: Any) -> int:
    """The modifiers that hold for a boarding, as bits: what counts is the clock, place and card of the tap-in."""
    if r.terms == 0:
        return 0
    day_type, minute = r.day_type[calendar_row(service_day(e.t_us, r), r)], minute_of(e.t_us, r)
    held = 0
    for i in range(r.terms):
        if r.term_services[i] >> e.service & 1 == 0 or r.term_media[i] >> card.medium & 1 == 0:
            continue
        if r.term_categories[i] >> card.category & 1 == 0 or (r.term_first[i] == 1 and not first):
            continue
        if r.term_attribute[i] != 0 and card.attributes & r.term_attribute[i] == 0:
            continue
        bands = r.term_bands[i][day_type]
        if r.term_days[i] == 1 and not inside(minute, bands, r.term_from[i][day_type], r.term_to[i][day_type]):
            continue
        if r.term_at[i] == 1 and not is_listed(i, e.stop, r):
            continue
        held |= 1 << i
    return held


@rule
def terms_on(held: int, medium: int, r: Any) -> int:
    """Of the modifiers that hold, those that another medium has too."""
    kept = 0
    for i in range(r.terms):
        if held >> i & 1 == 1 and r.term_media[i] >> medium & 1 == 1:
            kept |= 1 << i
    return kept


@rule
def inside(minute: int, bands: int, begin: Any, end: Any) -> bool:
    """Is a minute in one of some half-open bands?"""
    found = False
    for b in range(bands):
        found = found or between(minute, begin[b], end[b])
    return found


@rule
def is_listed(term: int, stop: int, r: Any) -> bool:
    """Is a stop among those that a modifier names?"""
    key = (term << 32) | stop
    i = at_least(r.term_stop_key, r.term_stops, key)
    return i < r.term_stops and r.term_stop_key[i] == key


@rule
def rounded(minor: int, parts: int, step: int, how: int) -> int:
    """`minor` over `parts`, to a multiple of `step`: 2,805 over 1,000 half up to 1 is 3."""
    whole = parts * step
    low = minor // whole
    rest = minor - low * whole
    if how == UP:
        low += 1 if rest > 0 else 0
    elif how == HALF_UP:
        low += 1 if 2 * rest >= whole else 0
    elif how != DOWN:
        low += 1 if 2 * rest > whole or (2 * rest == whole and low % 2 == 1) else 0
    return low * step


@rule
def with_term(fare: int, i: int, r: Any) -> int:
    """A price after one modifier: its percentage, rounded, then its amount, within its least and most."""
    after = rounded(fare * (10_000 + r.term_bp[i]), 10_000, r.term_to_minor[i], r.term_round[i]) + r.term_minor[i]
    return min(max(after, r.term_least[i], 0), r.term_most[i])


@rule
def modified(fare: int, held: int, group: int, lines: Any, r: Any) -> int:
    """A rider's price after the modifiers that hold, one after the other, each with its own rounding; and a line for each."""
    if held == 0:
        return fare
    for i in range(r.terms):
        if held >> i & 1 == 0:
            continue
        after = with_term(fare, i, r)
        if after != fare:
            put(lines, MODIFIER, (after - fare) * group, i)
        fare = after
    return fare


@rule
def modified_quietly(fare: int, held: int, r: Any) -> int:
    """The same without lines."""
    for i in range(r.terms):
        if held >> i & 1 == 1:
            fare = with_term(fare, i, r)
    return fare
