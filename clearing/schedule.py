"""What the timetable of a date promised: vehicle trips and metres by operator, beside what vehicles' own records show."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from clearing.postings import WHOLE_DAY, Total


def schedule_totals(city: Any, day: date) -> list[Total]:
    """One total of trips and one of metres for each operator of the timetable, in the order of parties.

    A route belongs to the operator that the network names, or whom that was merged into, also where another's vehicle helped
    out.
    """
    network, holders = city.network, city.holders(day)
    trips: defaultdict[int, int] = defaultdict(int)
    metres: defaultdict[int, int] = defaultdict(int)
    for pattern, departures in zip(
        network.patterns, network.departures(city.calendar.day_types[city.day_type(day)]), strict=True
    ):
        operator = holders[int(network.route_operator[pattern.route])]
        trips[operator] += len(departures)
        metres[operator] += len(departures) * int(pattern.along_m[-1])
    totals = []
    for operator in sorted(trips):
        totals.append(Total(WHOLE_DAY, "scheduled_trip", operator, 0, 0, 0, trips[operator], 0))
        totals.append(Total(WHOLE_DAY, "scheduled_metres", operator, 0, 0, 0, metres[operator], 0))
    return totals
