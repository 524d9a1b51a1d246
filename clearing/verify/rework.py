"""A party's totals of a date once more, by the product's own rules, from its own batches and its extract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from afc.fares.cases import versions_of
from afc.fares.codes import LOAD, SALE
from afc.fares.compile import compile_rates, in_force
from afc.keys import KeyRing
from afc.moment import day_start_us
from afc.tap import TapKind
from clearing.admit import SetAside, places_of
from clearing.close import split_policy, totals_of, vehicle_totals
from clearing.extract import Part
from clearing.legs import pair
from clearing.paths import within_gates
from clearing.placing import known_of
from clearing.postings import Total
from clearing.rating import rate
from clearing.shard import Context, Result, compare, open_since_us, settle
from clearing.split import split
from clearing.totals import Day, add_up, taps_sums


class Reworked(NamedTuple):
    """The totals of all operators over the cards that were looked at, and how many charges the rules would make otherwise."""

    totals: list[Total]
    rated_otherwise: int


def context_for(city: Any, day: date, register: np.ndarray) -> Context:
    """Rates, network and split of a date, without anybody's books, keys or files."""
    versions, policy = versions_of(city), split_policy(city, day)
    ordinal = in_force(versions, day)
    concessions = {category for row in city.contracts.concession for category in row.categories}
    return Context(
        date=day.isoformat(),
        folder=Path(),
        before=Path(),
        cut_us=day_start_us(day + timedelta(days=1), city.zone, city.day_cut_s),
        ring=cast(KeyRing, None),
        rates=compile_rates(city, versions[ordinal], ordinal),
        tables=city.network.tables,
        policy=policy["between"],
        within=within_gates(city, policy),
        concessions=tuple(c for c, category in enumerate(city.categories) if category.id in concessions),
        register=register,
        carried=(),
        known=known_of(city, register, city.network.tables),
    )


def rework(part: Part, context: Context) -> Reworked:
    """One part of the extract, from taps to totals, as a shard is closed."""
    cards, balance = part.cards.copy(), part.cards["balance"].copy()
    places = places_of(part.taps, context.register, context.tables)
    legs, leg_of = pair(part.taps, part.rows, places, cards, context.rates, context.tables)
    rated = rate(part.taps, part.rows, places, legs, leg_of, cards, context.rates, context.tables)
    settled, still_open = settle(np.concatenate([part.legs, legs]), cards, open_since_us(context))
    shares = split(settled, context.policy, context.within)
    nothing = part.taps[:0]
    day = Day(part.taps, places, legs, settled, still_open, shares, nothing, places[:0])
    result = Result(0, add_up(day, context.concessions), {}, b"", b"", (), ())
    counts = compare(part.taps, part.rows, rated, balance)
    return Reworked(totals_of([result]), counts["rated_otherwise"])


def from_batches(taps: np.ndarray, aside: Mapping[int, str], context: Context, riders: bool) -> list[Total]:
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
        places = places_of(some, context.register, context.tables)
        kinds = [("load", some["kind"] == LOAD), ("sale", some["kind"] == SALE)]
        if is_late:
            kinds.append(("late", some["kind"] <= TapKind.EXIT))
        rows += [taps_sums(kind, some, places, chosen) for kind, chosen in kinds]
    result = Result(0, np.concatenate(rows), {}, b"", b"", (), ())
    return totals_of([result]) + vehicle_totals(taps[good & (taps["kind"] == TapKind.TRIP)], context)
