"""Per journey: by how much each journey of an earlier date differs since a close has priced it again, and whose money that is.

What stood before the close is compared with what the close has written, page by page proven, so the list is that of the files
which the entries were made of. A load or a sale that came late has no journey and is named by its tap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.fares.codes import ACTION, LOAD, ORDER_LOAD, SALE
from afc.tap import is_ride
from clearing.chart import chart_of
from clearing.custody_told import facts_on
from clearing.eras import date_of, eras_of, number_of
from clearing.house import REPRICED, House
from clearing.netting import owner
from clearing.pages import Columns, Pages, chosen
from clearing.postings import KINDS, Chart, Total
from clearing.split import FARE
from clearing.standing import AGAIN, Era, Standing, joined
from clearing.terms import TermsOf
from clearing.views import TapName

MOVES = ("share", "collected", "quota", "charge", "load", "sale", "order")
"""Kinds of totals that are made of legs or taps and move money; all others follow from counts and sums by their rule."""

_NAMES = ("operator", "medium", "product", "service")
_TAP = ("device", "epoch", "seq")
_PART = np.dtype([("pair", "<i8"), ("kind", "<i8")] + [(name, "<i8") for name in (*_NAMES, *_TAP)])
_CAUSE = np.dtype([("card", "<u8"), *((name, "<i8") for name in ("was", "now", *_TAP, "ruling"))])


class Where(NamedTuple):
    """The files of a close that has priced earlier dates again, and of those dates; a worker needs no more."""

    folder: Path
    again: dict[int, bytes]  # by shard, as the books have it
    eras: tuple[Era, ...]


class Differs(NamedTuple):
    """One difference: so much of a kind stood of a journey, and so much stands now. Numbers of journeys are -1 where there was
    or is none; `tap` is that of a load or a sale, `cause` the late tap or the ruling, each as people call it."""

    shard: int
    about: date
    total: Total
    card: int
    was: int
    now: int
    tap: str
    before_minor: int
    now_minor: int
    cause: str

    @property
    def minor(self) -> int:
        """The difference."""
        return self.now_minor - self.before_minor


def differences_of(house: House, day: date, run: Any = map) -> list[Differs]:
    """All differences in a close, shard by shard and the oldest date first."""
    where = where_of(house, day)
    return [one for found in run(partial(differences_in, where), sorted(where.again)) for one in found]


def where_of(house: House, day: date) -> Where:
    """The files behind what a close has priced again."""
    again = {row.shard: row.digest for row in house.store.shards(day) if row.kind == REPRICED}
    if not again:
        return Where(house.detail(day.isoformat()), {}, ())
    terms = TermsOf(house.on(day), facts_on(house.store, day))
    return Where(house.detail(day.isoformat()), again, eras_of(house, day, terms))


def chart_about(house: House, day: date, about: date) -> Chart:
    """Who stood where on an earlier date, as the close of a date that priced it again knew."""
    city = replace(house.on(day), contracts=house.on(about).contracts)
    return chart_of(city, about, facts_on(house.store, day))


def accounts_of(total: Total, chart: Chart) -> tuple[tuple[str, int], tuple[str, int]]:
    """The accounts that such money debits (1) and credits (-1)."""
    kind = KINDS[total.kind]
    assert kind.debit is not None
    assert kind.credit is not None
    return (kind.debit(total, chart), 1), (kind.credit(total, chart), -1)


def side(total: Total, chart: Chart, party: str) -> int:
    """1 where such money is brought to a party, -1 where it costs it, 0 where it does neither. No party is the whole."""
    return -sum(sign for account, sign in accounts_of(total, chart) if owner(account) == party) if party else 1


class Compared(NamedTuple):
    """A shard's differences, and the taps that its journeys had before and have now."""

    found: list[Differs]
    before: list[Columns]
    now: list[Columns]

    def taps_of(self, one: Differs) -> tuple[str, ...]:
        """The names of a journey's taps, those of both stories."""
        if one.tap:
            return (one.tap,)
        names: dict[str, None] = {}
        for tables, journey in ((self.before, one.was), (self.now, one.now)):
            for taps in tables if journey >= 0 else ():
                mine = (
                    (taps["card"] == one.card) & (taps["journey"] == journey) & (taps["date"] == number_of(one.about))
                )
                for device, epoch, seq in zip(*(taps[name][mine].tolist() for name in _TAP), strict=True):
                    names[str(TapName(device, epoch, seq))] = None
        return tuple(names)


def differences_in(where: Where, shard: int) -> list[Differs]:
    """One shard's differences."""
    return compare(where, shard).found


def compare(where: Where, shard: int) -> Compared:
    """What a close has priced again in a shard, beside what stood."""
    pages, standing = Pages(where.folder, shard, where.again[shard], AGAIN), Standing(where.eras, shard)
    index, listed = pages.table("index"), pages.table("journeys")
    all_ = Compared([], [], [])
    for number in np.unique(index["date"]).tolist():
        cards = np.unique(index["card"][index["date"] == number])
        now, before = parts_now(pages, number, cards), parts_before(standing, number, cards)
        pairs = pairs_of(chosen(listed, listed["date"] == number))
        all_.found.extend(told(shard, date_of(number), joined([one.parts for one in before]), now.parts, pairs))
        all_.before.extend(one.taps for one in before)
        all_.now.append(now.taps)
    return all_


class Story(NamedTuple):
    """What files have of some cards on a date: a row for each share, quota and tap that moved money; all taps."""

    parts: Columns
    taps: Columns


def parts_before(standing: Standing, number: int, cards: np.ndarray) -> list[Story]:
    """What stood of some cards on a date."""
    e = next(e for e, era in enumerate(standing.eras) if era.number == number)
    found = []
    for overlay, mine in standing.covered(e + 1, number, cards):
        found.append(parts_now(overlay.pages, number, mine))
        cards = np.setdiff1d(cards, mine)
    era = standing.eras[e]
    found.append(parts_now(Pages(era.folder, standing.shard, era.detail[standing.shard]), number, cards))
    return found


def parts_now(pages: Pages, number: int, cards: np.ndarray) -> Story:
    """What some files have of some cards on a date."""
    taps, legs, shares = (of(pages.table(name), number, cards) for name in ("taps", "legs", "shares"))
    fare, quota = shares["kind"] == FARE, legs["quota_minor"] > 0
    kinds = [
        part("share", shares, fare),
        part("collected", shares, ~fare, product=np.zeros(len(fare), np.int64)),
        part("quota", legs | {"minor": legs["quota_minor"], "product": legs["quota"]}, quota),
    ]
    taps |= {"journey": journeys_of(taps, legs), "service": taps["served"], "minor": taps["amount"]}
    kind, moved = taps["kind"], taps["amount"] != 0
    kinds.append(part("charge", taps, is_ride(kind) & moved))
    named = {name: taps[name].astype(np.int64) for name in _TAP}
    ordered = (kind == ACTION) & (taps["product"] == ORDER_LOAD)
    kinds.append(part("load", taps, kind == LOAD, **named))
    kinds.append(part("sale", taps, kind == SALE, **named))
    kinds.append(part("order", taps, ordered, **named, product=np.zeros(len(kind), np.int64)))
    names = {name: taps[name] for name in ("card", "journey", *_TAP)}
    return Story(joined(kinds), names | {"date": np.full(len(kind), number)})


def of(columns: Columns, number: int, cards: np.ndarray) -> Columns:
    """The rows of some cards on a date; `place` is where they stood in the file, as legs name their taps."""
    columns = columns | {"place": np.arange(len(columns["card"]))}
    mine = np.isin(columns["card"], cards)
    if "date" in columns:
        mine &= columns["date"] == number
    return chosen(columns, mine)


def journeys_of(taps: Columns, legs: Columns) -> np.ndarray:
    """The number of the journey that each tap is part of, -1 for none."""
    found = np.full(len(taps["place"]), -1, np.int64)
    for end in ("in_tap", "out_tap"):
        known = legs[end] >= 0
        found[np.searchsorted(taps["place"], legs[end][known])] = legs["journey"][known]
    return found


def part(kind: str, columns: Columns, rows: np.ndarray, **other: np.ndarray) -> Columns:
    """Rows of one kind: whose journey, what they are counted by, and their money."""
    nothing = np.zeros(len(rows), np.int64)
    of_kind = {"card": columns["card"], "journey": columns["journey"], "kind": nothing + MOVES.index(kind)}
    of_kind |= {name: columns[name] for name in _NAMES} | dict.fromkeys(_TAP, nothing) | other
    journey = nothing - 1 if kind in ("load", "sale", "order") else of_kind["journey"]
    made = of_kind | {"journey": journey, "minor": columns["minor"]}
    return {name: column[rows].astype(np.uint64 if name == "card" else np.int64) for name, column in made.items()}


def pairs_of(listed: Columns) -> np.ndarray:
    """The journeys that a close lists as changed, each with what it was before."""
    found = np.zeros(len(listed["card"]), _CAUSE)
    for name in _CAUSE.names or ():
        found[name] = listed[name]
    return found


def told(shard: int, about: date, before: Columns, now: Columns, pairs: np.ndarray) -> Iterator[Differs]:
    """What is not as it was, journey by journey. A journey that the list does not have kept its number."""
    sides = [paired(before, pairs, "was"), paired(now, pairs, "now")]
    cards = np.concatenate([before["card"], now["card"]])
    journeys = np.concatenate([before["journey"], now["journey"]])
    unlisted = np.concatenate(sides) < 0
    alone = np.zeros(int(unlisted.sum()), _CAUSE)
    alone["card"], alone["was"], alone["now"] = cards[unlisted], journeys[unlisted], journeys[unlisted]
    alone, at = np.unique(alone, return_inverse=True)
    pair = np.concatenate(sides)
    pair[unlisted] = len(pairs) + at
    pairs = np.concatenate([pairs, alone])
    rows = np.zeros(len(pair), _PART)
    rows["pair"] = pair
    for name in ("kind", *_NAMES, *_TAP):
        rows[name] = np.concatenate([before[name], now[name]])
    names, at = np.unique(rows, return_inverse=True)
    sums = np.zeros((2, len(names)), np.int64)
    np.add.at(sums[0], at[: len(before["card"])], before["minor"])
    np.add.at(sums[1], at[len(before["card"]) :], now["minor"])
    for i in np.flatnonzero(sums[0] != sums[1]).tolist():
        name, of_pair = names[i], pairs[names[i]["pair"]]
        kind, was_minor, now_minor = MOVES[name["kind"]], int(sums[0, i]), int(sums[1, i])
        operator, medium, product, service = (int(name[key]) for key in _NAMES)
        total = Total(shard, kind, operator, medium, 0, product, 0, now_minor - was_minor, service)
        tap = tap_of(name) if name["device"] or name["seq"] else ""
        cause = f"R-{of_pair['ruling']}" if of_pair["ruling"] else tap_of(of_pair) if of_pair["seq"] else tap
        was, is_ = int(of_pair["was"]), int(of_pair["now"])
        yield Differs(shard, about, total, int(of_pair["card"]), was, is_, tap, was_minor, now_minor, cause)


def paired(columns: Columns, pairs: np.ndarray, end: str) -> np.ndarray:
    """For each row the place of its journey in the list, -1 where it is not there."""
    keys = np.zeros(len(pairs) + len(columns["card"]), [("card", "<u8"), ("journey", "<i8")])
    keys["card"] = np.concatenate([pairs["card"], columns["card"]])
    keys["journey"] = np.concatenate([pairs[end], columns["journey"]])
    names, at = np.unique(keys, return_inverse=True)
    place = np.full(len(names), -1, np.int64)
    known = np.flatnonzero(pairs[end] >= 0)
    place[at[known]] = known
    return place[at[len(pairs) :]]


def tap_of(row: np.void) -> str:
    """A tap as everybody calls it."""
    return str(TapName(*(int(row[name]) for name in _TAP)))
