"""Sums: the totals behind a close's entries, of its own date and of those that it changed, written down beside its detail.

Contracts, concessions and fees are worked out over a date's totals and rounded once. When a date changes they are worked out
again over all that is known of it, and the difference to what stands is posted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from clearing import detail
from clearing.eras import date_of, number_of
from clearing.house import SUMMED, TOTALS, House
from clearing.postings import Total

_ROW = [("date", "<i4"), ("shard", "<i2"), ("kind", "U16")] + [
    (name, "<i8") for name in ("operator", "medium", "category", "product", "quantity", "minor", "service")
]


class Sums(NamedTuple):
    """Totals about one service date."""

    service_date: date
    totals: tuple[Total, ...]


def joined(*parts: Iterable[Sums]) -> list[Sums]:
    """One for each service date, the oldest first."""
    found: defaultdict[date, tuple[Total, ...]] = defaultdict(tuple)
    for sums in chain(*parts):
        found[sums.service_date] += sums.totals
    return [Sums(about, found[about]) for about in sorted(found)]


def write_sums(folder: Path, sums: Sequence[Sums]) -> tuple[bytes, int]:
    """Write the totals of a close; their digest and how many there are."""
    rows = np.array([(number_of(one.service_date), *total) for one in sums for total in one.totals], _ROW)
    detail.carry_array(folder / SUMMED, rows)
    return detail.content(rows), len(rows)


def sums_about(house: House, about: date, before: date) -> list[Total]:
    """All totals about a service date in the closes before a clearing date."""
    return [
        Total(*row.tolist()[1:])
        for folder, rows in _written(house, about, before)
        for row in rows[rows["date"] == number_of(about)]
    ]


def sums_of(house: House, day: date) -> list[Sums]:
    """The totals of one close: of its own date, and of those that it changed, the oldest first."""
    found: defaultdict[int, list[Total]] = defaultdict(list)
    for _, rows in _written(house, day, day + timedelta(days=1)):
        for number, *total in rows.tolist():
            found[number].append(Total(*total))
    return [Sums(date_of(number), tuple(found[number])) for number in sorted(found)]


def _written(house: House, first: date, before: date) -> Iterator[tuple[Path, np.ndarray]]:
    for day in house.store.days():
        if first <= day.clearing_date < before and day.state == "closed":
            folder = house.detail(day.clearing_date.isoformat())
            rows = detail.read_array(folder / SUMMED)
            noted = next(row for row in house.store.shards(day.clearing_date) if row.kind == TOTALS)
            detail.check_content(noted.digest, folder, rows)
            yield folder, rows
