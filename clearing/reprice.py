"""Pricing again: cards whose past has changed are folded once more from before it changed, up to the date that closes now.

A card is late when one of its taps belongs to a closed date, or comes before taps that were closed. It is folded over all
its taps in the order of its own counter, each date under its own terms; what comes out is compared with what stands, and
only the difference is posted. So whatever came when, the books end where they would have if all had come in time. Cards
without late taps are not looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from afc.tap import TAP
from clearing.admit import Finding, Fresh, SetAside, set_aside
from clearing.detail import share_columns
from clearing.facts import Facts
from clearing.fold import Folded, Ground, fold_signed
from clearing.legs import LEG
from clearing.standing import Era, Standing, Version, taps_of
from clearing.totals import difference, earned, ridden, taken

EVER = 1 << 30
"""Later than every date."""


class Changed(NamedTuple):
    """A closed date priced again: what stood of its cards, what is now, what they hold after it, and the difference."""

    number: int
    before: Version
    now: Folded
    held: np.ndarray
    totals: np.ndarray


class Again(NamedTuple):
    """What pricing again comes to: the dates that changed; which cards, and what they hold and have under way where the
    closing date begins; the taps of that date; the late taps; those that cannot count; and how many more taps the earlier
    dates have now."""

    changed: tuple[Changed, ...]
    rows: np.ndarray
    held: np.ndarray
    under_way: np.ndarray
    today: Fresh
    late: np.ndarray
    found: tuple[Finding, ...]
    earlier: int
    ruling: int = 0  # the correction that asked for it, where no late tap did


def nothing_again(cards: np.ndarray) -> Again:
    """Where no card is late."""
    none = np.zeros(0, np.int64)
    return Again((), none, cards[:0], np.zeros(0, LEG), Fresh(np.zeros(0, TAP), none), np.zeros(0, TAP), (), 0)


class Marked(NamedTuple):
    """Cards, sorted, that have to be folded again from a date on, by its place in `eras`, whatever came; and the ruling that
    asks for it. `everybody` is the date from which all cards have to be."""

    cards: np.ndarray
    begin: np.ndarray
    everybody: int = EVER
    ruling: int = 0

    def rows(self, cards: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
        """Rows of a shard's cards with their dates, and the ruling."""
        if self.everybody < EVER:
            return np.arange(len(cards)), np.full(len(cards), self.everybody), self.ruling
        at = np.minimum(np.searchsorted(cards, self.cards), len(cards) - 1)
        mine = cards[at] == self.cards if len(cards) else np.zeros(len(at), bool)
        return at[mine], self.begin[mine], self.ruling


NOBODY = Marked(np.zeros(0, np.uint64), np.zeros(0, np.int64))


def price_again(
    fresh: Fresh, cards: np.ndarray, marked: tuple[np.ndarray, np.ndarray, int], standing: Standing, ground: Ground
) -> Again:
    """Everything about the cards of `fresh` and those marked; `cards` are the shard's as they were after the last close."""
    eras, last, concessions = standing.eras, len(standing.eras), ground.concessions
    rows = np.union1d(fresh.rows, marked[0])
    local = np.searchsorted(rows, fresh.rows)
    time_us = ground.facts.judged(fresh.taps)["time_us"]
    begin, too_old = beginnings(fresh, time_us, cards, standing)
    found = set_aside(fresh.taps[too_old], SetAside.COUNTER_PASSED)
    first = np.full(len(rows), last)
    np.minimum.at(first, local[~too_old], begin[~too_old])
    np.minimum.at(first, np.searchsorted(rows, marked[0]), marked[1])
    names = cards["card"][rows]
    before = {e: standing.version(e, names[first <= e]) for e in range(int(first.min(initial=last)), last)}
    taps, at, date, copied = in_turn(fresh.taps[~too_old], local[~too_old], before, names, first, eras, ground.facts)
    found += set_aside(copied, SetAside.COUNTER_REUSED)
    held, under_way, changed = cards[rows], np.zeros(0, LEG), []
    for e in before:
        starts, mine = np.flatnonzero(first == e), date == e
        held[starts], later = standing.state(e, names[starts], rows[starts])
        later["row"] = np.searchsorted(names, later["card"])
        now = fold_signed(taps[mine], at[mine], held, np.concatenate([under_way, later]), eras[e].terms, ground)
        totals = difference(totals_of(now, concessions), totals_before(before[e], concessions))
        changed.append(Changed(eras[e].number, before[e], now, held[first <= e], totals))
        under_way = now.still_open.copy()
    under_way["row"] = rows[under_way["row"]]
    again, late = first < last, fresh.taps[~too_old & (begin < last)]
    today = Fresh(taps[date == last], rows[at[date == last]])
    earlier = len(fresh.taps) - len(found) - len(today.taps)
    return Again(tuple(changed), rows[again], held[again], under_way, today, late, found, earlier, marked[2])


def beginnings(
    fresh: Fresh, time_us: np.ndarray, cards: np.ndarray, standing: Standing
) -> tuple[np.ndarray, np.ndarray]:
    """For each new tap, made at `time_us`, the date, by its place in `eras`, from which its card has to be folded again,
    len(eras) where it need not be; and whether it is too old for that: its card had passed it before the first date that may
    be priced again.

    A tap belongs to the date of its time, but not after a tap that its card made later.
    """
    begin = nominal(time_us, standing.eras)
    counter = fresh.taps["counter"]
    waits = counter <= cards["counter"][fresh.rows]
    for e in range(len(standing.eras) - 1, -1, -1):
        if not waits.any():
            break
        begin[waits] = np.minimum(begin[waits], e)
        rows, one = np.unique(fresh.rows[waits], return_inverse=True)
        waits[waits] = counter[waits] <= standing.counters(e, cards["card"][rows], rows)[one]
    return begin, waits


def nominal(time_us: np.ndarray, eras: tuple[Era, ...]) -> np.ndarray:
    """The date of each moment by its place in `eras`; what is before them all and after them all is len(eras)."""
    cuts = np.array([era.terms.cut_us for era in eras], np.int64)
    place = np.searchsorted(cuts, time_us, side="right")
    place[time_us < eras[0].from_us] = len(eras)
    return place


def in_turn(
    fresh: np.ndarray,
    local: np.ndarray,
    before: dict[int, Version],
    names: np.ndarray,
    first: np.ndarray,
    eras: tuple[Era, ...],
    facts: Facts,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Old taps and new ones in the order of cards and counters: taps, their cards, their dates; and copies of a counter.

    What was folded first stands; of new copies the earliest counts. A tap's date is that of its time, or of the latest of
    the taps before it, so that clocks never turn the order of counters round.
    """
    old = [taps_of(version) for version in before.values()]
    taps = np.concatenate([*old, fresh])
    at = np.concatenate([*(np.searchsorted(names, part["card"]) for part in old), local]).astype(np.int64)
    stood = np.repeat([*before, len(eras)], [len(part) for part in [*old, fresh]]).astype(np.int64)
    is_new = np.arange(len(taps)) >= len(taps) - len(fresh)
    order = np.lexsort((taps["seq"], taps["device"], taps["time_us"], is_new, taps["counter"], at))
    taps, at, stood, is_new = taps[order], at[order], stood[order], is_new[order]
    copy = np.zeros(len(taps), bool)
    copy[1:] = (at[1:] == at[:-1]) & (taps["counter"][1:] == taps["counter"][:-1])
    assert (is_new | ~copy).all(), "what stands has no counter twice"
    by_time = nominal(facts.judged(taps)["time_us"], eras)
    date = np.where(is_new | (by_time < len(eras)), by_time, stood)
    date = latest_so_far(np.maximum(date, first[at])[~copy], at[~copy], len(eras) + 1)
    return taps[~copy], at[~copy], date, taps[copy]


def latest_so_far(dates: np.ndarray, at: np.ndarray, most: int) -> np.ndarray:
    """The latest date of each tap and those before it on the same card; `at` rises from card to card."""
    latest: np.ndarray = np.maximum.accumulate(at * most + dates) - at * most
    return latest


def totals_of(now: Folded, concessions: tuple[int, ...]) -> np.ndarray:
    """TOTAL rows of some cards' date as it is now."""
    shares = share_columns(now.shares, now.settled)
    return np.concatenate([*taken(now.taps, now.places), *earned(shares), *ridden(now.legs, concessions)])


def totals_before(version: Version, concessions: tuple[int, ...]) -> np.ndarray:
    """TOTAL rows of the same cards' date as it stands."""
    taps = version.taps
    places = {"operator": taps["operator"], "service": taps["served"]}
    return np.concatenate([*taken(taps, places), *earned(version.shares), *ridden(version.legs, concessions)])
