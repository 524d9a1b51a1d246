"""The stage of a day: everybody and everything that moves, in columns that the compiled rules read and write.

A rider is on exactly one list at any moment, linked through `next`: on the way somewhere (by the half-minute of arrival),
in a queue for one line at one stop, or aboard one vehicle with others for the same stop. So a list costs one number a
rider, and nothing is ever searched.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.fares.state import Scratch
from afc.moment import SECOND_US

TICK_US = 30 * SECOND_US
"""Riders on foot are looked at this often; no walk, gate or kiosk takes less, so nobody arrives in a tick already past."""
KIOSK_US = 30 * SECOND_US
GATE_WALK_US = 30 * SECOND_US
"""Between a gate and the platform behind it."""
DWELL_FREE_US = 10 * SECOND_US
"""Boarding time that the timetable already allows for at every stop."""
BUSY_US = 300 * SECOND_US
TRIES_MAX = 24
"""A rider whose journey before is not over sets out five minutes later, at most this often."""
REFUSALS_MAX = 2
WAIT_BIN_US = 10 * SECOND_US
WAIT_BINS = 1080

OUTSIDE, SERVED, PLATFORM, LEAVING, TO_KIOSK, STUCK = range(6)
"""Where a rider on foot arrives next: the first sight of a stop; the same stop, purse in order; the queue; the gate out;
the kiosk in the street; the kiosk inside the gates."""

TRAVELLER = np.dtype(
    [
        ("next", "<i4"), ("row", "<i4"), ("leg", "<i4"), ("end", "<i4"), ("first", "<i4"), ("stop", "<i4"), ("at_us", "<i8"),
        ("phase", "<i1"), ("refusals", "<i1"), ("tries", "<i1"), ("forgets", "<i1"), ("party", "<i1"), ("error", "<i1"),
    ]
)  # fmt: skip
"""A rider on a journey: the card's row, the leg under way of `first` to `end`, when and where they are next, how many ride on
the card, and the mistake that they are about to make or are in."""

CALL = np.dtype(
    [
        ("stop", "<i4"), ("pattern", "<i4"), ("seq", "<i4"), ("head", "<i4"), ("tail", "<i4"), ("service", "<i1"),
        ("gated", "<i1"),
    ]
)  # fmt: skip
"""A stop of a pattern, with its queue."""

VEHICLE = np.dtype(
    [
        ("load", "<i4"), ("capacity", "<i4"), ("board_us", "<i8"), ("alight_us", "<i8"),
        ("reader", "<i4"), ("readers", "<i4"), ("service", "<i1"), ("gated", "<i1"), ("taps_out", "<i1"),
        ("apart", "<i1"), ("cash", "<i4"), ("cash_fare", "<i4"), ("chance", "<i8"),
    ]
)  # fmt: skip
"""A vehicle: who is aboard, how long one more rider takes, and its readers (`reader` the first, of `readers`, which is the
driver's console). `apart`: nobody taps out where others tap in. `cash` riders for a million with cards pay `cash_fare` to
the driver; `chance` is what that is drawn from."""

STATION = np.dtype(
    [("sells", "<i4"), ("loads", "<i4"), ("gate_in", "<i4"), ("gate_out", "<i4"), ("must_tap_out", "<i1")]
)
"""Readers at a stop, -1 where there is none: who sells passes and who loads purses, and the first gate each way."""

COUNTS = (
    "taps", "boarded", "arrived", "left_behind", "missed_top_ups", "gave_up", "busy", "abandoned", "fullest", "loads",
    "sales", "forgotten_tap_outs",
)  # fmt: skip
(TAPS, BOARDED, ARRIVED, LEFT_BEHIND, MISSED_TOP_UPS, GAVE_UP, BUSY, ABANDONED, FULLEST, LOADS, SALES, FORGOTTEN) = (
    range(len(COUNTS))
)
TURNED_AWAY = 16
"""Refusals are tallied from here on, by reason and by entry or exit."""
REASONS = 13
ERRED = TURNED_AWAY + 2 * REASONS
"""Mistakes from here on, ERROR_WIDTH for each kind of them: how many, refusals by reason, and from REASONS on money by rule."""
ERROR_WIDTH = REASONS + 22
WAITED = ERRED + 3 * ERROR_WIDTH
"""Waits from here on, by service and WAIT_BIN_US."""
NO_ROOM = -1
"""The tap buffer is too short for what could happen; nothing was done."""


class Crowd(NamedTuple):
    """Riders and the lists they are on. `moving[tick]` are those who arrive somewhere in that half-minute of the day, which
    begins at `day_us`; `riding` marks cards on a journey; `errs` is 1 where some make mistakes."""

    travellers: NDArray[np.void]
    legs: NDArray[np.void]
    calls: NDArray[np.void]
    moving: NDArray[np.int32]
    riding: NDArray[np.int32]
    tally: NDArray[np.int64]
    day_us: int
    errs: int


class Desk(NamedTuple):
    """What a tap needs: cards, readers and their parameters, and the taps written so far (`tally[TAPS]` of them)."""

    cards: NDArray[np.void]
    readers: NDArray[np.void]
    denylist: NDArray[np.uint64]
    actions: NDArray[np.void]
    rates: NDArray[np.void]
    tables: Any
    scratch: Scratch
    taps: NDArray[np.void]
    tally: NDArray[np.int64]


class Ground(NamedTuple):
    """What riders on foot meet: gates with the time each lane is free, machines, and the prices of passes; `per_lane` is 1
    where every lane has a reader of its own, numbered from the first."""

    stations: NDArray[np.void]
    lanes: NDArray[np.int64]
    lane_us: int
    per_lane: int
    people: NDArray[np.void]
    prices: NDArray[np.int64]
    pass_entries: NDArray[np.int64]


class Vehicles(NamedTuple):
    """`aboard[vehicle, seq]` are the riders who will get off there. `ins[service, medium]` are the readers at which such a
    card is tapped in, counted from the vehicle's first: how many, and then which; `outs` those for tapping out."""

    rows: NDArray[np.void]
    aboard: NDArray[np.int32]
    ins: NDArray[np.int32]
    outs: NDArray[np.int32]
