"""Closed dates: to which of them a record belongs that comes late, and which vehicles each has counted already.

A vehicle counts once for each service date on which it operated, however many of its readers say so and whenever they
report: what earlier closes wrote down of it is looked up before it is counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.moment import day_start_us, service_date
from clearing import detail
from clearing.house import House
from clearing.terms import cut_us
from clearing.trips import TRIPS, Columns

Seen = set[tuple[int, int, int]]
"""Vehicles that operated: service date as an ordinal, operator, vehicle."""


class ClosedDates(NamedTuple):
    """The dates that were closed before the one that closes now, the oldest first, and when they ended. `counted` tells the
    vehicles that they have counted, those of a service date and later at least."""

    dates: tuple[date, ...]
    ends_us: np.ndarray
    counted: Callable[[int], Seen]

    def of(self, time_us: np.ndarray) -> np.ndarray:
        """Each moment's date by its place; behind the last place is the date that closes now."""
        return np.searchsorted(self.ends_us, time_us, side="right")

    def of_date(self, night: int) -> int:
        """The place of a service date: its own, or the next one that was closed, if nothing came of it in time."""
        return bisect_left(self.dates, date.fromordinal(night))


def closed_dates(city: Any, dates: tuple[date, ...], counted: Callable[[int], Seen]) -> ClosedDates:
    """These dates with their ends."""
    return ClosedDates(dates, np.array([cut_us(city, one) for one in dates], np.int64), counted)


def closed_before(house: House, day: date) -> ClosedDates:
    """The dates that the books have closed before a date."""
    dates = tuple(d.clearing_date for d in house.store.days() if d.clearing_date < day and d.state == "closed")

    def counted(first: int) -> Seen:
        parts = (
            operating(trips, house.city) for one in dates if one.toordinal() >= first for trips in written(house, one)
        )
        return set().union(*parts)

    return closed_dates(house.city, dates, counted)


def written(house: House, day: date) -> Iterator[Columns]:
    """The vehicle trips that a close wrote down, proven by their digest."""
    for row in house.store.shards(day):
        if row.kind == TRIPS:
            trips = detail.read_columns(house.folder / row.file)
            detail.check_content(row.digest, house.detail(day.isoformat()), *trips.values())
            yield trips


def operating(trips: Columns, city: Any) -> Seen:
    """Which vehicles came to the end of a trip, on which service date."""
    ended = trips["end_us"] > 0
    rows = (service_dates(trips["end_us"][ended], city), trips["operator"][ended], trips["vehicle"][ended])
    return {(night, operator, vehicle) for night, operator, vehicle in np.unique(np.stack(rows), axis=1).T.tolist()}


def service_dates(time_us: np.ndarray, city: Any) -> np.ndarray:
    """The service date of each moment, as an ordinal."""
    if not len(time_us):
        return np.zeros(0, np.int64)
    first, last = (service_date(int(at), city.zone, city.day_cut_s) for at in (time_us.min(), time_us.max()))
    nights = range(first.toordinal(), last.toordinal() + 1)
    begins = [day_start_us(date.fromordinal(night), city.zone, city.day_cut_s) for night in nights]
    return nights[0] + np.searchsorted(np.array(begins, np.int64), time_us, side="right") - 1
