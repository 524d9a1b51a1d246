"""What a clearing house should hear some weeks ahead: that its calendar ends, and that its pack was edited and not adopted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from clearing.house import House
from sim.houses import read_deed
from sim.packs import not_adopted

WEEKS_AHEAD = 6


def ahead(house: House, day: date) -> tuple[str, ...]:
    """Sentences about what has to be done soon, seen from a clearing date."""
    return (*calendar_ends(house, day), *filter(None, [not_adopted(house.city, read_deed(house.folder).city)]))


def calendar_ends(house: House, day: date) -> Iterator[str]:
    """Past the horizon nothing can be priced, and what falls due behind it cannot be paid; a year without a holiday was
    probably not filled in yet."""
    calendar = house.city.calendar
    left = (calendar.horizon - day).days
    if left < 7 * WEEKS_AHEAD:
        yield (
            f"the calendar ends on {calendar.horizon}, {max(left, 0)} days after {day}: add the holidays behind it, move "
            "`horizon`, and adopt the pack: afc clearing adopt --help"
        )
    known = max((one.year for one in calendar.holidays), default=None)
    if known is not None and calendar.horizon.year > known and (date(known + 1, 1, 1) - day).days < 7 * WEEKS_AHEAD:
        yield f"no holiday is known after {known}, and the calendar goes on until {calendar.horizon}: is that right?"
