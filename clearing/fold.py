"""The fold of one date over some cards: taps to legs, charges, settled journeys and shares, under that date's own terms.

The close of a date and the pricing again of an earlier one are this same function over other cards, so that what is priced
again comes out as it would have at the time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from afc.fares.begun import Earlier
from afc.records import rows_at, rows_of, rows_where
from clearing.begun import Taps, rate_begun
from clearing.facts import Facts
from clearing.rating import Rated
from clearing.split import Within, split

OPEN_US = 3 * 3600 * 1_000_000
"""A journey whose last tap is younger than this at the cut may go on, so it is settled with the next day; a tariff with a
longer window keeps it open longer."""


class Terms(NamedTuple):
    """What a date is judged by: where it ends, the tariff's rates, the split; and by which rates journeys go on that began
    before the tariff's version did."""

    cut_us: int
    rates: np.ndarray
    policy: str
    within: Within
    earlier: Earlier = ()


class Ground(NamedTuple):
    """What holds on every date: whose readers are, where stops lie, what was found out, whose free rides somebody pays."""

    register: np.ndarray
    tables: Any
    facts: Facts
    concessions: tuple[int, ...]


class Folded(NamedTuple):
    """What some cards did on a date. `legs` are of this date's taps, `settled` those of journeys that are over, begun today
    or before, `still_open` those of journeys that may go on."""

    taps: np.ndarray
    places: np.ndarray
    rated: Rated
    legs: np.ndarray
    settled: np.ndarray
    still_open: np.ndarray
    shares: np.ndarray


def fold(
    taps: np.ndarray,
    rows: np.ndarray,
    places: np.ndarray,
    cards: np.ndarray,
    under_way: np.ndarray,
    terms: Terms,
    tables: Any,
    signed: np.ndarray | None = None,
) -> Folded:
    """Fold taps, sorted by card and counter, over `cards`, which are written to; `under_way` are the legs of journeys that
    were open before, `signed` the taps as they were written where something else was found out."""
    legs, rated = rate_begun(Taps(taps, rows, places), cards, terms, tables, open_us(terms))
    under_way["in_tap"], under_way["out_tap"] = -1, -1  # rows of another date's taps
    settled, still_open = settle(rows_of([under_way, legs]), cards, terms.cut_us - open_us(terms))
    return Folded(
        taps if signed is None else signed,
        places,
        rated,
        legs,
        settled,
        still_open,
        split(settled, terms.policy, terms.within),
    )


def fold_signed(
    taps: np.ndarray, rows: np.ndarray, cards: np.ndarray, under_way: np.ndarray, terms: Terms, ground: Ground
) -> Folded:
    """Fold taps as they were signed, taken to say what was found out about them."""
    seen = ground.facts.judged(taps)
    places = ground.facts.places(seen, ground.register, ground.tables)
    return fold(seen, rows, places, cards, under_way, terms, ground.tables, taps)


def open_us(terms: Terms) -> int:
    """A journey whose last tap is younger than this may go on after the cut: as long as any window of the tariff."""
    windows = [rates[0][key] for rates in (terms.rates, *(rates for _, rates in terms.earlier))
               for key in ("window_us", "night_window_us", "total_us")]  # fmt: skip
    return max(OPEN_US, *map(int, windows))


def settle(legs: np.ndarray, cards: np.ndarray, since_us: int) -> tuple[np.ndarray, np.ndarray]:
    """Legs of journeys that are over, in order of card and journey, and those of journeys that may go on."""
    key = (legs["row"] << 40) | (legs["journey"].astype(np.int64) << 20) | legs["number"]
    legs = rows_at(legs, np.argsort(key, kind="stable"))
    complete = is_complete(legs, cards, since_us)
    return rows_where(legs, complete), rows_where(legs, ~complete)


def is_complete(legs: np.ndarray, cards: np.ndarray, since_us: int) -> np.ndarray:
    """Is each leg's journey over? One that is not its card's latest is; the latest one if its last tap is old enough."""
    touched_us = np.maximum(np.maximum(cards["j_out_us"], cards["j_in_us"]), cards["leg_in_us"])
    row = legs["row"]
    latest = (legs["journey"] == cards["j_number"][row]) | (legs["journey"] == cards["leg_journey"][row])
    complete: np.ndarray = ~(latest & (touched_us[row] >= since_us))
    return complete
