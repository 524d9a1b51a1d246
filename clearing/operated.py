"""Operated: what vehicles, drivers and inspectors wrote down, as vehicle trips with their riders and as checks of riders.

It is evidence. The only money in it is the cash that drivers took: kilometres are paid by contracts, and penalties are
claims that somebody else collects.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.moment import SECOND_US
from afc.tap import TapKind
from clearing import detail
from clearing.boarded import checks_of
from clearing.closed_dates import ClosedDates, Seen, operating
from clearing.postings import WHOLE_DAY, Total
from clearing.shard import Context
from clearing.store import Shard
from clearing.summed import Sums
from clearing.trips import TRIPS, Columns, Runs, calls_of, summed, trips_of

CALLS, CHECKS = "trip_stops", "checks"
"""What the books note of a date besides: the stops of its trips with riders, riders checked. Files have the same names."""


class Told(NamedTuple):
    """What came of the records: totals of the date that closes, and of earlier ones whose vehicles report late; counts, and
    a row for each file with its digest; how many shards of cards there are."""

    totals: list[Total]
    again: list[Sums]
    counts: dict[str, int]
    shards: list[Shard]
    after: int

    @property
    def digests(self) -> dict[int, bytes]:
        """What stands behind entries about the day as a whole, numbered on from the shards."""
        return {self.after + i: row.digest for i, row in enumerate(self.shards)}


def tell(records: np.ndarray, context: Context, city: Any, closed: ClosedDates, run: Any = map) -> Told:
    """Everything that follows from the records of a date whose shards have been closed."""
    facts = context.facts
    records = facts.judged(records)
    places, kind = facts.places(records, context.register, context.tables), records["kind"]
    of_drivers = (kind == TapKind.TRIP) | (kind == TapKind.LOG_ON)
    trips = trips_of(records[of_drivers], places[of_drivers])
    checks = checks_of(records[kind == TapKind.INSPECTION], context, [s.access == "station" for s in city.services])
    calls = calls_of(trips, context, run)
    cash = kind == TapKind.CASH
    totals = by_date(trips, records[cash], places[cash], city, closed)
    trips |= counted_on(trips, calls, {name: records[name][cash] for name in ("pattern", "trip", "time_us", "group")}
                        | {"vehicle": places["vehicle"][cash]}, checks)  # fmt: skip
    files = {TRIPS: trips, CALLS: calls, CHECKS: checks}
    today = totals.pop(len(closed.dates)) + check_totals(checks)
    again = [Sums(closed.dates[at], tuple(rows)) for at, rows in totals.items() if rows]
    counts = {"vehicle_records": int((kind != TapKind.INSPECTION).sum()), "inspections": len(checks["card"])}
    shards = [write(context, name, columns) for name, columns in files.items()]
    return Told(today, again, counts, shards, context.shards)


def by_date(
    trips: Columns, cash: np.ndarray, places: np.ndarray, city: Any, closed: ClosedDates
) -> dict[int, list[Total]]:
    """The work and the cash of each date about which something came, by its place among the closed ones; the date that
    closes now comes after them."""
    now = len(closed.dates)
    of_trips = closed.of(np.where(trips["end_us"] > 0, trips["end_us"], trips["start_us"]))
    of_cash, vehicles = closed.of(cash["time_us"]), operating(trips, city)
    if vehicles and (of_trips < now).any():
        vehicles -= closed.counted(min(night for night, _, _ in vehicles))
    found = {}
    for at in sorted({*of_trips.tolist(), *of_cash.tolist(), now}):
        mine = of_cash == at
        work = work_totals({name: column[of_trips == at] for name, column in trips.items()})
        days = vehicle_totals({one for one in vehicles if closed.of_date(one[0]) == at})
        found[at] = work + days + cash_totals(cash[mine], places[mine])
    return found


def counted_on(trips: Columns, calls: Columns, cash: Columns, checks: Columns) -> Columns:
    """By vehicle trip: riders who tapped in and out, riders who paid the driver, riders who were checked."""
    paid, asked = Runs(trips, by_vehicle=True).of(cash), Runs(trips, by_vehicle=False).of(checks)
    return {
        "boardings": summed(trips, calls["row"], calls["boardings"]),
        "alightings": summed(trips, calls["row"], calls["alightings"]),
        "cash_riders": summed(trips, paid, cash["group"]),
        "checks": summed(trips, asked, np.ones(len(asked))),
    }


def write(context: Context, name: str, columns: Columns) -> Shard:
    """The file, and what the books note of it."""
    file, rows = f"{name}.parquet", len(next(iter(columns.values())))
    detail.write_columns(context.folder / file, columns)
    digest = detail.content(*columns.values())
    return Shard(date.fromisoformat(context.date), 0, name, f"detail/{context.date}/{file}", digest, rows)


def work_totals(trips: Columns) -> list[Total]:
    """Metres, trips and seconds by operator, from what vehicles' own readers signed.

    A vehicle that changed hands works for whoever had it at the time of the record.
    """
    return metre_totals(trips) + hour_totals(trips)


def metre_totals(trips: Columns) -> list[Total]:
    """Metres and trips of those that came to their ends."""
    ended = trips["end_us"] > 0
    metres, operator = trips["metres"][ended], trips["operator"][ended]
    totals = []
    for o in np.unique(operator).tolist():
        mine = operator == o
        totals.append(Total(WHOLE_DAY, "metres", o, 0, 0, 0, int(metres[mine].sum()), 0))
        totals.append(Total(WHOLE_DAY, "trip", o, 0, 0, 0, int(mine.sum()), 0))
    return totals


def vehicle_totals(vehicles: Seen) -> list[Total]:
    """Vehicles by operator."""
    count = Counter(operator for _, operator, _ in vehicles)
    return [Total(WHOLE_DAY, "vehicle_day", o, 0, 0, 0, count[o], 0) for o in sorted(count)]


def hour_totals(trips: Columns) -> list[Total]:
    """Seconds between log-on and end by operator; a trip of which one of the two has not come counts for nothing."""
    whole = (trips["start_us"] > 0) & (trips["end_us"] > trips["start_us"])
    seconds = np.where(whole, trips["end_us"] - trips["start_us"], 0) // SECOND_US
    return [
        Total(WHOLE_DAY, "service_s", int(o), 0, 0, 0, int(seconds[trips["operator"] == o].sum()), 0)
        for o in np.unique(trips["operator"][whole])
    ]


def cash_totals(records: np.ndarray, places: np.ndarray) -> list[Total]:
    """Riders who paid the driver, by operator and service: the operator holds the money, and has earned it."""
    totals = []
    for o, s in np.unique(np.stack([places["operator"], places["service"]]), axis=1).T.tolist():
        mine = (places["operator"] == o) & (places["service"] == s)
        riders, minor = (int(records[field][mine].sum(dtype=np.int64)) for field in ("group", "amount"))
        totals += [Total(WHOLE_DAY, kind, o, 0, 0, 0, riders, minor, s) for kind in ("cash", "cash_share")]
        totals.append(Total(WHOLE_DAY, "boarding", o, 0, 0, 0, riders, 0, s))
    return totals


def check_totals(checks: Columns) -> list[Total]:
    """By whoever checks: riders, those among them without a boarding, and the penalties that were asked for."""
    totals = []
    for o in np.unique(checks["operator"]).tolist():
        mine = checks["operator"] == o
        sums = {
            "check": mine.sum(),
            "not_boarded": (~checks["boarded"][mine]).sum(),
            "penalty": checks["penalty"][mine].sum(),
        }
        totals += [Total(WHOLE_DAY, kind, o, 0, 0, 0, int(count), 0) for kind, count in sums.items()]
    return totals
