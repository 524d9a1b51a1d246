"""Vehicle trips, from a driver's log-on to the vehicle's own record of the end, and the riders that tapped on them.

A second log-on to the same trip is another driver. A trip whose log-on or whose end has not come has 0 for its time. It
belongs to whoever had the vehicle at its last record, as its metres do.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.fares.codes import ENTRY, EXIT
from afc.moment import HOUR_US, MINUTE_US
from afc.tap import NO_PATTERN, TapKind
from clearing import detail
from clearing.admit import places_of
from clearing.shard import Context

Columns = dict[str, np.ndarray]
TRIPS = "trips"
"""What the books note of a date: its vehicle trips. The file has the same name."""
APART_US = 12 * HOUR_US
"""Log-ons to the same trip that are further apart are of two days."""
EARLY_MIN = 120
"""So many minutes a reader's clock may be behind the console's."""
_OF_RIDERS = ("device", "time_us", "kind", "group", "pattern", "trip", "stop_seq")
_STOPS = 16
"""Bits of a stop's place in its trip."""


def trips_of(records: np.ndarray, places: np.ndarray) -> Columns:
    """One row a vehicle trip, from LOG_ON and TRIP records, in the order of readers and their numbers."""
    order = np.lexsort((records["seq"], records["epoch"], records["device"]))
    r, place = records[order], places[order]
    begins = np.ones(len(r), bool)
    same = (r["kind"][:-1] == TapKind.LOG_ON) & (np.diff(r["time_us"]) < APART_US)
    for field in ("device", "epoch", "pattern", "trip"):
        same &= r[field][1:] == r[field][:-1]
    begins[1:] = ~same
    first = np.flatnonzero(begins)
    last = np.append(first, len(r))[1:] - 1
    logged, ended = r["kind"][first] == TapKind.LOG_ON, r["kind"][last] == TapKind.TRIP
    steered = np.where(r["kind"] == TapKind.LOG_ON, r["balance"], 0)
    steered[last[ended]] = np.where(logged, steered[np.maximum(last - 1, first)], 0)[ended]
    return {
        "operator": place["operator"][last], "vehicle": place["vehicle"][last], "device": r["device"][first],
        "driver": steered[first], "last_driver": steered[last],
        "log_ons": (np.add.reduceat(r["kind"] == TapKind.LOG_ON, first) if len(r) else first).astype(np.int32),
        "route": place["route"][first], "pattern": place["pattern"][first], "trip": r["trip"][first],
        "start_us": np.where(logged, r["time_us"][first], 0), "end_us": np.where(ended, r["time_us"][last], 0),
        "metres": np.where(ended, r["amount"][last], 0).astype(np.int64),
    }  # fmt: skip


def begun_before(taps: np.ndarray, due: np.ndarray) -> np.ndarray:
    """The rows of log-ons to trips that end after the cut, among taps of which some are `due`: they wait for their ends."""
    ends = taps[~due & (taps["kind"] == TapKind.TRIP)]
    if not len(ends):
        return np.zeros(0, np.int64)
    late = {tuple(row) for row in ends[["device", "pattern", "trip"]].tolist()}
    near = due & (taps["kind"] == TapKind.LOG_ON) & (taps["time_us"] > ends["time_us"].min() - APART_US)
    rows = np.flatnonzero(near)
    return rows[[tuple(row) in late for row in taps[["device", "pattern", "trip"]][rows].tolist()]]


class Runs:
    """Finds the trip that a record of its vehicle belongs to: the same pattern and number, nearest in time."""

    def __init__(self, trips: Columns, by_vehicle: bool) -> None:
        self.by_vehicle = by_vehicle
        self._runs = np.unique(_run(trips))
        self._minute = np.where(trips["start_us"] > 0, trips["start_us"], trips["end_us"]) // MINUTE_US
        key = self._key(trips)
        self.order = np.lexsort((self._minute, key))
        self._keys = _moment(key, self._minute - EARLY_MIN)[self.order]

    def of(self, records: Columns | np.ndarray) -> np.ndarray:
        """The row of each record's trip, -1 for none."""
        if not len(self._keys):
            return np.full(len(records["trip"]), -1)
        key: np.ndarray = self._key(records)
        at: np.ndarray = np.searchsorted(self._keys, _moment(key, records["time_us"] // MINUTE_US), side="right") - 1
        at = np.where((at >= 0) & (self._keys[at] >> 28 == key), at, np.minimum(at + 1, len(self._keys) - 1))
        return np.asarray(np.where(self._keys[at] >> 28 == key, self.order[at], -1))

    def _key(self, rows: Columns | np.ndarray) -> np.ndarray:
        """Pattern, number and vehicle in one number; below zero where no trip has them."""
        run = _run(rows)
        at = np.minimum(np.searchsorted(self._runs, run), max(len(self._runs) - 1, 0))
        known = self._runs[at] == run if len(self._runs) else np.zeros(len(run), bool)
        vehicles = rows["vehicle"].astype(np.int64) + 1 if self.by_vehicle else np.int64(0)
        return np.asarray(np.where(known, at.astype(np.int64) << 17 | vehicles % (1 << 17), -1))


def _run(rows: Columns | np.ndarray) -> np.ndarray:
    run: np.ndarray = rows["pattern"].astype(np.int64) % (1 << 16) << 32 | rows["trip"].astype(np.int64)
    return run


def _moment(key: np.ndarray, minute: np.ndarray) -> np.ndarray:
    return np.asarray(key << 28 | minute)


class Riders(NamedTuple):
    """Where the taps of a closed shard are, and what tells in which vehicle a reader was; a worker needs no more."""

    folder: Path
    register: np.ndarray
    tables: Any


def calls_of(trips: Columns, context: Context, run: Any = map) -> Columns:
    """One row for each stop of a trip at which somebody tapped: riders on and off, companions counted too."""
    riders = Riders(context.folder, context.register, context.tables)
    parts = list(run(partial(calls_in, riders, Runs(trips, by_vehicle=True)), range(context.shards)))
    at, calls = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
    on, off = (
        np.bincount(calls, np.concatenate([part[way] for part in parts]), len(at)).astype(np.int64) for way in (1, 2)
    )
    return {"row": at >> _STOPS, "stop_seq": at & ((1 << _STOPS) - 1), "boardings": on, "alightings": off}


def calls_in(riders: Riders, runs: Runs, shard: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What one shard's riders add to that: trip and stop in one number, riders on, riders off."""
    taps = taps_aboard(riders, shard)
    row = runs.of(taps)
    mine = row >= 0
    at, calls = np.unique((row.astype(np.int64) << _STOPS | taps["stop_seq"])[mine], return_inverse=True)
    kind, group = taps["kind"][mine], taps["group"][mine]
    on, off = (np.bincount(calls, np.where(kind == one, group, 0), len(at)).astype(np.int64) for one in (ENTRY, EXIT))
    return at, on, off


def taps_aboard(riders: Riders, shard: int) -> Columns:
    """The accepted taps of a shard's riders in vehicles, each with its vehicle by the register."""
    taps = detail.read_columns(riders.folder / f"taps-{shard:02d}.parquet", *_OF_RIDERS)
    moving = (taps["pattern"] != NO_PATTERN) & (taps["kind"] <= EXIT)
    taps = {name: column[moving] for name, column in taps.items()}
    rows = np.zeros(int(moving.sum()), [("device", "<u4"), ("time_us", "<i8"), ("pattern", "<u2")])
    for name in rows.dtype.names or ():
        rows[name] = taps[name]
    return taps | {"vehicle": places_of(rows, riders.register, riders.tables)["vehicle"]}


def summed(trips: Columns, rows: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Counts added up by the row of their trip; what belongs to none is left out."""
    mine = rows >= 0
    return np.bincount(rows[mine], counts[mine], len(trips["trip"])).astype(np.int64)
