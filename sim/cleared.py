"""A run's date closed and settled, told by its progress; or, in a run that goes on, as the books say that it was."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import Any

from clearing.close import Closed, close_day
from clearing.house import House
from clearing.netting import positions
from clearing.plan import netted
from clearing.settle import Settled, settle_day
from clearing.summed import sums_of
from sim.progress import Progress, counted
from sim.remembered import differs
from sim.unfinished import Unfinished


def clear(house: House, day: date, run: Any, progress: Progress, begun: Unfinished) -> tuple[Closed, Settled]:
    """Close and settle a date that is over; a close that was cut short starts over, and ends in the same."""
    if state_of(house, day) == "closed":
        return cleared(house, day, begun)
    progress(f"close {day}", 0.0)
    closed = close_day(house, day, counted(run, f"close {day}", progress))
    net = positions(netted(house.store, day, day))
    cycles = [settlement.cycle for settlement in house.store.settlements()]
    facts = {"counts": closed.counts, "entries": len(closed.entries), "positions": net, "cycles": cycles}
    begun.note_close(day, facts)
    progress(f"settle {day}", 0.0)
    settled = settle_day(house, closed, counted(run, f"settle {day}", progress))
    begun.note_files()
    return closed, settled


def state_of(house: House, day: date) -> str:
    """How far a date is; "" before anybody opened it."""
    found = house.store.find_day(day)
    return found.state if found else ""


def refuse_more(house: House, day: date, high: tuple[int, bytes]) -> None:
    """A date that had begun to close had all its batches: its street, simulated again, brings none beyond the log's `high`."""
    if state_of(house, day) in ("closing", "closed") and house.store.high() != high:
        raise differs(f"{day}")


def cleared(house: House, day: date, begun: Unfinished) -> tuple[Closed, Settled]:
    """What a closed date came to; its statements are in the folder, and are not read again."""
    noted, after = begun.close_of(day), begun.close_of(day + timedelta(days=1))
    sums = sums_of(house, day)
    own = tuple(total for one in sums if one.service_date == day for total in one.totals)
    again = tuple(one for one in sums if one.service_date != day)
    entries = tuple(islice(house.store.entries(day, day), noted["entries"]))
    ordered = [s.cycle for s in house.store.settlements() if s.cycle not in noted["cycles"]]
    with_it = [cycle for cycle in ordered if not after or cycle in after["cycles"]]
    payments = tuple(one for cycle in with_it for one in house.store.payments(cycle) if one.kind == "pay")
    return Closed(day, own, noted["counts"], entries, again), Settled(day, noted["positions"], (), payments)
