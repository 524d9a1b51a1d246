"""The city's clock inside the rules: which local day, minute, kind of day and price period a moment falls in."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.rates import DAY_US, MINUTE_US


@rule
def local_clock_us(t_us: int, r: Any) -> int:
    """Microseconds since 1970 as the city's own clock shows them."""
    low, high = 0, r.offsets - 1
    while low < high:
        middle = (low + high + 1) // 2
        if r.offset_from_us[middle] <= t_us:
            low = middle
        else:
            high = middle - 1
    return t_us + r.offset_us[low]


@rule
def service_day(t_us: int, r: Any) -> int:
    """The number of the service day, days since 1970, cut at the city's day cut."""
    return (local_clock_us(t_us, r) - r.cut_us) // DAY_US


@rule
def minute_of(t_us: int, r: Any) -> int:
    """Minutes after local midnight, 0..1439."""
    return local_clock_us(t_us, r) % DAY_US // MINUTE_US


@rule
def calendar_row(day: int, r: Any) -> int:
    """The row of a day in the calendar tables; a day outside them is our mistake, for intake refuses it first."""
    row = day - r.day0
    assert 0 <= row < r.days
    return row


@rule
def period_at(t_us: int, r: Any) -> int:
    """The price period by the clock of the tap."""
    day_type = r.day_type[calendar_row(service_day(t_us, r), r)]
    return r.period_of[day_type][minute_of(t_us, r)]


@rule
def between(minute: int, start: int, end: int) -> bool:
    """Is a minute inside a half-open band that may run over midnight?"""
    if start <= end:
        return start <= minute < end
    return minute >= start or minute < end
