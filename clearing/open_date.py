"""The open date: in whose books things stand that happen now."""

from __future__ import annotations

from datetime import date, timedelta

from afc.refusal import Refused
from clearing.store import Store


def open_date(store: Store) -> date:
    """The clearing date in which things are posted that happen now: the first that is not closed."""
    waiting = [day for day in store.days() if day.state != "closed"]
    if any(day.state == "closing" for day in waiting):
        what = f"the closing of {waiting[0].clearing_date} was begun and not finished"
        raise Refused("DAY_CLOSING", what, cure="Finish it with `afc clearing run`.")
    return min((day.clearing_date for day in waiting), default=last_closed(store) + timedelta(days=1))


def last_closed(store: Store) -> date:
    """The newest date that is closed."""
    closed = [day.clearing_date for day in store.days() if day.state == "closed"]
    if not closed:
        raise Refused("NOTHING_SETTLED", "no date was closed yet, so nothing was ordered from the bank")
    return max(closed)
