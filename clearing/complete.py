"""Completeness: before a date closes, each reader's numbers are asked whether taps of it may still be missing.

A range of numbers that has not come lies between two taps that have. It may hold taps of a date unless the tap before it is of
a later one, or the tap after it of one that is closed. Whoever wants to close in spite of it needs two people and a reason.
A reader that is silent has no gap: what it may still hold nobody knows.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from afc.batch import HEADER
from afc.keys import SIGNATURE_BYTES
from afc.limits import tap_time_us_max, tap_time_us_min
from afc.moment import day_start_us
from afc.refusal import Refused
from afc.tap import TAP
from clearing.cycles import cycle_of
from clearing.decision import Decision
from clearing.gaps import Gap, by_reader, open_ranges
from clearing.house import House
from clearing.store import Consent, Day, Store

SHOWN = 5
"""So many readers are named in a refusal."""


class Order(NamedTuple):
    """How a date is to be closed: when (0: nobody says), whether its taps have to be complete, and who allows that they are
    not."""

    at_us: int = 0
    complete: bool = False
    decision: Decision | None = None


AS_IT_IS = Order()
"""Close with what is there, and write down what is not."""


def begin(house: House, day: date, order: Order) -> Day:
    """Settle which batches a date carries, unless it is incomplete and has to be complete; what has begun goes on."""
    store = house.store

    def freeze() -> Day:
        if store.open_day(day).state == "open":
            # Beyond the calendar nobody knows when banks work: refused now, and not when the date has begun to close.
            cycle_of(house.city.contracts.settlement.cycle, day, house.city.calendar)
            admit(house, day, order)
            reached(house, day, "closing", order)
        return store.freeze_day(day, house.digest_on(day))

    return store.write(freeze)


def admit(house: House, day: date, order: Order) -> None:
    """Refuse an incomplete date, or note who consented to it."""
    if not order.complete:
        return
    missing = lacking(house, day)
    if not missing or house.store.find_consent(day):
        return
    if order.decision is None:
        raise Refused("DAY_INCOMPLETE", f"{told(missing)} may be of {day} and have not come", cure=(
            "Look at `afc clearing gaps`; wait, declare them lost, or let two people approve it: afc clearing approve."
        ))  # fmt: skip
    house.store.consent(Consent(day, *order.decision.checked(), order.at_us))


def approve(house: House, day: date, decision: Decision, at_us: int) -> list[Gap]:
    """Two people let a date be closed with what is there then; what it lacks now. The same again changes nothing."""
    by, store = decision.checked(), house.store

    def note() -> list[Gap]:
        missing, known = lacking(house, day), store.find_consent(day)
        if known and known[1:4] != by:
            what = f"{known.first} and {known.second} approved it: {known.because}"
            raise Refused("APPROVED_BEFORE", what, cure="It can be closed: afc clearing close.")
        if known:
            return missing
        if store.open_day(day).state != "open":
            raise Refused("DAY_NOT_OPEN", f"{day} has begun to close", cure="See: afc clearing days.")
        if not missing:
            raise Refused("NOTHING_MISSING", f"nothing of {day} is missing", cure="Close it: afc clearing close.")
        store.consent(Consent(day, *by, at_us))
        return missing

    return store.write(note)


def reached(house: House, day: date, state: str, order: Order) -> None:
    """Note when a date came into a state, where somebody says when."""
    if order.at_us:
        house.store.note_stage(day, state, order.at_us)


def told(missing: list[Gap]) -> str:
    """How many taps of which readers."""
    devices = sorted({gap.device for gap in missing})
    names = ", ".join(map(str, devices[:SHOWN])) + (f" and {len(devices) - SHOWN} more" if len(devices) > SHOWN else "")
    return f"{sum(gap.taps for gap in missing)} taps of device {names}"


def lacking(house: House, day: date) -> list[Gap]:
    """Numbers that have neither come nor been declared lost, and may be of this date or one before it that is not closed."""
    store, city = house.store, house.city
    closed = [one.clearing_date for one in store.days() if one.state == "closed" and one.clearing_date < day]
    from_us = day_start_us(max(closed) + timedelta(days=1), city.zone, city.day_cut_s) if closed else tap_time_us_min
    to_us = day_start_us(day + timedelta(days=1), city.zone, city.day_cut_s)
    missing = open_ranges(store, store.high()[0])
    return [gap for gap, (before, after) in zip(missing, sides(store, missing), strict=True) if
            before < to_us and after >= from_us]  # fmt: skip


def sides(store: Store, missing: list[Gap]) -> list[tuple[int, int]]:
    """For each gap the moments of the taps on both sides, as their reader told them; before its first, the oldest.

    Behind the last batch of an epoch that two people ended lies the moment of their order.
    """
    wanted = {(gap.device, gap.epoch) for gap in missing}
    readers = {(mine[0].device, mine[0].epoch): mine for mine in by_reader(store.log())} if wanted else {}
    ended_us = {(order.device, order.epoch - 1): order.at_us for order in store.epoch_orders()}
    found = []
    for gap in missing:
        reader = (gap.device, gap.epoch)
        mine = readers.get(reader, [])
        after = bisect_left(mine, gap.last_seq, key=lambda kept: kept.first_seq)
        before_us = moment_of(store, mine[after - 1].position, -1) if after else tap_time_us_min
        after_us = moment_of(store, mine[after].position, 0) if after < len(mine) else ended_us[reader]
        found.append((before_us, after_us))
    return found


def moment_of(store: Store, position: int, at: int) -> int:
    """The time of a batch's first tap (0) or last (-1); one that cannot be tells nothing, so the gap counts for every date."""
    _, sealed = next(store.accepted(position, position))
    time_us = int(np.frombuffer(sealed[HEADER.size : -SIGNATURE_BYTES], TAP)["time_us"][at])
    if tap_time_us_min <= time_us <= tap_time_us_max:
        return time_us
    return tap_time_us_min if at else tap_time_us_max
