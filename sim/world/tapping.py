"""A rider holds the card to a reader: the reader's own rule decides, and the tap is written to the day's taps."""

from __future__ import annotations

from typing import Any

import numpy as np

from afc.executor import rule
from afc.fares.charge import ENTRY
from sim.world.stage import REASONS, REFUSED, TAPS
from terminals.reader import NO_PATTERN, TAP_VERSION, present

TRIP = 5
ROWS, TIMES, AMOUNTS, ANSWERS = range(4)
"""A slip is what is held to one reader, card by card: rows of the cards, moments, amounts, and the reader's answers."""


@rule
def present_all(desk: Any, slip: Any, reader: int, kind: int, product: int) -> None:
    """Hold the cards of a slip to a reader, one after another; refusals are tallied."""
    desk.tally[TAPS] = present(
        desk.cards, slip[ROWS], slip[TIMES], slip[AMOUNTS], kind, 1, product, desk.readers[reader : reader + 1],
        desk.denylist, desk.rates, desk.tables, desk.taps, desk.tally[TAPS], slip[ANSWERS],
    )  # fmt: skip
    first = REFUSED if kind == ENTRY else REFUSED + REASONS
    for answer in slip[ANSWERS]:
        if answer < 0:
            desk.tally[first - answer] += 1


@rule
def tap(desk: Any, slip: Any, row: int, reader: int, kind: int, t_us: int, amount: int, product: int) -> Any:
    """One card to one reader: the amount, or minus the refusal. `slip` has room for one."""
    slip[ROWS, 0], slip[TIMES, 0], slip[AMOUNTS, 0] = row, t_us, amount
    present_all(desk, slip, reader, kind, product)
    return slip[ANSWERS, 0]


@rule
def write_trip(desk: Any, reader: int, now_us: int, metres: int) -> None:
    """The driver's console notes that a vehicle trip has ended, and how far it was."""
    r = desk.readers[reader]
    r.seq += 1
    t = desk.taps[desk.tally[TAPS]]
    desk.tally[TAPS] += 1
    t.version, t.kind, t.clock, t.key_version = TAP_VERSION, TRIP, r.clock, r.key_version
    t.medium, t.category, t.product, t.group, t.card, t.counter = 0, 0, 0, 0, 0, 0
    t.device, t.epoch, t.seq, t.tariff, t.time_us = r.device, r.epoch, r.seq, r.tariff, now_us
    t.stop, t.stop_seq, t.trip, t.amount, t.balance = r.stop, r.stop_seq, r.trip, metres, 0
    t.pattern = r.pattern if r.pattern >= 0 else NO_PATTERN
