"""The city's calendar: what kind of day a service date is.

>>> from datetime import date
>>> calendar = Calendar(("weekday", "sunday"), (0, 0, 0, 0, 0, 1, 1), date(2026, 12, 31), {date(2026, 3, 2): 1}, ())
>>> calendar.day_types[calendar.day_type(date(2026, 3, 2))]
'sunday'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from afc.pack.schema_city import CalendarForm
from afc.refusal import Refused


@dataclass(frozen=True)
class Calendar:
    """Day types by number; 0, the first one named, is the ordinary working day."""

    day_types: tuple[str, ...]
    week: tuple[int, ...]  # by weekday, Monday first
    horizon: date
    holidays: Mapping[date, int]
    terms: tuple[tuple[date, date], ...]

    def day_type(self, day: date) -> int:
        """The number of a date's day type; beyond the horizon nobody knows the holidays, so the question is refused."""
        if day > self.horizon:
            what = f"holidays are known until {self.horizon} only, and {day} is later"
            cure = "Add the holidays to city.toml and move `horizon`."
            raise Refused("CALENDAR_HORIZON", what, cure=cure)
        return self.holidays.get(day, self.week[day.weekday()])

    def is_school_day(self, day: date) -> bool:
        """Whether pupils ride as pupils: an ordinary working day inside a term, and no holiday."""
        working = self.day_type(day) == 0 and day not in self.holidays
        return working and any(first <= day <= last for first, last in self.terms)


def calendar_of(form: CalendarForm) -> Calendar:
    """The calendar that city.toml describes."""
    index = {name: i for i, name in enumerate(form.day_types)}
    week = tuple(index[name] for name in form.week)
    holidays = {day.date: index[day.type] for day in form.holidays}
    return Calendar(form.day_types, week, form.horizon, holidays, tuple((t.from_, t.to) for t in form.school_terms))
