"""What a statement says of journeys that were priced again: each with both dates, what it brought before and brings now.

A line about an earlier date is the sum of its journeys here. Cards have the numbers that they have in the party's extract of
the clearing date, so that nobody is told whose journeys they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.keys import KeyRing
from clearing.cells import cell
from clearing.per_journey import Differs, side
from clearing.postings import Chart
from clearing.views import JourneyName

_WORDS = ("clearing_date", "party")


class Again(NamedTuple):
    """A journey's part of a line. Names are empty where there was or is no journey; below zero the party lost money."""

    service_date: str
    kind: str
    service: str
    product: str
    journey_before: str
    journey: str
    tap: str
    because: str
    before_minor: int
    now_minor: int
    minor: int


def told_to(
    party: str, number: int, found: Sequence[Differs], chart_on: Callable[[date], Chart], ring: KeyRing, day: date
) -> tuple[Again, ...]:
    """What one party is told in the statement of a clearing date."""
    mine = [(one, sign) for one in found if (sign := side(one.total, chart_on(one.about), party))]
    cards = ring.pseudonyms(np.array([one.card for one, _ in mine], np.uint64), number, day.toordinal()).tolist()
    rows = []
    for (one, sign), card in zip(mine, cards, strict=True):
        chart = chart_on(one.about)
        names = one.total.kind, chart.service(one.total), chart.product(one.total)
        journeys = (name_of(card, one.was), name_of(card, one.now))
        money = (sign * one.before_minor, sign * one.now_minor, sign * one.minor)
        rows.append(Again(one.about.isoformat(), *names, *journeys, one.tap, one.cause, *money))
    return tuple(sorted(rows))


def name_of(card: int, journey: int) -> str:
    """A journey's name, or nothing where there is none."""
    return str(JourneyName(card, journey)) if journey >= 0 else ""


def facts(rows: Iterable[Again], clearing_date: str) -> list[dict[str, Any]]:
    """For a program."""
    return [{"clearing_date": clearing_date} | row._asdict() for row in rows]


def as_csv(rows: Iterable[Again], clearing_date: str, party: str) -> bytes:
    """For a spreadsheet: a row a journey, money in minor units."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*_WORDS, *Again._fields])
    for row in rows:
        writer.writerow([clearing_date, cell(party), *map(cell, row[:8]), *row[8:]])
    return out.getvalue().encode()


def summed(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, str, str, str], int]:
    """What the journeys of a statement come to, line by line."""
    sums: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        key = row["service_date"], row["kind"], row["service"], row["product"]
        sums[key] = sums.get(key, 0) + row["minor"]
    return sums
