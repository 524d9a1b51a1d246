"""What stands on one line of each file of a feed."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Agency(NamedTuple):
    """A company that runs routes."""

    id: str
    name: str
    zone: str
    url: str
    line: int


class Stop(NamedTuple):
    """A place; kind 0 is where people board, 1 a station around such places."""

    id: str
    name: str
    lat: float
    lon: float
    kind: int
    parent: str
    owner: str
    zone: str
    line: int


class Route(NamedTuple):
    """A line as riders know it."""

    id: str
    name: str
    agency: str
    type: int
    network: str
    line: int


class Trip(NamedTuple):
    """One run of a vehicle, or the template of many; direction -1 where the feed does not say."""

    id: str
    route: int
    service_id: str
    direction: int
    shape: str
    line: int


class Frequency(NamedTuple):
    """Departures of a template trip at an even headway, from `start_s` until before `end_s`."""

    trip: int
    start_s: int
    end_s: int
    headway_s: int
    line: int


class Running(NamedTuple):
    """A service id of the calendar: on which weekdays (Monday first) and between which dates."""

    service_id: str
    week: tuple[bool, ...]
    first: dt.date
    last: dt.date


class OtherDay(NamedTuple):
    """A date on which a service id runs or does not run against its week."""

    service_id: str
    date: dt.date
    runs: bool


class Walk(NamedTuple):
    """A way on foot between two stops; `inside` if no gate stands between them (column afc_inside of our packs)."""

    origin: int
    destination: int
    seconds: int
    inside: bool = False


class StopTimes(NamedTuple):
    """All calls of all trips, in the order of trips and along each; trip t has the rows first[t] to first[t + 1]."""

    first: NDArray[np.int64]
    stop: NDArray[np.int32]
    arrival_s: NDArray[np.int32]
    departure_s: NDArray[np.int32]
    along: NDArray[np.float64]
    stage: NDArray[np.int32]
    agency: tuple[str, ...]
    section: tuple[str, ...]
    line: NDArray[np.int32]


class Shape(NamedTuple):
    """The line on the map that a trip follows."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]


class Feed(NamedTuple):
    """A whole feed, consistent in itself."""

    label: str
    version: str
    publisher: str
    agencies: tuple[Agency, ...]
    stops: tuple[Stop, ...]
    routes: tuple[Route, ...]
    trips: tuple[Trip, ...]
    times: StopTimes
    frequencies: tuple[Frequency, ...]
    calendar: tuple[Running, ...]
    exceptions: tuple[OtherDay, ...]
    walks: tuple[Walk, ...]
    shapes: dict[str, Shape]
    mended: tuple[str, ...] = ()
