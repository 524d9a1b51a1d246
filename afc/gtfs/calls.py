"""Calls: the rows of stop_times.txt in order, with times where the feed left them out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from afc.gtfs import values
from afc.gtfs.rows import StopTimes
from afc.gtfs.table import Reading, Table, read_table

_NEEDED = ["trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"]
_OTHERS = ["shape_dist_traveled", "afc_stage", "afc_agency_id", "afc_section_id"]
_CLOCK = "a time like 08:30:00"
_SHOWN = 5


def read_calls(reading: Reading, trips: dict[str, int], stops: dict[str, int]) -> StopTimes | None:
    """All calls; None if any is wrong, which is then told."""
    table = read_table(reading, "stop_times.txt", _NEEDED, _OTHERS)
    if table is None:
        return None
    before = len(reading.found)
    trip = np.array(table.references("trip_id", trips, "trips.txt"), dtype=np.int64)
    stop = np.array(table.references("stop_id", stops, "stops.txt"), dtype=np.int32)
    sequence = np.array(table.parsed("stop_sequence", values.whole, "a whole number"), dtype=np.int64)
    arrival = np.array(table.parsed("arrival_time", values.time_s, _CLOCK), dtype=np.int32)
    departure = np.array(table.parsed("departure_time", values.time_s, _CLOCK), dtype=np.int32)
    along = np.array(table.parsed("shape_dist_traveled", values.distance, "a distance, zero or more"))
    stage = np.array(table.parsed("afc_stage", values.whole, "a whole number", blank=0), dtype=np.int32)
    if len(reading.found) > before:
        return None
    order = np.lexsort((sequence, trip))
    trip, stop, sequence, along = trip[order], stop[order], sequence[order], along[order]
    arrival, departure = _completed(arrival[order], departure[order])
    first = np.searchsorted(trip, np.arange(len(trips) + 1))
    _check(table, order, trip, sequence, along)
    _check_ends(table, order, first, arrival, list(trips))
    if len(reading.found) > before:
        return None
    arrival, departure = _between(first, arrival, departure)
    _check_times(table, order, trip, arrival, departure)
    agency, section = (_ordered(table.texts(name), order) for name in _OTHERS[2:])
    lines = np.array(table.lines, dtype=np.int32)[order]
    return StopTimes(first, stop, arrival, departure, along, stage[order], agency, section, lines)


def _ordered(texts: Sequence[str], order: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(texts[i] for i in order.tolist())


def _completed(arrival: NDArray[np.int32], departure: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where only one of the two times is given, it stands for both."""
    both = np.where(arrival < 0, departure, arrival), np.where(departure < 0, arrival, departure)
    return both[0].astype(np.int32), both[1].astype(np.int32)


def _check(
    table: Table,
    order: NDArray[np.int64],
    trip: NDArray[np.int64],
    sequence: NDArray[np.int64],
    along: NDArray[np.float64],
) -> None:
    same = trip[1:] == trip[:-1]
    for i in np.flatnonzero(same & (sequence[1:] == sequence[:-1]))[:_SHOWN] + 1:
        what = f"stop_sequence {sequence[i]} is there twice in the trip"
        table.tell("DUPLICATE_ID", int(order[i]), what, "Calls of a trip are numbered upwards.")
    for i in np.flatnonzero(same & (along[1:] < along[:-1]))[:_SHOWN] + 1:
        what = f"shape_dist_traveled {along[i]:g} is less than {along[i - 1]:g} at the stop before"
        table.tell("DISTANCE_BACKWARDS", int(order[i]), what, "Distances grow along the trip.")


def _check_ends(
    table: Table, order: NDArray[np.int64], first: NDArray[np.int64], arrival: NDArray[np.int32], trips: list[str]
) -> None:
    told = 0
    for t in range(len(first) - 1):
        begin, end = int(first[t]), int(first[t + 1])
        if end - begin < 2 and told < _SHOWN:
            told += 1
            what = f'trip "{trips[t]}" has {end - begin} stops'
            table.found.add("TRIP_TOO_SHORT", what, file=table.label, cure="A trip calls at two stops at least.")
        elif end - begin >= 2 and min(arrival[begin], arrival[end - 1]) < 0 and told < _SHOWN:
            told += 1
            row = begin if arrival[begin] < 0 else end - 1
            what = "the first and the last stop of a trip need a time"
            table.tell("VALUE_MALFORMED", int(order[row]), what, "Write arrival_time and departure_time.")


def _between(
    first: NDArray[np.int64], arrival: NDArray[np.int32], departure: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Stops without a time are reached at an even pace between their neighbours that have one."""
    blank = np.flatnonzero(arrival < 0)
    if not len(blank):
        return arrival, departure
    given = np.flatnonzero(arrival >= 0)
    after = np.searchsorted(given, blank)
    low, high = given[after - 1], given[after]
    pace = (blank - low) / (high - low)
    filled = (departure[low] + pace * (arrival[high] - departure[low])).astype(np.int32)
    arrival[blank] = filled
    departure[blank] = filled
    return arrival, departure


def _check_times(
    table: Table,
    order: NDArray[np.int64],
    trip: NDArray[np.int64],
    arrival: NDArray[np.int32],
    departure: NDArray[np.int32],
) -> None:
    late = np.concatenate([[False], (trip[1:] == trip[:-1]) & (arrival[1:] < departure[:-1])])
    for i in np.flatnonzero(late | (departure < arrival))[:_SHOWN]:
        what = "the time is before the one that it follows"
        table.tell("TIMES_REVERSED", int(order[i]), what, "Hours after midnight are written 24:10:00 and so on.")
