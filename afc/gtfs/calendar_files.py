"""The calendar of a feed: on which weekdays its services run, and on which dates they do otherwise."""

from __future__ import annotations

from afc.gtfs import values
from afc.gtfs.rows import OtherDay, Running, Trip
from afc.gtfs.table import Reading, read_table

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATE = "a date like 20260304"


def read_weeks(reading: Reading) -> tuple[Running, ...]:
    """calendar.txt; a feed may do without if it lists its dates instead."""
    optional = "calendar_dates.txt" in reading.files.members
    needed = ["service_id", *WEEK, "start_date", "end_date"]
    table = read_table(reading, "calendar.txt", needed, optional=optional)
    if table is None:
        return ()
    table.ids("service_id")
    weeks = zip(*(table.parsed(day, values.flag, "0 or 1") for day in WEEK), strict=False)
    firsts = table.parsed("start_date", values.date, _DATE)
    lasts = table.parsed("end_date", values.date, _DATE)
    return tuple(map(Running, table.texts("service_id"), weeks, firsts, lasts))


def read_other_days(reading: Reading) -> tuple[OtherDay, ...]:
    """calendar_dates.txt, if there is one."""
    table = read_table(reading, "calendar_dates.txt", ["service_id", "date", "exception_type"], optional=True)
    if table is None:
        return ()
    dates = table.parsed("date", values.date, _DATE)
    kinds = table.parsed("exception_type", values.whole, "1 or 2")
    return tuple(OtherDay(*row) for row in zip(table.texts("service_id"), dates, [k == 1 for k in kinds], strict=False))


def check_service_ids(
    reading: Reading, trips: tuple[Trip, ...], calendar: tuple[Running, ...], others: tuple[OtherDay, ...]
) -> None:
    """Every trip runs on days that the calendar knows."""
    known = {row.service_id for row in calendar} | {row.service_id for row in others}
    for trip in trips:
        if known and trip.service_id not in known:
            what = f'column service_id names "{trip.service_id}", which is not in the calendar'
            file = f"{reading.files.label}/trips.txt"
            reading.found.add("UNKNOWN_ID", what, file=file, line=trip.line, cure="Add it to calendar.txt.")
            return  # one is enough: usually the whole calendar is another one
