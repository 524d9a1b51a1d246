"""The tap: what a reader writes down when a card is held to it, in 72 bytes.

The layout is the NumPy type `TAP` itself, so a day of taps is one array. `encode` and `decode` insist that every tap can be;
a batch is opened as it came, and `afc.flaws` names those of its taps that cannot.

>>> TAP.itemsize, MACED
(72, 64)
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from afc.answers import BatchRefused, Reason
from afc.limits import tap_amount_max, tap_balance_max, tap_group_max, tap_time_us_max, tap_time_us_min

TAP: Final = np.dtype(
    [
        ("version", "<u1"), ("kind", "<u1"), ("clock", "<u1"), ("key_version", "<u1"),
        ("medium", "<u1"), ("category", "<u1"), ("product", "<u1"), ("group", "<u1"),
        ("device", "<u4"), ("epoch", "<u2"), ("tariff", "<u1"), ("state", "<u1"),
        ("seq", "<u4"), ("counter", "<u4"),
        ("time_us", "<i8"),
        ("card", "<u8"),
        ("stop", "<u4"), ("pattern", "<u2"), ("stop_seq", "<u2"),
        ("trip", "<u4"), ("amount", "<i4"),
        ("balance", "<i8"),
        ("mac", "<u8"),
    ]
)  # fmt: skip
"""One tap, little-endian, without padding; `docs/format.md` says what each field means."""

TAP_VERSION: Final = 1
MACED: Final = 64
"""The MAC covers this many bytes of a tap: all of it but the MAC."""
NO_STOP: Final = 0xFFFFFFFF
NO_PATTERN: Final = 0xFFFF


class TapKind(IntEnum):
    """What the rider, the staff or the vehicle did."""

    ENTRY = 1
    EXIT = 2
    LOAD = 3
    SALE = 4
    TRIP = 5
    INSPECTION = 6
    CASH = 7
    LOG_ON = 8
    ACTION = 9


WITHOUT_CARD: Final = (TapKind.TRIP, TapKind.CASH, TapKind.LOG_ON)
"""What a vehicle or its driver writes down: no card is held to the reader, and the MAC is the reader's own."""
UNCOUNTED: Final = (*WITHOUT_CARD, TapKind.INSPECTION)
"""What leaves no trace on a card, so that no counter rises."""


class TapState(IntEnum):
    """Did the reader see the card confirm what was written to it? If not, the card's next counter will tell."""

    COMMITTED = 0
    UNRATIFIED = 1


class ClockQuality(IntEnum):
    """How far the reader trusts its own clock."""

    SYNCED = 0
    HELD = 1
    UNSET = 2


# By kind, so that all taps of a batch are looked up at once.
ALONE_KINDS: Final = np.isin(np.arange(256), WITHOUT_CARD)
UNCOUNTED_KINDS: Final = np.isin(np.arange(256), UNCOUNTED)
RIDER_KINDS: Final = np.isin(np.arange(256), (TapKind.ENTRY, TapKind.EXIT, TapKind.CASH))


def moved_minor(taps: Any) -> NDArray[np.int64]:
    """What each tap did to its card's purse, below zero where it paid; `taps` are TAP records, or a mapping of columns."""
    minor, kind = taps["amount"].astype(np.int64), taps["kind"]
    fills = (kind == TapKind.LOAD) | (kind == TapKind.ACTION)
    moved: NDArray[np.int64] = np.where(fills, minor, np.where(is_ride(kind), -minor, 0))
    return moved


def is_ride(kind: Any) -> NDArray[np.bool_]:
    """Which of these kinds are boardings and alightings?"""
    return np.asarray((kind == TapKind.ENTRY) | (kind == TapKind.EXIT))


def encode(taps: NDArray[np.void]) -> bytes:
    """The bytes of taps that we made; a fault in them is our own mistake."""
    assert taps.dtype == TAP, "taps are TAP records"
    fault = find_fault(taps)
    assert fault is None, fault
    return taps.tobytes()


def decode(data: bytes) -> NDArray[np.void]:
    """The taps in these bytes, read-only, or `BatchRefused` with the first reason that fits any of them."""
    if len(data) % TAP.itemsize:
        raise BatchRefused(Reason.LENGTH_WRONG)
    taps: NDArray[np.void] = np.frombuffer(data, TAP)
    fault = find_fault(taps)
    if fault is not None:
        raise BatchRefused(fault)
    return taps


def find_fault(taps: NDArray[np.void]) -> Reason | None:
    """The first reason why one of these taps cannot be, or None. Who made them is another question: the MAC answers it.

    Only the smallest and the largest of each field are looked at: if both are possible, so is everything between.
    """
    if not len(taps):
        return None
    (version, kind, _, _, _, _, _, group), most = _extremes(taps, np.uint8, 8)
    if (version, most[0]) != (TAP_VERSION, TAP_VERSION):
        return Reason.RECORD_FORMAT
    if kind < TapKind.ENTRY or most[1] > TapKind.ACTION:
        return Reason.RECORD_KIND
    (_, _, seq, time_us, card, *_), largest = _extremes(taps, np.uint64, 8)
    if most[1] >= TapKind.TRIP or card == 0 or seq >> 32 == 0:
        kinds = taps["kind"]
        if ((taps["card"] == 0) != ALONE_KINDS[kinds]).any() or (
            (taps["counter"] == 0) != UNCOUNTED_KINDS[kinds]
        ).any():
            return Reason.RECORD_CARD
    if largest[1] >> 56 and not _states_hold(taps):
        return Reason.RECORD_STATE
    if time_us < tap_time_us_min or largest[3] > tap_time_us_max or most[2] > ClockQuality.UNSET:
        return Reason.RECORD_TIME
    if most[7] > tap_group_max or (group == 0 and not taps["group"][RIDER_KINDS[taps["kind"]]].all()):
        return Reason.RECORD_GROUP
    if largest[6] >> 32 > tap_amount_max and not _amounts_hold(taps):
        return Reason.RECORD_AMOUNT
    if int(np.abs(taps["balance"]).view(np.uint64).max()) > tap_balance_max:
        return Reason.RECORD_AMOUNT
    return None


def _states_hold(taps: NDArray[np.void]) -> bool:
    """Does nothing wait for a confirmation but what was written to a card?"""
    unratified = taps["state"] == TapState.UNRATIFIED
    return bool((taps["state"] <= TapState.UNRATIFIED).all() and not UNCOUNTED_KINDS[taps["kind"][unratified]].any())


def _amounts_hold(taps: NDArray[np.void]) -> bool:
    """Is every amount in bounds? Only an exit may give money back, and no more than a tap may take."""
    minor = taps["amount"].astype(np.int64)
    least = np.where(taps["kind"] == TapKind.EXIT, -tap_amount_max, 0)
    return bool(((minor >= least) & (minor <= tap_amount_max)).all())


def _extremes(taps: NDArray[np.void], word: type[np.unsignedinteger[Any]], words: int) -> tuple[list[int], list[int]]:
    """Smallest and largest of the first words of the taps, read without sign, so that a negative number is a huge one.

    A field in the upper half of its word (counter, amount) is the word without its lower 32 bits.
    """
    columns = np.ascontiguousarray(np.ascontiguousarray(taps).view(word).reshape(len(taps), -1)[:, :words].T)
    return columns.min(axis=1).tolist(), columns.max(axis=1).tolist()
