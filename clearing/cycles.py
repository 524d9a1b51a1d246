"""Cycles: which clearing dates are paid together, and on which day the bank moves the money.

`T+1` makes each clearing date a cycle of its own; `weekly:FRI+2` joins the seven that end on a Friday. The lag counts
calendar days, and what falls on a day on which banks rest moves to the next on which they work.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from afc.pack.calendar import Calendar

_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAY = timedelta(days=1)


class Cycle(NamedTuple):
    """The clearing dates from first to last, and when they are paid. The last one is its name."""

    first: date
    last: date
    execution: date

    @property
    def id(self) -> str:
        return self.last.isoformat()


def cycle_of(rule: str, day: date, calendar: Calendar) -> Cycle:
    """The cycle to which a clearing date belongs.

    >>> calendar = Calendar(("work", "rest"), (0, 0, 0, 0, 0, 1, 1), date(2026, 12, 31), {date(2026, 3, 9): 1}, ())
    >>> cycle_of("T+1", date(2026, 3, 5), calendar).execution.isoformat()
    '2026-03-06'
    >>> cycle_of("T+1", date(2026, 3, 6), calendar).execution.isoformat()  # a weekend and a holiday on Monday
    '2026-03-10'
    >>> week = cycle_of("weekly:FRI+2", date(2026, 3, 9), calendar)
    >>> week.first.isoformat(), week.last.isoformat(), week.execution.isoformat()
    ('2026-03-07', '2026-03-13', '2026-03-16')
    """
    first, last = dates_of(rule, day)
    return Cycle(first, last, banking_day(last + _DAY * int(rule.partition("+")[2]), calendar))


def dates_of(rule: str, day: date) -> tuple[date, date]:
    """The first and the last clearing date of the cycle to which a date belongs."""
    _, _, weekday = rule.partition("+")[0].partition(":")
    last = day + _DAY * ((_WEEKDAYS.index(weekday) - day.weekday()) % 7) if weekday else day
    return (last - _DAY * 6 if weekday else day), last


def banking_day(day: date, calendar: Calendar) -> date:
    """The day itself, or the next one on which banks work: the calendar's first day type is the ordinary working day."""
    while calendar.day_type(day) != 0:
        day += _DAY
    return day


def banking_days(first: date, last: date, calendar: Calendar) -> int:
    """How many banking days lie after `first`, up to and with `last`: the age of something that began on `first`.

    >>> calendar = Calendar(("work", "rest"), (0, 0, 0, 0, 0, 1, 1), date(2026, 12, 31), {}, ())
    >>> banking_days(date(2026, 3, 6), date(2026, 3, 10), calendar)  # Friday to Tuesday
    2
    """
    days = (first + _DAY * n for n in range(1, (last - first).days + 1))
    return sum(calendar.day_type(day) == 0 for day in days)
