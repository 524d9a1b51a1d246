"""A rider holds the card to a reader: the reader's own rule decides, and the tap is written to the day's taps."""

from __future__ import annotations

from typing import Any

import numpy as np

from afc.executor import rule
from afc.fares.codes import ENTRY
from afc.fares.state import REFUSED
from afc.tap import NO_PATTERN, TAP_VERSION
from sim.world.stage import REASONS, TAPS, TURNED_AWAY
from terminals.orders import ORDERS_MAX
from terminals.reader import present

TRIP, CASH, LOG_ON = 5, 7, 8
ROWS, TIMES, AMOUNTS, ANSWERS, KIND, PRODUCT, PARTY = range(7)
"""A slip is what is held to one reader, card by card: rows of the cards, moments, amounts, and the reader's answers; what
kind of tap it is, for which product and for how many riders stands in the first place of the last three lines."""


@rule
def wide(number: Any) -> int:
    """A number in 64 bits, from whatever column: a rule is compiled anew for every width that it meets."""
    return np.int64(number)  # type: ignore[return-value]


@rule
def new_slip(kind: int, n: int) -> Any:
    """An empty slip for so many cards."""
    slip = np.zeros((7, n), np.int64)
    slip[KIND, 0], slip[PARTY, 0] = kind, 1
    return slip


@rule
def present_slip(desk: Any, slip: Any, reader: int) -> None:
    """Hold the cards of a slip to a reader, one after another; refusals are tallied."""
    kind = slip[KIND, 0]
    desk.tally[TAPS] = present(
        desk.cards, slip[ROWS], slip[TIMES], slip[AMOUNTS], kind, slip[PARTY, 0], slip[PRODUCT, 0],
        desk.readers[reader : reader + 1], desk.denylist, desk.actions, desk.rates, desk.tables, desk.scratch, desk.taps,
        desk.tally[TAPS], slip[ANSWERS],
    )  # fmt: skip
    first = TURNED_AWAY if kind == ENTRY else TURNED_AWAY + REASONS
    for answer in slip[ANSWERS]:
        if answer < REFUSED:
            desk.tally[first + REFUSED - answer] += 1


@rule
def has_room(desk: Any, presentations: int) -> bool:
    """Is there room for all that so many cards may have written down for them, orders too?"""
    most = 1 + min(len(desk.actions), ORDERS_MAX)
    return bool(desk.tally[TAPS] + presentations * most <= len(desk.taps))


@rule
def tap(desk: Any, slip: Any, row: int, reader: int, t_us: int) -> int:
    """One card to one reader, on a slip for one: the amount, or REFUSED less the refusal."""
    slip[ROWS, 0], slip[TIMES, 0] = row, t_us
    present_slip(desk, slip, reader)
    return int(slip[ANSWERS, 0])


@rule
def write_alone(desk: Any, reader: int, kind: int, now_us: int, party: int, amount: int, number: int) -> None:
    """The driver's console notes something without a card; `number` stands where a card's balance would."""
    r = desk.readers[reader]
    r.seq += 1
    t = desk.taps[desk.tally[TAPS]]
    desk.tally[TAPS] += 1
    t.version, t.kind, t.clock, t.key_version = TAP_VERSION, kind, r.clock, r.key_version
    t.medium, t.category, t.product, t.group, t.card, t.counter = 0, 0, 0, party, 0, 0
    t.device, t.epoch, t.seq, t.tariff, t.state, t.time_us = r.device, r.epoch, r.seq, r.tariff, 0, now_us
    t.stop, t.stop_seq, t.trip, t.amount, t.balance = r.stop, r.stop_seq, r.trip, amount, number
    t.pattern = r.pattern if r.pattern >= 0 else NO_PATTERN
