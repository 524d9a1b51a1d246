"""Which clearing dates are due, and closing them: those on which something was tapped that no close has taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from afc.batch import HEADER
from afc.keys import SIGNATURE_BYTES
from afc.limits import tap_time_us_max, tap_time_us_min
from afc.moment import MINUTE_US, day_start_us, service_date
from afc.refusal import Refused
from afc.tap import TAP
from clearing.close import Closed, close_day
from clearing.complete import AS_IT_IS, Order
from clearing.detail import read_array
from clearing.house import WAITED, House
from clearing.settle import Settled, settle_day
from sim.moments import now_us


class Cleared(NamedTuple):
    """A date that was closed and settled."""

    closed: Closed
    settled: Settled


def close_due(
    house: House,
    through: date,
    asked: bool,
    run: Any = map,
    told: Callable[[date], None] = lambda _: None,
    order: Order = AS_IT_IS,
) -> list[Cleared]:
    """Close and settle every date that is due, the oldest first; with `asked`, `through` itself even if nothing came. Where
    `through` is closed, nothing is left to do."""
    cleared = []
    with house.store.closing():
        if is_closed(house, through):
            return []
        days = due(house, through, asked)
        if asked and through not in tapped(house, None):
            refuse_wrong_day(house, through, now_us(), "--through")
        for day in days:
            told(day)
            cleared.append(clear(house, day, run, order))
    return cleared


def clear(house: House, day: date, run: Any = map, order: Order = AS_IT_IS) -> Cleared:
    """Close and settle one date."""
    closed = close_day(house, day, run, order)
    return Cleared(closed, settle_day(house, closed, run, order))


def close_one(house: House, day: date, run: Any, order: Order) -> Cleared | None:
    """Close and settle one date and no other; nothing where it was closed before."""
    with house.store.closing():
        if is_closed(house, day):
            return None
        first = min(due(house, day, asked=True))
        if first < day:
            cure = f"Close {first} first, or all that is due: afc clearing run --through {day}"
            raise Refused("DAY_OUT_OF_TURN", f"{first} has taps, comes before {day} and is not closed", cure=cure)
        by_clock = now_us()  # of a date on which nobody tapped, only the clock can say that it is over
        told = order.at_us <= by_clock or day in tapped(house, None)
        refuse_wrong_day(house, day, order.at_us if told else by_clock, "DATE")
        return clear(house, day, run, order)


def is_closed(house: House, day: date) -> bool:
    """Has the date been closed before?"""
    known = house.store.find_day(day)
    return known is not None and known.state == "closed"


def refuse_wrong_day(house: House, day: date, at_us: int, where: str) -> None:
    """A date that the books do not reach back to, or that is not over, is closed by mistake; and nothing reopens it."""
    zone, cut_s = house.city.zone, house.city.day_cut_s
    first_us = min((row.from_us for row in house.store.devices()), default=0)
    if day_start_us(day + timedelta(days=1), zone, cut_s) <= first_us:
        what = f"the books begin with {service_date(first_us, zone, cut_s)}, and {day} is before that"
        raise Refused("DAY_BEFORE_BOOKS", what, where=where, cure="Look at the year.")
    if at_us < day_start_us(day + timedelta(days=1), zone, cut_s):
        cure = "Look at the year; or wait until it is over, for what is closed is never opened again."
        raise Refused("DAY_NOT_OVER", f"{day} is not over", where=where, cure=cure)


def due(house: House, through: date, asked: bool) -> list[date]:
    """Dates through `through` that have taps of their own, or that began to close; late taps are due on the next open one."""
    days = house.store.days()
    last = max((day.clearing_date for day in days if day.state == "closed"), default=None)
    first = date.min if last is None else last + timedelta(days=1)
    if asked and through < first:
        cure = "What is learnt later is posted in the next open date."
        raise Refused("DAY_CLOSED", f"{last} is closed, and {through} is not after it", where="--through", cure=cure)
    dates = {max(day, first) for day in tapped(house, last)}
    dates |= {day.clearing_date for day in days if day.state != "closed"} | ({through} if asked else set())
    return sorted(day for day in dates if day <= through)


def tapped(house: House, last: date | None) -> Counter[date]:
    """How many taps of each service date no close has taken: newly accepted ones, and those that wait.

    A time that cannot be belongs to no date; its tap is set aside with whichever date is closed next.
    """
    frozen = max((day.through_position for day in house.store.days() if day.state == "closed"), default=0)
    newest, _ = house.store.high()
    parts: Iterable[np.ndarray] = (
        np.frombuffer(sealed[HEADER.size : -SIGNATURE_BYTES], TAP)["time_us"]
        for _, sealed in house.store.accepted(frozen + 1, newest)
    )
    minutes: Counter[int] = Counter()
    for times in parts:
        count(minutes, times)
    if last is not None:
        count(minutes, read_array(house.detail(last.isoformat()) / WAITED)["time_us"])
    dates: Counter[date] = Counter()
    for minute, taps in minutes.items():
        if tap_time_us_min <= minute * MINUTE_US <= tap_time_us_max:
            dates[service_date(minute * MINUTE_US, house.city.zone, house.city.day_cut_s)] += taps
    return dates


def count(minutes: Counter[int], times_us: np.ndarray) -> None:
    """Add the minutes of some taps."""
    found, taps = np.unique(times_us // MINUTE_US, return_counts=True)
    minutes.update(dict(zip(found.tolist(), taps.tolist(), strict=True)))
