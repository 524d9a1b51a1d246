"""Legs: what a rider did, told from taps.

An entry and the next exit on the same card in the same vehicle (or through gates of the same service) make a leg. A second
entry closes the leg before it as NO_TAP_OUT, because nobody can know where it ended; what that costs is the tariff's
business, not ours. An exit whose entry is not among today's taps ends the leg that the card still had open from before; if
there was none it is kept and named NO_TAP_IN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from afc.executor import compiled, rule
from afc.fares.alight import ends_ride
from afc.fares.codes import ENTRY, EXIT
from afc.network.distance import leg_distance_m, leg_sections
from afc.records import copy_of

NO_TAP_OUT, COMPLETE, NO_TAP_IN = 0, 1, 2
STATUS_NAMES = ("NO_TAP_OUT", "COMPLETE", "NO_TAP_IN")

LEG = np.dtype(
    [
        ("card", "<u8"), ("row", "<i8"), ("journey", "<i4"), ("number", "<i4"), ("status", "<i1"),
        ("category", "<i1"), ("medium", "<i1"), ("product", "<i1"), ("group", "<i1"), ("service", "<i1"),
        ("operator", "<i2"), ("route", "<i2"), ("pattern", "<i2"), ("in_seq", "<i2"), ("sections", "<i1"), ("quota", "<i1"),
        ("vehicle", "<i4"), ("trip", "<i4"), ("in_stop", "<i4"), ("out_stop", "<i4"), ("dist_m", "<i4"),
        ("in_us", "<i8"), ("out_us", "<i8"), ("in_tap", "<i8"), ("out_tap", "<i8"),
        ("base", "<i8"), ("charge", "<i8"), ("collected", "<i8"), ("collected_operator", "<i2"), ("quota_minor", "<i8"),
    ]
)  # fmt: skip
"""One boarding to one alighting. `in_tap`/`out_tap` are rows of the shard's taps (-1: none today). `charge` is what the rider
paid for this leg, `collected` what was taken at its tap-in for an earlier one, `quota_minor` what another payer owes."""

PLACE = np.dtype([("operator", "<i2"), ("service", "<i1"), ("vehicle", "<i4"), ("route", "<i2"), ("pattern", "<i2")])
"""Where a tap was made, from the register at the tap's time and never from the batch: who is paid, which vehicle."""


def pair(
    taps: np.ndarray, rows: np.ndarray, places: np.ndarray, cards: np.ndarray, rates: np.ndarray, tables: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Legs of a shard: (LEG[k], the leg of each tap or -1).

    `taps` is TAP[n] sorted by card and counter, `rows[i]` the row of its card in `cards` (CARD, as they were before these
    taps), `places[i]` PLACE of tap i.
    """
    legs, leg_of = np.zeros(len(taps), LEG), np.full(len(taps), -1, np.int64)
    k = compiled(pair_into)(taps, rows, places, cards, rates, tables, legs, leg_of)
    return copy_of(legs[:k]), leg_of


@rule
def pair_into(taps: Any, rows: Any, places: Any, cards: Any, rates: Any, tables: Any, legs: Any, leg_of: Any) -> int:
    """Fill `legs` and `leg_of`; how many legs there are."""
    k, open_leg, last_row, remembered, r = 0, -1, -1, False, rates[0]
    for i in range(len(taps)):
        tap, place = taps[i], places[i]
        if rows[i] != last_row:
            last_row, open_leg, remembered = rows[i], -1, True
        if tap.kind == ENTRY:
            begin(legs[k], tap, place, rows[i], i)
            open_leg, remembered = k, False  # whatever the card had open before, this boarding has closed
            leg_of[i] = k
            k += 1
        elif tap.kind == EXIT:
            if open_leg >= 0 and ends_leg(legs[open_leg], place, tap.time_us, r):
                leg_of[i] = open_leg
            else:
                recall(legs[k], tap, place, cards[rows[i]], rows[i], remembered, r)
                leg_of[i] = k
                k += 1
            end(legs[leg_of[i]], tap, place, i, tables)
            open_leg, remembered = -1, False
    return k


@rule
def begin(leg: Any, tap: Any, place: Any, row: int, i: int) -> None:
    """A boarding."""
    leg.card, leg.row, leg.status = tap.card, row, NO_TAP_OUT
    leg.category, leg.medium, leg.product, leg.group = tap.category, tap.medium, tap.product, tap.group
    leg.service, leg.operator, leg.route, leg.pattern = place.service, place.operator, place.route, place.pattern
    leg.vehicle, leg.trip, leg.in_stop, leg.in_seq = place.vehicle, tap.trip, tap.stop, tap.stop_seq
    leg.in_us, leg.in_tap, leg.out_tap, leg.out_stop, leg.quota = tap.time_us, i, -1, -1, -1


@rule
def ends_leg(leg: Any, place: Any, t_us: int, r: Any) -> bool:
    """Does an exit at a place end a leg of today?"""
    return ends_ride(
        leg.service, leg.vehicle, leg.pattern, leg.in_us, place.service, place.vehicle, place.pattern, t_us, r
    )


@rule
def recall(leg: Any, tap: Any, place: Any, card: Any, row: int, remembered: bool, r: Any) -> None:
    """An exit without an entry today: the leg is the one that the card remembers as open, if it fits."""
    begin(leg, tap, place, row, -1)
    leg.status = NO_TAP_IN
    if not remembered or card.leg_open == 0:
        return
    if ends_ride(
        card.leg_service, card.leg_vehicle, card.leg_pattern, card.leg_in_us, place.service, place.vehicle, place.pattern,
        tap.time_us, r,
    ):  # fmt: skip
        leg.status = COMPLETE
        leg.operator, leg.route, leg.pattern = card.leg_operator, card.leg_route, card.leg_pattern
        leg.in_stop, leg.in_seq, leg.in_us = card.leg_stop, card.leg_seq, card.leg_in_us
        leg.product, leg.group = card.leg_product, card.leg_group


@rule
def end(leg: Any, tap: Any, place: Any, i: int, tables: Any) -> None:
    """An alighting: the distance is known now."""
    leg.out_us, leg.out_stop, leg.out_tap = tap.time_us, tap.stop, i
    if leg.status == NO_TAP_IN:
        return
    leg.status = COMPLETE
    if leg.pattern == place.pattern:
        leg.dist_m = leg_distance_m(leg.in_stop, leg.in_seq, tap.stop, tap.stop_seq, place.pattern, tables)
        leg.sections = leg_sections(leg.in_stop, tap.stop, place.pattern, tables)
