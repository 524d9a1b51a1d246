"""How well a run fits what was counted in the city: what was tapped beside what the pack's demand.toml has.

Three questions that a planner asks of any model: do as many tap in as were counted, at the same hours, on the same services,
and at the same stops? What is looked at are the taps that the clearing house accepted, not what was drawn before anybody rode.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.moment import SECOND_US, at_us
from afc.tap import NO_PATTERN, NO_STOP, TapKind
from clearing.detail import read_columns
from sim.demand.gravity import stop_weights

GEH_GOOD = 5.0
"""A count that planners call good. The statistic is G. E. Havers's, as the UK's Design Manual for Roads and Bridges uses it."""
TOP = 10
ROWS_MIN = 6
"""Among fewer a correlation is near 1 whatever was tapped."""
Counts = NDArray[np.int64]


class Tapped(NamedTuple):
    """Accepted tap-ins: by hour of the service date's clock (25 o'clock is 1 again), by service and by stop."""

    hour: Counts
    service: Counts
    stop: Counts


class Counted(NamedTuple):
    """What demand.toml has for the same dates, at full scale: boardings, and shares of them that sum to 1 or are all zero."""

    boardings: float
    hour: NDArray[np.float64]
    service: NDArray[np.float64]
    stop: NDArray[np.float64]


class Row(NamedTuple):
    """One hour, service or stop: its published share and the share that was tapped, both in per cent. Of stops also the GEH of
    their riders in a mean hour: of a whole city's hour or service it would be bad at any difference."""

    name: str
    published: float
    tapped: float
    geh: float | None


def tapped(city: Any, folder: Path, dates: Sequence[date], run: Any = map) -> Tapped:
    """Tap-ins of a run's closed dates; `run` is a map, or a process pool's."""
    network = city.network
    service = np.array([network.route_service[pattern.route] for pattern in network.patterns], np.int64)
    sums = [np.zeros(size, np.int64) for size in (24, len(city.services), len(network.stop_ids))]
    for day in dates:
        files = sorted((folder / "detail" / day.isoformat()).glob("taps-*.parquet"))
        one = partial(in_file, zero_us=at_us(day, 0, city.zone), pattern_service=service, gates=network.gates)
        for parts in run(one, files):
            for whole, part in zip(sums, parts, strict=True):
                whole[: len(part)] += part
    return Tapped(*sums)


def in_file(path: Path, zero_us: int, pattern_service: Counts, gates: NDArray[np.int32]) -> tuple[Counts, ...]:
    """Tap-ins of one shard by hour, service and stop. In a vehicle the pattern tells the service, at a gate the stop does."""
    taps = read_columns(path, "kind", "time_us", "stop", "pattern")
    ins = (taps["kind"] == TapKind.ENTRY) & (taps["stop"] != NO_STOP)
    stop, pattern = taps["stop"][ins].astype(np.int64), taps["pattern"][ins]
    hour = (taps["time_us"][ins] - zero_us) // (3600 * SECOND_US) % 24
    aboard = pattern != NO_PATTERN
    service = np.where(aboard, pattern_service[np.where(aboard, pattern, 0)], gates[stop])
    return np.bincount(hour, minlength=24), np.bincount(service[service >= 0]), np.bincount(stop)


def counted(city: Any, dates: Sequence[date]) -> Counted:
    """Published figures of the same dates, each date by its day type."""
    days = [city.demand.day[city.calendar.day_types[city.day_type(day)]] for day in dates]
    boardings = np.array([day.boardings for day in days], np.float64)
    hour = sum(day.boardings * shares(np.array(day.profile, np.float64)) for day in days)
    mix = [shares(np.array([day.services.get(s.id, 0.0) for s in city.services], np.float64)) for day in days]
    service = sum(n * mine for n, mine in zip(boardings, mix, strict=True))
    stops = city.demand.stops
    stop = stop_weights(tuple(city.network.stop_ids), stops)[0] if stops else np.zeros(len(city.network.stop_ids))
    return Counted(float(boardings.sum()), shares(hour), shares(service), shares(stop))


def shares(weights: Any) -> NDArray[np.float64]:
    """Weights as parts of 1; nothing is no part of anything."""
    found = np.asarray(weights, np.float64)
    return found / found.sum() if found.sum() > 0 else found


def geh(model: NDArray[np.float64], count: NDArray[np.float64]) -> NDArray[np.float64]:
    """The square root of 2 (m - c)^2 / (m + c), of riders in an hour.

    >>> geh(np.array([600.0]), np.array([500.0])).round(2).tolist()
    [4.26]
    """
    total = model + count
    return np.sqrt(np.divide(2 * (model - count) ** 2, total, out=np.zeros_like(total), where=total > 0))


def fit(city: Any, found: Tapped, known: Counted, scale: float, days: int) -> dict[str, Any]:
    """The comparison as data; `days` dates at `scale` of the published boardings."""
    riders_h = known.boardings / max(1, days * int((known.hour > 0).sum()))
    hours = rows([f"{h:02d}" for h in range(24)], found.hour, known.hour)
    services = rows([service.id for service in city.services], found.service, known.service)
    held = np.flatnonzero(known.stop > 0)
    stops = rows([city.network.stop_ids[s] for s in held], found.stop[held], known.stop[held], riders_h)
    ins, wanted = int(found.hour.sum()), known.boardings * scale
    return {
        "tap_ins": ins,
        "published_tap_ins": round(wanted),
        "tap_ins_off_percent": round(100 * (ins - wanted) / wanted, 2) if wanted else 0.0,
        "hours": told(hours),
        "services": told(services),
        "stops": told(stops),
        "by_hour": [row._asdict() for row in hours],
        "by_service": [row._asdict() for row in services],
        "top_stops": [row._asdict() for row in sorted(stops, key=lambda row: (-row.published, row.name))[:TOP]],
        "published": city.demand.source,
        "synthetic": city.synthetic,
    }


def rows(names: Sequence[str], found: Counts, known: NDArray[np.float64], riders_h: float | None = None) -> list[Row]:
    """One row for each thing that is published or tapped; `riders_h` are all riders of a mean hour at full scale."""
    mine = shares(found)
    good = [None] * len(mine) if riders_h is None else geh(mine * riders_h, known * riders_h).round(2).tolist()
    return [
        Row(name, round(100 * p, 2), round(100 * m, 2), g)
        for name, p, m, g in zip(names, known.tolist(), mine.tolist(), good, strict=True)
        if p > 0 or m > 0
    ]


def told(found: Sequence[Row]) -> dict[str, Any]:
    """What stands in one line: the largest difference in points, where it is, and how alike the shares are.

    `alike` is Pearson's correlation, and None where so few rows say little. Of stops also how many have a good GEH.
    """
    published, mine = np.array([row.published for row in found]), np.array([row.tapped for row in found])
    if not len(found) or published.sum() == 0:
        return {"published": 0}
    worst = int(np.abs(mine - published).argmax())
    says = len(found) >= ROWS_MIN and published.std() > 0 and mine.std() > 0
    good = [row.geh < GEH_GOOD for row in found if row.geh is not None]
    return {
        "published": len(found),
        "off_points": round(float(mine[worst] - published[worst]), 2),
        "off_at": found[worst].name,
        "alike": round(float(np.corrcoef(published, mine)[0, 1]), 3) if says else None,
    } | ({"geh_good_percent": round(100 * sum(good) / len(good), 1)} if good else {})


def of_run(city: Any, folder: Path, dates: Sequence[date], scale: float, run: Any = map) -> dict[str, Any]:
    """The fit of a run folder whose dates are closed."""
    return fit(city, tapped(city, folder, dates, run), counted(city, dates), scale, len(dates))
