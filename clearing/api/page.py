"""A page: answers have a bound, and whoever wants what is behind it names the last row that it was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from clearing.gaps import Gap

ROW_NAME = r"^(\d{1,10}-\d{1,5}-\d{1,10})?$"
"""Device, epoch and first number of a gap; empty: from the beginning."""


class Page(NamedTuple):
    """Some rows, and the name of the last of them where others follow."""

    rows: list[Gap]
    last: str


def page(gaps: Iterable[Gap], after: str, limit: int) -> Page:
    """The first gaps behind one that is named, in the order of readers and numbers. Names hold also while gaps are filled."""
    found = list(islice(_behind(gaps, after), limit + 1))
    rows = found[:limit]
    return Page(rows, name_of(rows[-1]) if len(found) > limit else "")


def name_of(gap: Gap) -> str:
    """By what a gap is named."""
    return f"{gap.device}-{gap.epoch}-{gap.first_seq}"


def _behind(gaps: Iterable[Gap], after: str) -> Iterator[Gap]:
    last = tuple(map(int, after.split("-"))) if after else (-1,)
    yield from (gap for gap in sorted(gaps) if gap[:3] > last)
