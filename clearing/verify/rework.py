"""A party's totals of a date once more, by the product's own rules, from its own batches and its extract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.tap import TapKind
from clearing import operated
from clearing.admit import SetAside, places_of
from clearing.close import totals_rows
from clearing.extract import Part
from clearing.fold import Terms, fold
from clearing.postings import Total
from clearing.terms import TermsOf
from clearing.totals import add_up, order_sums, taps_sums
from clearing.trips import trips_of


class Ground(NamedTuple):
    """What a date is judged by, without anybody's books, keys or files."""

    terms: Terms
    tables: Any
    concessions: tuple[int, ...]
    register: np.ndarray


def ground_of(city: Any, day: date, register: np.ndarray) -> Ground:
    """From a pack and the published register."""
    wanted = {category for row in city.contracts.concession for category in row.categories or ()}
    concessions = tuple(c for c, category in enumerate(city.categories) if category.id in wanted)
    return Ground(TermsOf(city).on(day), city.network.tables, concessions, register)


def rework(part: Part, ground: Ground) -> list[Total]:
    """One part of the extract, from taps to totals of all operators, as a shard is closed."""
    places = places_of(part.taps, ground.register, ground.tables)
    day = fold(part.taps, part.rows, places, part.cards.copy(), part.legs.copy(), ground.terms, ground.tables)
    return totals_rows(0, add_up(day, part.taps[:0], places[:0], ground.concessions))


def from_batches(taps: np.ndarray, aside: Mapping[int, str], ground: Ground, riders: bool) -> list[Total]:
    """What own batches alone come to: vehicles' and drivers' work, their cash, and what came too late to be judged.

    `aside` tells of taps by their place why they were set aside. With `riders` also loads and sales, which a party without an
    extract has to count from its batches.
    """
    good = np.ones(len(taps), bool)
    good[list(aside)] = False
    late = taps[[i for i, reason in sorted(aside.items()) if reason == SetAside.COUNTER_PASSED.name]]
    rows = [*brought(late, ground), *sums_of("late", late, late["kind"] <= TapKind.EXIT, ground)]
    if riders:
        rows += brought(taps[good], ground)
    records = taps[good & (taps["counter"] == 0)]
    places, kind = places_of(records, ground.register, ground.tables), records["kind"]
    drivers, cash = (kind == TapKind.TRIP) | (kind == TapKind.LOG_ON), kind == TapKind.CASH
    work = operated.metre_totals(records, places) + operated.cash_totals(records[cash], places[cash])
    return (
        totals_rows(0, np.concatenate(rows)) + work + operated.hour_totals(trips_of(records[drivers], places[drivers]))
    )


def brought(taps: np.ndarray, ground: Ground) -> list[np.ndarray]:
    """What was loaded and sold."""
    places = places_of(taps, ground.register, ground.tables)
    kinds = {"load": TapKind.LOAD, "sale": TapKind.SALE}
    return [
        order_sums(taps, places),
        *(taps_sums(name, taps, places, taps["kind"] == kind) for name, kind in kinds.items()),
    ]


def sums_of(name: str, taps: np.ndarray, chosen: np.ndarray, ground: Ground) -> list[np.ndarray]:
    """What some taps took."""
    return [taps_sums(name, taps, places_of(taps, ground.register, ground.tables), chosen)]
