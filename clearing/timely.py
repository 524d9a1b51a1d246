"""Timely: when an act can have been. Not before what it is about was known here, and not later than now.

Acts are signed, and never changed, so a slip of the year would stand for ever. The books of a simulated environment, which
have throw-away keys, are played at any date, so that their now reaches as far as taps of the pack's last date may come late,
or to the clock if this is later; for all others it is the clock. A replay is not held to this: it repeats acts with the
moments that they have.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from afc.limits import act_ahead_us_max, late_days_max, tap_time_us_min
from afc.moment import DAY_US, day_start_us, service_date, show
from afc.refusal import Refused
from clearing.house import House
from clearing.refund import disputes
from clearing.release import find_digest
from clearing.store import Store
from clearing.views import Detail, find_custody, find_journey, journey_name, tap_name


class Known(NamedTuple):
    """Since when the books know of something, and what it is."""

    at_us: int
    what: str


NOTHING = Known(tap_time_us_min, "the first moment that a clock can tell")


def refuse_untimely(house: House, at_us: int, now_us: int, known: Known = NOTHING, where: str = "--at") -> None:
    """A moment that is still to come, or before what the act is about."""
    zone, last_us = house.city.zone, now_us + act_ahead_us_max
    if house.ring.throw_away:
        last_us = max(last_us, end_us(house, house.city.calendar.horizon) + late_days_max * DAY_US)
    if at_us > last_us:
        what = f"{show(at_us, zone)} is still to come: an act is noted when it is done"
        raise Refused("TIME_TO_COME", what, where=where, cure=f"Look at the year; {show(last_us, zone)} is the latest.")
    if at_us < known.at_us:
        what = f"{show(at_us, zone)} is before {known.what}, on {show(known.at_us, zone)}"
        raise Refused(
            "TIME_TOO_EARLY", what, where=where, cure=f"Look at the year; {show(known.at_us, zone)} or later."
        )


def refuse_other_times(house: House, city: Any, day: date, where: str) -> None:
    """A clearing date from which something is to count: after the books began, and one that the pack's calendar knows."""
    zone, cut_s, last = city.zone, city.day_cut_s, city.calendar.horizon
    if day > last:
        what = f"{day} is past {last}, the last date that the pack's calendar knows"
        raise Refused("DATE_TO_COME", what, where=where, cure="Look at the year.")
    first_us = min((row.from_us for row in house.store.devices()), default=tap_time_us_min)
    if first_us > 0 and day < (first := service_date(first_us, zone, cut_s)):
        what = f"the books begin with {first}, and {day} is before that"
        raise Refused("DATE_BEFORE_BOOKS", what, where=where, cure="Look at the year.")


def end_us(house: House, day: date) -> int:
    """When a clearing date is over."""
    return day_start_us(day + timedelta(days=1), house.city.zone, house.city.day_cut_s)


def of_batch(house: House, digest: str) -> Known:
    """When a batch that is kept aside came; it is named by the first digits of its digest."""
    whole = find_digest(house.store, digest)
    return Known(min(row.at_us for row in house.store.quarantined() if row.digest == whole), "the batch came")


def of_reader(store: Store, device: int) -> Known:
    """When the last came of a reader, or was told it."""
    came = [kept.received_us for kept in store.log() if kept.device == device]
    told = [one.at_us for one in store.epoch_orders() if one.device == device]
    return _latest((came, "its last batch came"), (told, "its last order was given"))


def of_gap(store: Store, device: int, epoch: int, last: int) -> Known:
    """Since when a number is known to be missing: since a batch beyond it came, or the epoch was ended there."""
    beyond = [
        kept.received_us
        for kept in store.log()
        if (kept.device, kept.epoch) == (device, epoch) and kept.first_seq > last
    ]
    ended = [one.at_us for one in store.epoch_orders() if (one.device, one.epoch - 1) == (device, epoch)]
    return min((Known(us, "the gap was seen") for us in beyond + ended), default=NOTHING)


def of_edition(store: Store, kind: str, version: int) -> Known:
    """When the last step of an edition was taken; one that is not there is refused by whoever looks for it."""
    said = [one.at_us for one in store.editions(kind) if one.version == version]
    steps = [act.at_us for act in store.edition_acts() if (act.kind, act.version) == (kind, version)]
    return _latest((said, "it was proposed"), (steps, "its last step"))


def of_next_edition(store: Store, kind: str) -> Known:
    """When the edition before was proposed."""
    return _latest(([one.at_us for one in store.editions(kind)], "the version before it was proposed"))


def of_adoption(store: Store) -> Known:
    """When the books went on under another pack last."""
    return _latest(([one.at_us for one in store.adoptions()], "the last adoption"))


def of_bank(house: House, name: str = "") -> Known:
    """What is ordered of the bank, what it answers and what is decided of it comes after the last date that was closed; what
    is decided of a break comes after the act that opened it."""
    closed = [day.clearing_date for day in house.store.days() if day.state == "closed"]
    opened = {one.turn for one in house.store.breaks() if f"B{one.number}" == name}
    acts = [turn.at_us for turn in house.store.turns() if turn.turn in opened]
    return _latest(([end_us(house, day) for day in closed], "the last closed date was over"), (acts, "the break"))


def of_ruling(house: House, kind: str, subject: str, _asked: Any) -> Known:
    """What a ruling is about: a journey, a tap, a claim, another ruling, or what is on a card. What is found out about a
    version or an operator may be known before anybody taps."""
    store = house.store
    if kind in ("refund", "dispute") and not subject.upper().startswith("R-"):
        day = date.fromisoformat(find_journey(Detail(house.folder), journey_name(subject)).date)
        return Known(end_us(house, day), f"{day} was over, when the journey was charged")
    if kind in ("upheld", "rejected"):
        claims = [one.at_us for one, _ in disputes(store) if one.name == subject]
        return _latest((claims, "the claim was made"))
    if kind in ("charge_back", "settle"):
        return Known(find_custody(house, tap_name(subject)).kept.received_us, "the tap came")
    undone = [one.at_us for one in store.rulings() if kind == "take_back" and one.name == subject]
    moved = kind in ("replace", "write_off", "expire")
    first = [us for _, us, _ in store.deliveries()][:1] if moved else []
    return _latest((first, "the first batch came"), (undone, "it was decided"))


def _latest(*found: tuple[Iterable[int], str]) -> Known:
    return max([NOTHING, *(Known(us, what) for times, what in found for us in times)], key=lambda one: one.at_us)
