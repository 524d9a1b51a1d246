"""Admitting: which of a shard's taps count, in which order, and where each was made.

What does not count is kept with its reason: a wrong MAC, an unknown card, a copied counter, a tap too late to be judged.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

import numpy as np

from afc.actions import NO_ACTIONS
from afc.keys import KeyRing
from afc.records import rows_at, rows_where
from afc.tap import NO_PATTERN, TAP
from clearing.holes import NO_HOLES
from clearing.legs import PLACE
from clearing.orders import AGAIN, GOOD, UNKNOWN, judge
from clearing.unratified import LAPSED, STANDS, VOID, WAITS, fates


class SetAside(Enum):
    """Why a tap of an accepted batch does not count. The first that fits is the answer."""

    MAC_WRONG = "The card's authenticator does not hold: nobody with this card's key wrote the tap."
    CARD_UNKNOWN = "No issuer has registered the card."
    COUNTER_PASSED = (
        "The card had passed this counter before the dates that may be priced again; its money waits in suspense."
    )
    COUNTER_REUSED = "Another tap has this card and counter already: a copied card or a replayed record."
    NOT_HAPPENED = "The card left before it confirmed the tap, and what it did next shows that it had not been written."
    LAPSED = "The card left before it confirmed the tap, and was not seen again for thirty days."
    ORDER_UNKNOWN = "It carried out an order that no issuer gave."
    ORDER_REPEATED = "It carried out an order that had been carried out on this card before."


REGISTER = np.dtype(
    [("device", "<u4"), ("from_us", "<i8"), ("operator", "<i2"), ("vehicle", "<i4"), ("service", "<i1")]
)
"""The device register as columns, sorted by device and time."""


NOBODY = np.zeros(0, np.int64)
_TABLE_MAX = 1 << 22  # numbers of readers are given out in order; where they are not, a table of them would be too long


class Finding(NamedTuple):
    """A tap set aside: what is wrong with it, and the record itself."""

    reason: SetAside
    tap: bytes


class Fresh(NamedTuple):
    """New taps, each card's in its own order, with the rows of their cards."""

    taps: np.ndarray
    rows: np.ndarray


class Admitted(NamedTuple):
    """The taps that count for the date; those set aside; all taps of cards that have to be priced again first; and those of
    which nobody knows yet whether they happened."""

    taps: np.ndarray
    rows: np.ndarray
    found: tuple[Finding, ...]
    late: Fresh
    waiting: np.ndarray


def admit(
    taps: np.ndarray, cards: np.ndarray, ring: KeyRing, again: tuple[int, int] = (0, 0), *,
    holes: np.ndarray = NO_HOLES, orders: np.ndarray = NO_ACTIONS, cut_us: int = 0,
    time_us: np.ndarray | None = None, marked: np.ndarray = NOBODY,
) -> Admitted:  # fmt: skip
    """Sort out a shard's taps; `cards` (sorted by number) are as they were before. Dates from `again[0]` up to `again[1]`,
    which is excluded, may be priced again; cards of the rows `marked` are in any case.

    `time_us` is when taps were made, where it is known that some clocks were wrong.

    `holes` are counters that earlier dates lack, `orders` what issuers have ordered, `cut_us` the end of the date.

    The card's counter orders taps, never a reader's clock. A tap of an earlier date, or with a counter that the card has
    passed in an earlier close, is late: its card is priced again where that may be, and otherwise its money waits in
    suspense. The same counter twice is a copy: only the first counts, the other is evidence.
    """
    time_us = taps["time_us"] if time_us is None else time_us
    good = ring.macs_ok(taps)
    rows = np.minimum(np.searchsorted(cards["card"], taps["card"]), max(len(cards) - 1, 0))
    known = cards["card"][rows] == taps["card"] if len(cards) else np.zeros(len(taps), bool)
    found = set_aside(taps[~good], SetAside.MAC_WRONG) + set_aside(taps[good & ~known], SetAside.CARD_UNKNOWN)
    taps, rows, time_us = chosen(good & known, taps, rows, time_us)
    order = by_counter(taps, rows)
    taps, rows, time_us = rows_at(taps, order), rows[order], time_us[order]
    fate = fates(taps, rows, cards, holes, cut_us)
    found += set_aside(taps[fate == VOID], SetAside.NOT_HAPPENED) + set_aside(taps[fate == LAPSED], SetAside.LAPSED)
    waiting, stands = taps[fate == WAITS], fate == STANDS
    taps, rows, time_us = chosen(stands, taps, rows, time_us)
    passed = taps["counter"] <= cards["counter"][rows]
    obeyed = judge(taps, rows, cards, orders)
    found += set_aside(taps[obeyed == UNKNOWN], SetAside.ORDER_UNKNOWN)
    found += set_aside(taps[obeyed == AGAIN], SetAside.ORDER_REPEATED)
    good = obeyed == GOOD
    taps, rows, time_us, passed = chosen(good, taps, rows, time_us, passed)
    late = np.zeros(len(taps), bool)
    if again[0] < again[1]:
        late = np.isin(rows, np.append(rows[passed | (time_us >= again[0]) & (time_us < again[1])], marked))
    copied = np.zeros(len(taps), bool)
    copied[1:] = (rows[1:] == rows[:-1]) & (taps["counter"][1:] == taps["counter"][:-1])
    found += set_aside(taps[passed & ~late], SetAside.COUNTER_PASSED)
    found += set_aside(taps[copied & ~passed & ~late], SetAside.COUNTER_REUSED)
    fine = ~passed & ~copied & ~late
    new = Fresh(rows_where(taps, late), rows[late])
    return Admitted(rows_where(taps, fine), rows_where(rows, fine), found, new, waiting)


def chosen(which: np.ndarray, *columns: np.ndarray) -> tuple[np.ndarray, ...]:
    """Some rows of each column."""
    return tuple(rows_where(column, which) for column in columns)


def by_counter(taps: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The order of cards and counters. Copies of a counter, which are rare, are put in order by time and reader."""
    key = rows.astype(np.int64) << 32 | taps["counter"].astype(np.int64)
    order = np.argsort(key)  # keys that are all different have one order, so the sort need not be stable
    if (np.diff(key[order]) == 0).any():
        return np.lexsort((taps["seq"], taps["device"], taps["time_us"], key))
    return order


def set_aside(taps: np.ndarray, reason: SetAside) -> tuple[Finding, ...]:
    """Taps that do not count, with the reason."""
    return tuple(Finding(reason, tap.tobytes()) for tap in taps)


def late_taps(found: tuple[Finding, ...]) -> np.ndarray:
    """The taps set aside whose money has really left or reached the card: genuine, only too late to be judged."""
    return taps_set_aside(found, SetAside.COUNTER_PASSED)


def taps_set_aside(found: tuple[Finding, ...], *reasons: SetAside) -> np.ndarray:
    """The taps that were set aside for these reasons (TAP)."""
    return np.frombuffer(b"".join(finding.tap for finding in found if finding.reason in reasons), TAP)


def places_of(taps: np.ndarray, register: np.ndarray, tables: Any) -> np.ndarray:
    """PLACE of each tap: operator and vehicle from the register at the tap's time, route and service from the pattern."""
    places = np.zeros(len(taps), PLACE)
    row, last = spans(register["device"], taps["device"])
    assert (register["device"][np.minimum(row, len(register) - 1)] == taps["device"]).all(), "intake knows its devices"
    while True:
        later = (row + 1 < last) & (register["from_us"][np.minimum(row + 1, len(register) - 1)] <= taps["time_us"])
        if not later.any():
            break
        row = row + later
    places["operator"], places["vehicle"] = register["operator"][row], register["vehicle"][row]
    places["service"], places["pattern"], places["route"] = register["service"][row], -1, -1
    moving = taps["pattern"] != NO_PATTERN
    pattern = taps["pattern"][moving].astype(np.int64)
    places["pattern"][moving] = pattern
    places["route"][moving] = tables.pattern_route[pattern]
    places["service"][moving] = tables.pattern_service[pattern]
    return places


def spans(sorted_devices: np.ndarray, devices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the rows of each device begin and end; readers are few and taps many, so each reader is looked for once."""
    most = int(sorted_devices.max(initial=0))
    if most > _TABLE_MAX:
        return np.searchsorted(sorted_devices, devices), np.searchsorted(sorted_devices, devices, side="right")
    begin = np.searchsorted(sorted_devices, np.arange(most + 3))
    found = np.minimum(devices, most + 1)
    return begin[found], begin[found + 1]
