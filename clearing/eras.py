"""Eras: the closed dates that may still be priced again, with their terms and where their detail lies."""

from __future__ import annotations

from datetime import date, timedelta

from afc.limits import reprice_days_max
from clearing.house import DETAIL, ISSUED, REPRICED, House
from clearing.standing import Era
from clearing.store import Shard
from clearing.terms import TermsOf, cut_us

_EVER_US = -(2**62)


def eras_of(house: House, day: date, terms: TermsOf) -> tuple[Era, ...]:
    """The closed dates before a date, the oldest first, no older than may be priced again."""
    closed = [d.clearing_date for d in house.store.days() if d.clearing_date < day and d.state == "closed"]
    recent = [d for d in closed if d >= day - timedelta(days=reprice_days_max)]
    eras, kept = [], {d: house.store.shards(d) for d in closed[-len(recent) - 1 :]}
    for d in recent:
        before = closed[closed.index(d) - 1] if closed.index(d) else None
        eras.append(
            Era(
                number=number_of(d),
                from_us=cut_us(house.city, before) if before else _EVER_US,
                terms=terms.on(d),
                folder=house.detail(d.isoformat()),
                detail=tuple(row.digest for row in of_kind(kept[d], DETAIL)),
                again={row.shard: row.digest for row in of_kind(kept[d], REPRICED)},
                before=house.detail(before.isoformat() if before else ISSUED),
                before_number=number_of(before) if before else 0,
                before_detail=tuple(row.digest for row in of_kind(kept[before], DETAIL)) if before else (),
            )
        )
    return tuple(eras)


def of_kind(rows: list[Shard], kind: str) -> list[Shard]:
    """The files of one kind, by shard."""
    return sorted((row for row in rows if row.kind == kind), key=lambda row: row.shard)


def number_of(day: date) -> int:
    """A date as a number that people can read.

    >>> number_of(date(2026, 3, 4))
    20260304
    """
    return (day.year * 100 + day.month) * 100 + day.day


def date_of(number: int) -> date:
    """The date that a number stands for.

    >>> date_of(20260304).isoformat()
    '2026-03-04'
    """
    return date(number // 10_000, number // 100 % 100, number % 100)
