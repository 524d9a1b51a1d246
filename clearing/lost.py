"""Declaring taps lost: a reader has burnt, and what is missing of it will never come.

Two people say so, for a reason. No money moves: what the taps may have been worth is an estimate, told apart and posted
nowhere. The gap is closed as far as completeness goes, and whatever comes after all is taken as usual.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from afc.refusal import Refused
from clearing.decision import Decision
from clearing.gaps import Gap, holes, missing_from
from clearing.store import Shortfall, Store, Waiver


class Waived(NamedTuple):
    """A declaration; `again` when it had been made before and nothing changed."""

    waiver: Waiver
    again: bool


def waive(store: Store, lost: Gap, decision: Decision, at_us: int) -> Waived:
    """Declare a range lost. All of it has to be missing, and nothing of it declared lost before."""

    def declare() -> Waived:
        known = store.waivers()
        for one in known:
            if range_of(one) == lost:
                return Waived(one, True)
        by = decision.checked()
        refuse_not_missing(store, lost, known)
        turn = (store.last_delivery(), store.high()[0], store.closings())
        waiver = Waiver(len(known) + 1, *lost, *by, at_us, *turn)
        store.waive(waiver)
        return Waived(waiver, False)

    return store.write(declare)


def range_of(waiver: Waiver) -> Gap:
    """What it declares lost."""
    return Gap(waiver.device, waiver.epoch, waiver.first_seq, waiver.last_seq)


def refuse_not_missing(store: Store, lost: Gap, known: list[Waiver]) -> None:
    """Only what is missing, and open in one piece, can be declared lost."""
    where, cure = f"device {lost.device}, epoch {lost.epoch}", "See: afc clearing gaps"
    mine = [kept for kept in store.log() if (kept.device, kept.epoch) == (lost.device, lost.epoch)]
    ended = [one for one in store.epoch_orders() if (one.device, one.epoch - 1) == (lost.device, lost.epoch)]
    inside = [hole.gap for hole in holes(mine, known, ended) if hole.waiver is None]
    if any(gap.first_seq <= lost.first_seq <= lost.last_seq <= gap.last_seq for gap in inside):
        return
    if any(gap.first_seq <= lost.first_seq <= lost.last_seq <= gap.last_seq for gap in missing_from(mine, ended)):
        raise Refused("WAIVED_BEFORE", "part of these numbers was declared lost before", where=where, cure=cure)
    what = f"not all numbers from {lost.first_seq} to {lost.last_seq} are missing"
    raise Refused("NOT_MISSING", what, where=where, cure=cure)


def overtaken(store: Store) -> list[tuple[Waiver, int]]:
    """Declarations that something came under after all, each with how many of its numbers did."""
    known = store.waivers()
    still = dict.fromkeys((waiver.number for waiver in known), 0)
    for hole in holes(store.log(), known, store.epoch_orders()):
        if hole.waiver:
            still[hole.waiver.number] += hole.gap.taps
    came = ((waiver, range_of(waiver).taps - still[waiver.number]) for waiver in known)
    return [(waiver, taps) for waiver, taps in came if taps]


def shortfalls_of(store: Store, day: date) -> list[Shortfall]:
    """What a date lacks that begins to close, or has begun: gaps in the log through its last batch, and what of them had
    been declared lost by then."""
    through = store.day(day).through_position
    turn = [one.clearing_date for one in store.days() if one.state != "open"].index(day)
    waivers = [waiver for waiver in store.waivers() if waiver.closings <= turn]
    ended = [order for order in store.epoch_orders() if order.closings <= turn]
    return [
        Shortfall(day, *hole.gap, hole.waiver.number if hole.waiver else 0)
        for hole in holes(store.log(), waivers, ended, through)
    ]
