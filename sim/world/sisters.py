"""Sisters: more vehicles than a timetable has, where a pack holds only a part of the routes that the city has.

The routes that are left out share the streets of those that are there. A run of more of the day's riders than these could
carry sends several vehicles on each departure, evenly over the time to the next one, each with readers of its own. All have the
number of the trip in the timetable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

GAP_MAX_S = 1800
"""After the last departure, and over a pause of the service, sisters leave within half an hour."""


def sisters_of(city: Any, scale: float) -> tuple[int, ...]:
    """By service, how many vehicles each departure sends in a run at this share of the day's boardings."""
    parts = [city.demand.fleet[service.id].part for service in city.services]
    return tuple(1 if part is None else max(1, round(scale / part)) for part in parts)


def leaving(departures: Sequence[int], sisters: int) -> list[list[int]]:
    """When the vehicles of each departure leave, in seconds.

    >>> leaving([0, 600, 900], 2)
    [[0, 300], [600, 750], [900, 1050]]
    """
    at_s = np.asarray(departures, np.int64)
    gaps = np.diff(at_s)
    gaps = np.minimum(np.append(gaps, gaps[-1:] if len(gaps) else GAP_MAX_S), GAP_MAX_S)
    moments = at_s[:, None] + gaps[: len(at_s), None] * np.arange(sisters) // sisters
    times: list[list[int]] = moments.tolist()
    return times
