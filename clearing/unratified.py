"""Taps that no card confirmed: what the card did next says whether they happened.

A reader that did not hear the end of a session writes down what it had asked of the card as UNRATIFIED. It counts when the
card's next tap has a higher counter and goes on from the balance that it left; it is void when the next tap has the same
counter, or goes on from the balance before. Until the card is seen again it waits, and no money moves; after thirty days it
lapses. What was written in one session, an order and the ride after it, happened together or not at all.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from afc.limits import unratified_days_max
from afc.moment import DAY_US
from afc.tap import TapState, moved_minor

STANDS, VOID, WAITS, LAPSED = range(4)
"""What becomes of a tap."""
LAPSES_US: Final = unratified_days_max * DAY_US


class _Session(NamedTuple):
    """Taps written in one session: their rows, counters, what the purse held before and after, and when and where."""

    rows: list[int]
    first: int
    last: int
    before: int
    after: int
    place: tuple[int, int, int]


def fates(taps: np.ndarray, rows: np.ndarray, cards: np.ndarray, holes: np.ndarray, cut_us: int) -> np.ndarray:
    """What becomes of each tap (int8). `taps` are in the order of cards (`rows` of `cards`) and counters; `holes` are counters
    that earlier dates know only by their successor."""
    found = np.full(len(taps), STANDS, np.int8)
    for row in np.unique(rows[taps["state"] == TapState.UNRATIFIED]).tolist():
        low, high = np.searchsorted(rows, [row, row + 1])
        card = cards[row]
        found[low:high] = _of_card(taps[low:high], int(card["counter"]), holes[holes["card"] == card["card"]], cut_us)
    return found


def _of_card(taps: np.ndarray, counter: int, holes: np.ndarray, cut_us: int) -> np.ndarray:
    """The same for all taps of one card, whose counter was `counter` before them."""
    found = np.full(len(taps), STANDS, np.int8)
    sessions = _sessions(taps)
    for session in sessions:
        rivals = [one for one in sessions if one.last >= session.first and one.first <= session.last]
        found[session.rows] = _fate(session, rivals, taps, counter, holes, cut_us)
    return found


def _sessions(taps: np.ndarray) -> list[_Session]:
    """The unratified taps, those of one session together: one reader, one moment, numbers and counters that go on."""
    mine: dict[tuple[int, ...], list[int]] = {}
    for i in np.flatnonzero(taps["state"] == TapState.UNRATIFIED).tolist():
        tap = taps[i]
        key = (tap["device"], tap["epoch"], tap["time_us"], int(tap["seq"]) - int(tap["counter"]))
        mine.setdefault(tuple(map(int, key)), []).append(i)
    moved, found = moved_minor(taps), []
    for rows in mine.values():
        first, last = taps[rows[0]], taps[rows[-1]]
        place = int(first["time_us"]), int(first["device"]), int(first["seq"])
        before = int(first["balance"]) - int(moved[rows[0]])
        found.append(_Session(rows, int(first["counter"]), int(last["counter"]), before, int(last["balance"]), place))
    return found


def _fate(
    session: _Session, rivals: list[_Session], taps: np.ndarray, counter: int, holes: np.ndarray, cut_us: int
) -> int:  # fmt: skip
    """What the rest of the card's taps, and what earlier dates know of it, say about one session."""
    if session.last <= counter:
        return STANDS if _fits_hole(session, holes) else VOID
    sure = taps["state"] != TapState.UNRATIFIED
    counters = taps["counter"].astype(np.int64)
    if (sure & (counters >= session.first) & (counters <= session.last)).any():
        return VOID
    later = np.flatnonzero(counters > session.last)
    if not len(later):
        if session != max(rivals, key=lambda one: one.place):
            return VOID
        return LAPSED if session.place[0] + LAPSES_US <= cut_us else WAITS
    row = later[np.lexsort((~sure[later], counters[later]))[0]]
    held = int(taps["balance"][row]) - int(moved_minor(taps[row : row + 1])[0])
    if session != max(rivals, key=lambda one: (one.after == held, one.place)):
        return VOID
    return VOID if held == session.before != session.after else STANDS


def _fits_hole(session: _Session, holes: np.ndarray) -> bool:
    """Is it what an earlier date was missing? Where one counter is missing, its sum is known to the unit."""
    covers = holes[(holes["first"] <= session.first) & (holes["last"] >= session.last) & (holes["missing"] > 0)]
    alone = session.last == session.first
    return any(hole["missing"] > 1 or not alone or hole["minor"] == session.before - session.after for hole in covers)
