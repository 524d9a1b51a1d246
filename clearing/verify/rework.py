"""A party's totals of a date once more, by the product's own rules, from its own batches and its extract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, cast

import numpy as np

from afc.fares.codes import LOAD, SALE
from afc.tap import TapKind
from clearing.admit import SetAside, places_of
from clearing.close import totals_rows, vehicle_totals
from clearing.extract import Part
from clearing.fold import Terms, fold
from clearing.postings import Total
from clearing.shard import Context
from clearing.terms import TermsOf
from clearing.totals import add_up, taps_sums


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
    """What own batches alone come to: vehicles' work, and what came too late to be judged.

    `aside` tells of taps by their place why they were set aside. With `riders` also loads and sales, which a party without an
    extract has to count from its batches.
    """
    good = np.ones(len(taps), bool)
    good[list(aside)] = False
    late = taps[[i for i, reason in sorted(aside.items()) if reason == SetAside.COUNTER_PASSED.name]]
    groups = [(late, True)] + ([(taps[good], False)] if riders else [])
    rows = []
    for some, is_late in groups:
        places = places_of(some, ground.register, ground.tables)
        kinds = [("load", some["kind"] == LOAD), ("sale", some["kind"] == SALE)]
        if is_late:
            kinds.append(("late", some["kind"] <= TapKind.EXIT))
        rows += [taps_sums(kind, some, places, chosen) for kind, chosen in kinds]
    return totals_rows(0, np.concatenate(rows)) + vehicle_totals(taps[good], cast(Context, ground))
