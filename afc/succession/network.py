"""Comparing two networks: it may grow, be run by others and to another timetable; the ways that there were stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from afc.succession.difference import Difference, shown

if TYPE_CHECKING:
    from afc.network.network import Network, Pattern

_AT_THE_END = "Keep what there was in its order, and add at the end."
_AS_IT_WAS = "Earlier rides are priced again by the ways that there were: leave them, and add others."


def network_differences(old: Network, new: Network, stations: tuple[bool, ...]) -> list[Difference]:
    """What the network says otherwise; `stations` says of which services the readers are gates."""
    found = [*_lists(old, new)]
    if any(one.cure for one in found):
        return found
    found += [*_stops(old, new), *_patterns(old, new, stations)]
    if not any(one.cure for one in found):
        found += _paths(old, new)
    return [*found, *_timetable(old, new)]


def _lists(old: Network, new: Network) -> Iterator[Difference]:
    """Stops and routes are known by their place in the files, sections and zones too."""
    for kind, table, file in (
        ("stop", "stop_ids", "stops.txt"), ("route", "route_ids", "routes.txt"),
        ("section", "section_ids", "stop_times.txt"), ("zone", "zone_ids", "stops.txt"),
    ):  # fmt: skip
        was, now = list(getattr(old, table)), list(getattr(new, table))
        if now[: len(was)] != was:
            first = next(i for i, name in enumerate(was) if i >= len(now) or now[i] != name)
            what = f'{kind} "{was[first]}" is no longer the {first + 1}. of its list'
            yield Difference(f"network/{file}", what, _AT_THE_END)
        elif len(now) > len(was):
            yield Difference(f"network/{file}", f"new {kind}: {shown(now[len(was) :])}")


def _stops(old: Network, new: Network) -> Iterator[Difference]:
    n = len(old.stop_ids)
    for what, column in (("zones", "stop_zone"), ("gates", "gates"), ("owner of the gates", "owner")):
        apart = np.flatnonzero(getattr(old, column) != getattr(new, column)[:n])
        if len(apart):
            names = shown([old.stop_ids[i] for i in apart])
            yield Difference("network/stops.txt", f"other {what} at {names}", _AS_IT_WAS)


def _patterns(old: Network, new: Network, stations: tuple[bool, ...]) -> Iterator[Difference]:
    """Ways by number. Who runs a bus may change from a date on; who runs a train decides how earlier journeys were split."""
    n = len(old.route_ids)
    for i in np.flatnonzero(old.route_service != new.route_service[:n]):
        yield Difference("network/routes.txt", f"route {old.route_ids[i]} is of another service", _AS_IT_WAS)
    for i in np.flatnonzero(old.route_operator != new.route_operator[:n]):
        trains = stations[int(old.route_service[i])]
        cure = "A train's operator decides how earlier journeys are split: leave it." if trains else ""
        yield Difference("network/routes.txt", f"route {old.route_ids[i]} is run by another party", cure)
    for number, was in enumerate(old.patterns):
        now = new.patterns[number] if number < len(new.patterns) else None
        if now is None or not _same_way(was, now, stations[int(old.route_service[was.route])]):
            what = f"a way of route {old.route_ids[was.route]} is another, or comes at another place"
            yield Difference("network/stop_times.txt", what, f"{_AS_IT_WAS} New ones come last.")
            return


def _same_way(was: Pattern, now: Pattern, trains: bool) -> bool:
    columns = ("stops", "along_m", "stage", *(("operator",) if trains else ()))
    same = all(np.array_equal(getattr(was, name), getattr(now, name)) for name in columns)
    return same and (was.route, was.direction, was.section) == (now.route, now.direction, now.section)


def _paths(old: Network, new: Network) -> Iterator[Difference]:
    """The way between two gates is as long as it was."""
    n, was, now = len(old.stop_ids), old.tables, new.tables
    inside = np.flatnonzero(was.gate >= 0)
    a, b = was.gate[inside], now.gate[:n][inside]
    apart = was.path[np.ix_(a, a)] != now.path[np.ix_(b, b)]
    if np.any(apart):
        i, k = np.argwhere(apart)[0]
        ends = f"{old.stop_ids[inside[i]]} and {old.stop_ids[inside[k]]}"
        cure = "Such a line needs new books: earlier rides would be priced again by it."
        yield Difference("network/stop_times.txt", f"the way between {ends} is another", cure)


def _timetable(old: Network, new: Network) -> Iterator[Difference]:
    for day_type, was in old.departures_by_day_type.items():
        now = new.departures_by_day_type.get(day_type, ())
        if not all(map(np.array_equal, was, now)):
            yield Difference("network/frequencies.txt", f"another timetable on a {day_type}")
