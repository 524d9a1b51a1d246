"""Begun: taps of journeys that began under an earlier version of the tariff are rated by it, all others by the date's own.

On nearly all dates no version has ended lately, and this is one call. Else the cards whose journeys may go on are tried
under the version that these began under: their first taps, as far as they go on with the journey, are rated by that version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from afc.fares.begun import begun_under, goes_on
from afc.moment import DAY_US, HOUR_US
from clearing.legs import pair
from clearing.rating import Rated, rate

if TYPE_CHECKING:
    from clearing.fold import Terms

LONGEST_DATE_US = DAY_US + HOUR_US
"""When clocks are set back."""


class Taps(NamedTuple):
    """TAP[n] sorted by card and counter, the rows of their cards, and PLACE of each."""

    taps: np.ndarray
    rows: np.ndarray
    places: np.ndarray

    def some(self, chosen: np.ndarray) -> Taps:
        """Those of some places."""
        return Taps(*(column[chosen] for column in self))


class Part(NamedTuple):
    """Taps that one version rates: their places among all, legs and charges."""

    at: np.ndarray
    legs: np.ndarray
    rated: Rated


def rate_begun(all_taps: Taps, cards: np.ndarray, terms: Terms, tables: Any, open_us: int) -> tuple[np.ndarray, Rated]:
    """Legs and charges of a date's taps, `cards` are written to; a journey last touched longer than `open_us` before the
    date began is over."""
    version = versions_of_taps(all_taps, cards, terms, tables, open_us)
    if not version.any():
        legs, leg_of = pair(*all_taps, cards, terms.rates, tables)
        return legs, rate(*all_taps, legs, leg_of, cards, terms.rates, tables)
    choices = [*((v, rates) for v, (_, rates) in enumerate(terms.earlier, 1)), (0, terms.rates)]
    return together(
        [rate_some(all_taps, np.flatnonzero(version == v), cards, rates, tables) for v, rates in choices], len(version)
    )


def rate_some(all_taps: Taps, at: np.ndarray, cards: np.ndarray, rates: np.ndarray, tables: Any) -> Part:
    """Some of the taps by one version."""
    mine = all_taps.some(at)
    legs, leg_of = pair(*mine, cards, rates, tables)
    return Part(at, legs, rate(*mine, legs, leg_of, cards, rates, tables))


def versions_of_taps(all_taps: Taps, cards: np.ndarray, terms: Terms, tables: Any, open_us: int) -> np.ndarray:
    """The version of each tap, as `begun_under` counts them."""
    version = np.zeros(len(all_taps.taps), np.int64)
    if not terms.earlier or not len(version):
        return version
    touched_us = np.maximum(np.maximum(cards["j_out_us"], cards["j_in_us"]), cards["leg_in_us"])
    may_go_on = (cards["leg_open"] == 1) | (touched_us >= terms.cut_us - LONGEST_DATE_US - open_us)
    of_card = np.where(may_go_on, begun_under(cards, terms.earlier), 0)[all_taps.rows]
    for v, (_, rates) in enumerate(terms.earlier, 1):
        at = np.flatnonzero(of_card == v)
        version[at[first_taps(all_taps.some(at), cards, rates, tables)]] = v
    return version


def first_taps(mine: Taps, cards: np.ndarray, rates: np.ndarray, tables: Any) -> np.ndarray:
    """Of each card the taps up to the last that goes on with the journey begun before, tried on a copy of the cards."""
    legs, leg_of = pair(*mine, cards, rates, tables)
    rate(*mine, legs, leg_of, cards.copy(), rates, tables)
    ride = leg_of >= 0
    on = np.zeros(len(ride), bool)
    on[ride] = goes_on(legs["journey"][leg_of[ride]], cards[mine.rows[ride]])
    first, end = (np.searchsorted(mine.rows, mine.rows, side) for side in ("left", "right"))
    parted = running(ride & ~on)
    on &= parted[1:] == parted[first]
    to_come = running(on)
    return np.asarray(to_come[end] > to_come[:-1])


def running(marked: np.ndarray) -> np.ndarray:
    """How many are marked before each place, and in all."""
    return np.concatenate([[0], np.cumsum(marked)])


def together(parts: list[Part], n: int) -> tuple[np.ndarray, Rated]:
    """The parts as if one version had rated all `n` taps: legs and reasons in the order of taps."""
    minor = np.zeros(n, np.int64)
    for part in parts:
        minor[part.at] = part.rated.minor
        for end in ("in_tap", "out_tap"):
            here = part.legs[end] >= 0
            part.legs[end][here] = part.at[part.legs[end][here]]
        part.rated.lines[:, 0] = part.at[part.rated.lines[:, 0]]
    legs = np.concatenate([part.legs for part in parts])
    legs = legs[np.argsort(np.where(legs["in_tap"] >= 0, legs["in_tap"], legs["out_tap"]), kind="stable")]
    lines = np.concatenate([part.rated.lines for part in parts])
    return legs, Rated(minor, lines[np.argsort(lines[:, 0], kind="stable")])
