"""A party's totals of a date once more, by the product's own rules, from its own batches and its extract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.tap import TapKind
from clearing import operated
from clearing.admit import SetAside
from clearing.close import totals_rows
from clearing.closed_dates import ClosedDates
from clearing.extract import Part
from clearing.facts import Facts
from clearing.fold import Ground, Terms, fold_signed
from clearing.postings import Total
from clearing.terms import TermsOf
from clearing.totals import add_up, order_sums, taps_sums
from clearing.trips import Columns, trips_of


class Basis(NamedTuple):
    """What a date is judged by, without anybody's books, keys or files."""

    terms: Terms
    ground: Ground

    def places(self, taps: np.ndarray) -> np.ndarray:
        """PLACE of each tap, as it was signed or as it was found out to be."""
        facts = self.ground.facts
        return facts.places(facts.judged(taps), self.ground.register, self.ground.tables)


def basis_of(city: Any, day: date, register: np.ndarray, facts: Facts) -> Basis:
    """From a pack, the published register and the published corrections."""
    wanted = {category for row in city.contracts.concession for category in row.categories or ()}
    concessions = tuple(c for c, category in enumerate(city.categories) if category.id in wanted)
    return Basis(TermsOf(city, facts).on(day), Ground(register, city.network.tables, facts, concessions))


def rework(part: Part, basis: Basis) -> list[Total]:
    """One part of the extract, from taps to totals of all operators, as a shard is closed."""
    day = fold_signed(part.taps, part.rows, part.cards.copy(), part.legs.copy(), *basis)
    nobody = part.taps[:0]
    return totals_rows(0, add_up(day, nobody, basis.places(nobody), basis.ground.concessions))


class Own(NamedTuple):
    """What own batches come to: totals of the date, and those of earlier dates whose vehicles report late."""

    today: list[Total]
    late: list[Total]


def from_batches(
    taps: np.ndarray, aside: Mapping[int, str], basis: Basis, city: Any, closed: ClosedDates, riders: bool
) -> Own:
    """What own batches alone come to: vehicles' and drivers' work, their cash, and what came too late to be judged.

    `aside` tells of taps by their place why they were set aside; `closed` has no date, or the one that was closed last. With
    `riders` also loads and sales, which a party without an extract has to count from its batches.
    """
    good = np.ones(len(taps), bool)
    good[list(aside)] = False
    late = taps[[i for i, reason in sorted(aside.items()) if reason == SetAside.COUNTER_PASSED.name]]
    rows = [*brought(late, basis), *sums_of("late", late, late["kind"] <= TapKind.EXIT, basis)]
    if riders:
        rows += brought(taps[good], basis)
    records = taps[good & (taps["counter"] == 0)]
    cash = records[records["kind"] == TapKind.CASH]
    paid = basis.ground.facts.judged(cash)
    work = operated.by_date(driven(records, basis), paid, basis.places(cash), city, closed)
    today = totals_rows(0, np.concatenate(rows)) + work.pop(len(closed.dates))
    return Own(today, [total for totals in work.values() for total in totals])


def driven(taps: np.ndarray, basis: Basis) -> Columns:
    """The vehicle trips that some records tell of."""
    records = taps[(taps["kind"] == TapKind.TRIP) | (taps["kind"] == TapKind.LOG_ON)]
    return trips_of(basis.ground.facts.judged(records), basis.places(records))


def brought(taps: np.ndarray, basis: Basis) -> list[np.ndarray]:
    """What was loaded and sold."""
    places = basis.places(taps)
    kinds = {"load": TapKind.LOAD, "sale": TapKind.SALE}
    return [
        order_sums(taps, places),
        *(taps_sums(name, taps, places, taps["kind"] == kind) for name, kind in kinds.items()),
    ]


def sums_of(name: str, taps: np.ndarray, chosen: np.ndarray, basis: Basis) -> list[np.ndarray]:
    """What some taps took."""
    return [taps_sums(name, taps, basis.places(taps), chosen)]
