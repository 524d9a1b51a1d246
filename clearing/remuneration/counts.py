"""What remuneration counts: a day's totals added up by operator, as far as an agreement looks at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from clearing.entry import Entry
from clearing.postings import Chart, Total

EARNED = ("share", "collected")


class Names(NamedTuple):
    """The words behind the numbers of totals that the chart does not have."""

    categories: Sequence[str]
    media: Sequence[str]


class Past(NamedTuple):
    """What the books hold of the days before: movements of the money of passes, by product, and what a pool still owes.

    A movement is a date, what was sold on it and what was earned on it.
    """

    passes: Mapping[str, Sequence[tuple[date, int, int]]] = {}
    owed: Mapping[str, int] = {}


def quantities(totals: Iterable[Total], kind: str, chart: Chart) -> defaultdict[str, int]:
    """Counts of one kind by operator."""
    return _sum((t for t in totals if t.kind == kind), chart.operator, lambda total: total.quantity)


def money(totals: Iterable[Total], kinds: Collection[str], chart: Chart) -> dict[str, int]:
    """Money by operator, in the order of their ids: what is divided must not depend on the order of arrival."""
    sums = _sum((t for t in totals if t.kind in kinds), chart.operator, lambda total: total.minor)
    return {operator: sums[operator] for operator in sorted(sums)}


def numbers(words: Sequence[str], chosen: Collection[str] | None) -> frozenset[int]:
    """The places of some words; of all of them where none were chosen."""
    return frozenset(number for number, word in enumerate(words) if chosen is None or word in chosen)


def made(entries: Iterable[Entry | None]) -> list[Entry]:
    """Those that move something."""
    return [entry for entry in entries if entry is not None]


def _sum(totals: Iterable[Total], key: Callable[[Total], str], value: Callable[[Total], int]) -> defaultdict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for total in totals:
        sums[key(total)] += value(total)
    return sums
