"""Clearing dates as they stand: open, closing, closed; since when, and what is in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from afc.moment import show as moment
from clearing.house import DETAIL, House
from clearing.store import Day, Store
from sim.due import tapped


def days_of(house: House) -> list[dict[str, Any]]:
    """Every date that has begun to close, then those that have taps and have not."""
    store = house.store
    stages, days = store.stages(), store.days()
    rows = [begun(store, day, stages.get((day.clearing_date, day.state))) for day in days if day.state != "open"]
    closed = [day for day in days if day.state == "closed"]
    last = max((day.clearing_date for day in closed), default=None)
    waiting = tapped(house, last)
    known = {day.clearing_date for day in days if day.state != "open"}
    since = first_received(store, max((day.through_position for day in closed), default=0))
    rows += [untouched(day, waiting[day], since) for day in sorted(set(waiting) - known)]
    for row in rows:
        row["since"] = moment(row.pop("since_us"), house.city.zone) if row["since_us"] else ""
    return rows


def begun(store: Store, day: Day, since_us: int | None) -> dict[str, Any]:
    """A date that is closing or closed. Taps are counted once its detail is written down."""
    lacks, consent = store.shortfalls(day.clearing_date), store.find_consent(day.clearing_date)
    taps = {bool(waived): 0 for waived in (0, 1)}
    for one in lacks:
        taps[bool(one.waiver)] += one.last_seq - one.first_seq + 1
    return {
        "date": day.clearing_date.isoformat(), "state": day.state, "since_us": since_us or 0,
        "batches": day.through_position - day.from_position + 1,
        "taps": sum(shard.rows for shard in store.shards(day.clearing_date) if shard.kind == DETAIL),
        "missing": taps[False], "lost": taps[True],
        "entries": sum(1 for _ in store.written(day.clearing_date, day.clearing_date)),
        "statements": len(store.statements(day.clearing_date)), "digest": day.digest.hex(),
        "incomplete": consent and {"by": consent.first, "second": consent.second, "because": consent.because},
    }  # fmt: skip


def untouched(day: date, taps: int, since_us: int) -> dict[str, Any]:
    """A date with taps that no close has taken. What was tapped on a closed date is there too: the next date posts it."""
    return {
        "date": day.isoformat(), "state": "open", "since_us": since_us, "batches": 0, "taps": taps, "missing": 0, "lost": 0,
        "entries": 0, "statements": 0, "digest": "", "incomplete": None,
    }  # fmt: skip


def first_received(store: Store, position: int) -> int:
    """When the first batch after a position came."""
    return next((kept.received_us for kept in store.log() if kept.position > position), 0)
