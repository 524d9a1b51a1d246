"""Which services of a feed run on a date, and which week of its calendar is the ordinary one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from afc.gtfs.rows import Feed
from afc.refusal import Refused

DAY_TYPES = ("weekday", "saturday", "sunday")
_WEDNESDAY, _SATURDAY, _SUNDAY = 2, 5, 6


class Week(NamedTuple):
    """The dates that stand for each day type, and the service ids that run on them."""

    dates: Mapping[str, date]
    running: Mapping[str, frozenset[str]]


class Calendar:
    """A feed's calendar, asked by date."""

    def __init__(self, feed: Feed) -> None:
        self._rows, self._label = feed.calendar, feed.label
        self._others: dict[date, dict[str, bool]] = {}
        for other in feed.exceptions:
            self._others.setdefault(other.date, {})[other.service_id] = other.runs

    def running(self, day: date) -> frozenset[str]:
        """The service ids that run on a date."""
        others = self._others.get(day, {})
        usual = {row.service_id for row in self._rows if row.first <= day <= row.last and row.week[day.weekday()]}
        return frozenset((usual - others.keys()) | {name for name, runs in others.items() if runs})

    def span(self) -> tuple[date, date]:
        """The first and last date of which the feed says anything."""
        named = [row.first for row in self._rows] + [row.last for row in self._rows] + list(self._others)
        if not named:
            cure = "A feed has calendar.txt or calendar_dates.txt."
            raise Refused("CALENDAR_EMPTY", "the feed's calendar is empty", where=self._label, cure=cure)
        return min(named), max(named)

    def exceptions(self) -> list[date]:
        """Dates that differ from their weekday."""
        return sorted(self._others)


def ordinary_week(calendar: Calendar, day: date | None, vehicles: Mapping[str, int]) -> Week:
    """The week of `day`, or else the first of those that look like most weeks; `vehicles` counts trips by service id."""
    monday = _monday(day) if day else _most_common(calendar, vehicles)
    weekday = day if day and day.weekday() < _SATURDAY else monday + timedelta(days=_WEDNESDAY)
    saturday, sunday = (monday + timedelta(days=offset) for offset in (_SATURDAY, _SUNDAY))
    dates = dict(zip(DAY_TYPES, (weekday, saturday, sunday), strict=True))
    running = {name: calendar.running(on) for name, on in dates.items()}
    if not sum(vehicles.get(name, 0) for name in running["weekday"]):
        first, last = calendar.span()
        cure = f"Give a working day on which the feed has trips; its calendar runs from {first} to {last}."
        raise Refused("DAY_WITHOUT_TRIPS", f"no trip of the feed runs on {weekday}", cure=cure)
    return Week(dates, running)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _most_common(calendar: Calendar, vehicles: Mapping[str, int]) -> date:
    """A week with a holiday or an event in it is rare; the timetable that most weeks share is the ordinary one."""
    first, last = calendar.span()
    mondays = [_monday(first) + timedelta(weeks=i) for i in range((last - _monday(first)).days // 7 + 1)]
    looks = {
        monday: tuple(
            sum(vehicles.get(name, 0) for name in calendar.running(monday + timedelta(days=i))) for i in range(7)
        )
        for monday in mondays
    }
    served = Counter(look for look in looks.values() if look[_WEDNESDAY])
    if not served:
        return mondays[0]
    common = max(served.values())
    return next(monday for monday in mondays if served.get(looks[monday]) == common)
