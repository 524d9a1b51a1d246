"""Rating: the fare rules run again over what the cards did, and what comes out beside what the readers charged.

On cards the reader has already taken the money, so its amount stands; where the rules come to another one, the difference
is a finding with its place and sum, never a silent correction.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from afc.executor import compiled, rule
from afc.fares.charge import charge
from afc.fares.codes import ACTION, ALONE, BASE, COLLECTED, ENTRY, EXIT, PENALTY, QUOTA, SURCHARGE
from afc.fares.leg import start_leg
from afc.fares.orders import carry_out
from afc.fares.state import LINES_MAX, REFUSED, new_scratch
from afc.network.distance import measure_leg, measure_nothing, measure_to_end
from clearing.legs import COMPLETE, NO_TAP_IN


class Rated(NamedTuple):
    """A shard after rating. `minor[i]` is what the rules charge for tap i (or REFUSED less the refusal that a reader
    should have given), `lines` their reasons as rows (tap, rule, minor, quantity). Cards and legs are completed in place."""

    minor: np.ndarray
    lines: np.ndarray


def rate(
    taps: np.ndarray,
    rows: np.ndarray,
    places: np.ndarray,
    legs: np.ndarray,
    leg_of: np.ndarray,
    cards: np.ndarray,
    rates: np.ndarray,
    tables: Any,
) -> Rated:
    """Fold every tap over its card. `taps` are TAP[n] sorted by card and counter; `cards` and `legs` are written to."""
    minor = np.zeros(len(taps), np.int64)
    lines = np.empty(
        (LINES_MAX * len(taps), 4), np.int64
    )  # room for the most reasons a tap can have; touched as needed
    n = compiled(rate_into)(taps, rows, places, legs, leg_of, cards, rates, tables, new_scratch(), minor, lines)
    return Rated(minor, lines[:n].copy())


@rule
def rate_into(
    taps: Any, rows: Any, places: Any, legs: Any, leg_of: Any, cards: Any, rates: Any, tables: Any, scratch: Any, minor: Any,
    out: Any,
) -> int:  # fmt: skip
    """The loop over taps; how many lines were written."""
    n, r = 0, rates[0]
    image, event, lines = scratch
    for i in range(len(taps)):
        tap, e = taps[i], event[0]
        image[0] = cards[rows[i]]
        card, k = image[0], leg_of[i]
        if tap.kind == ACTION:
            minor[i] = carry_out(card, tap.product, tap.amount, tap.category, tap.trip, r)
            card.control, card.counter, card.balance = tap.trip, tap.counter, tap.balance
            cards[rows[i]] = image[0]
            continue
        as_event(e, tap, places[i])
        operator_before = card.leg_operator
        measure_nothing(e, r)
        if e.kind == ENTRY:
            measure_to_end(e, r, tables)
        elif k >= 0 and legs[k].status == COMPLETE and legs[k].pattern == e.pattern:
            measure_leg(e, card, legs[k].in_stop, legs[k].in_seq, r, tables)
        lines[:] = 0
        minor[i] = charge(card, e, r, lines)
        if minor[i] < REFUSED:
            image[0] = cards[rows[i]]
            forget_refused(lines)
            if k >= 0 and legs[k].in_tap == i:
                start_leg(card, e, r, ALONE, 0, 0)
            elif k >= 0 and legs[k].status == NO_TAP_IN:
                begin_apart(card)
        if k >= 0:
            tell_leg(legs[k], card, tap, lines, operator_before)
        card.counter, card.balance = tap.counter, tap.balance
        cards[rows[i]] = image[0]
        for j in range(LINES_MAX):
            if lines[j][0] == 0 or minor[i] < REFUSED:
                break
            out[n][0], out[n][1], out[n][2], out[n][3] = i, lines[j][0], lines[j][1], lines[j][2]
            n += 1
    return n


@rule
def as_event(e: Any, tap: Any, place: Any) -> None:
    """The tap as the fare sees it, its place taken from the register."""
    e.kind, e.service, e.group, e.product = tap.kind, place.service, tap.group, tap.product
    e.route, e.pattern, e.seq, e.operator = place.route, place.pattern, tap.stop_seq, place.operator
    e.vehicle, e.stop, e.t_us, e.amount = place.vehicle, tap.stop, tap.time_us, tap.amount


@rule
def forget_refused(lines: Any) -> None:
    """Of a ride that should have been refused only the lone price counts; nothing was collected or taken over with it."""
    for j in range(LINES_MAX):
        if lines[j][0] != BASE:
            lines[j][0] = 0


@rule
def begin_apart(card: Any) -> None:
    """An exit that the rules cannot place is a journey of its own, so that its money does not mix with another's."""
    card.journeys += 1
    card.leg_number += 1
    card.leg_journey = card.journeys


@rule
def tell_leg(leg: Any, card: Any, tap: Any, lines: Any, operator_before: int) -> None:
    """Write into the leg what the tap brought: its journey, its lone price, the money of today's taps."""
    leg.journey, leg.number = card.leg_journey, card.leg_number
    collected = 0
    for j in range(LINES_MAX):
        if lines[j][0] == COLLECTED or lines[j][0] == SURCHARGE or lines[j][0] == PENALTY:
            collected += lines[j][1]
        elif lines[j][0] == BASE:
            leg.base = lines[j][1]
        elif lines[j][0] == QUOTA:
            leg.quota, leg.quota_minor = lines[j][2], -lines[j][1]
    if tap.kind == EXIT and card.leg_alone > 0:
        leg.base = card.leg_alone
    collected = max(min(collected, tap.amount), 0)  # a reader that took less has taken what was owed first
    if tap.kind == ENTRY or tap.kind == EXIT:
        leg.charge += tap.amount - collected
        leg.collected += collected
        if collected > 0:
            leg.collected_operator = operator_before
