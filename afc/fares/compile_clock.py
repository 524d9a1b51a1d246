"""The city's clock and calendar in a reader's memory: clock changes, kinds of day, price periods, free days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from afc.fares import rates as places
from afc.fares.names import Names, Version, clock_band, period_names
from afc.moment import SECOND_US, at_us, from_us
from afc.refusal import Refused

_EPOCH_DAY = date(1970, 1, 1)


def write_calendar(r: Any, city: Any, version: Version, names: Names) -> None:
    """Clock offsets of the zone, and for each day its kind, month, school and free services."""
    first = version["from"] - timedelta(days=400)
    days = (city.calendar.horizon - first).days + 1
    if days > places.DAYS_MAX:
        raise Refused(
            "CALENDAR_TOO_LONG", f"{days} days from {first} to the calendar's horizon, at most {places.DAYS_MAX}"
        )
    r["cut_us"], r["day0"], r["days"] = city.day_cut_s * SECOND_US, (first - _EPOCH_DAY).days, days
    offsets = zone_offsets(city, first, days)
    r["offsets"] = len(offsets)
    for i, (begin_us, offset_us) in enumerate(offsets):
        r["offset_from_us"][i], r["offset_us"][i] = begin_us, offset_us
    free = free_services(version, names)
    for i in range(days):
        day = first + timedelta(days=i)
        r["day_type"][i] = city.calendar.day_type(day)
        r["school"][i] = city.calendar.is_school_day(day)
        r["month_of"][i] = day.year * 12 + day.month - 1
        r["free"][i] = free.get(day, 0)
    for p, name in enumerate(period_names(version)):
        for day_type, bands in version.get("periods", {}).get(name, {}).items():
            minutes = r["period_of"][names.day_types.index(day_type)]
            for band in bands:
                start, end = clock_band(band)
                if start < end:
                    minutes[start:end] = p
                else:
                    minutes[start:] = minutes[:end] = p


def zone_offsets(city: Any, first: date, days: int) -> list[tuple[int, int]]:
    """(from_us, offset_us) of every clock change in the calendar's span, found by asking each local noon."""
    changes: list[tuple[int, int]] = []
    for i in range(-1, days + 2):
        noon_us = at_us(first + timedelta(days=i), 12 * 3600, city.zone)
        offset_us = offset_at(noon_us, city)
        if not changes or changes[-1][1] != offset_us:
            changes.append((change_instant(noon_us, offset_us, city) if changes else noon_us - 10**15, offset_us))
    if len(changes) > places.OFFSETS_MAX:
        raise Refused("ZONE_TOO_RESTLESS", f"{len(changes)} clock changes, at most {places.OFFSETS_MAX}")
    return changes


def offset_at(t_us: int, city: Any) -> int:
    """How far the city's clock is ahead of UTC at a moment."""
    offset = from_us(t_us, city.zone).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)


def change_instant(noon_us: int, offset_us: int, city: Any) -> int:
    """The minute before a noon at which its offset began."""
    minute_us = 60 * SECOND_US
    low, high = noon_us // minute_us - 24 * 60 - 120, noon_us // minute_us
    while low + 1 < high:
        middle = (low + high) // 2
        if offset_at(middle * minute_us, city) == offset_us:
            high = middle
        else:
            low = middle
    return high * minute_us


def free_services(version: Version, names: Names) -> dict[date, int]:
    """Services that charge nothing, by date."""
    free: dict[date, int] = {}
    for row in version.get("free_day", []):
        free[row["date"]] = free.get(row["date"], 0) | names.mask(row["services"])
    return free
