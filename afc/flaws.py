"""Flaws: single taps that cannot be, in a batch that a known reader signed and numbered as it should.

Such a batch is taken, for its other taps are somebody's rides; the close sets each tap with a flaw aside under its reason.
What is wrong with the batch itself (`afc.batch.find_stranger`) is another matter: then its reader is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.answers import Reason
from afc.limits import tap_amount_max, tap_balance_max, tap_group_max, tap_time_us_max, tap_time_us_min
from afc.tap import ALONE_KINDS, RIDER_KINDS, UNCOUNTED_KINDS, ClockQuality, TapKind, TapState, find_fault

_PIECE = 4_096  # taps looked at together: all their fields are still in the processor's memory


class Flaw(NamedTuple):
    """The place of a tap among others, and the first reason why it cannot be."""

    row: int
    reason: Reason


def find_flaws(taps: NDArray[np.void]) -> tuple[Flaw, ...]:
    """Every tap that cannot be, in order. Where there is none, this costs no more than `find_fault`."""
    found: list[Flaw] = []
    for at in range(0, len(taps), _PIECE):
        piece = taps[at : at + _PIECE]
        if find_fault(piece) is not None:
            found += (Flaw(at + row, reason) for row, reason in _each(piece))
    return tuple(found)


def without(taps: NDArray[np.void], flaws: tuple[Flaw, ...]) -> NDArray[np.void]:
    """The taps that can be."""
    return np.delete(taps, [flaw.row for flaw in flaws]) if flaws else taps


def sound(taps: NDArray[np.void]) -> NDArray[np.bool_]:
    """Which of these taps can be."""
    can_be = np.ones(len(taps), bool)
    can_be[[flaw.row for flaw in find_flaws(taps)]] = False
    return can_be


def _each(taps: NDArray[np.void]) -> Iterator[tuple[int, Reason]]:
    """Row and first reason of each tap that has any."""
    reasons, masks = zip(*_masks(taps), strict=True)
    wrong = np.stack(masks)
    first = wrong.argmax(axis=0)
    return ((row, reasons[first[row]]) for row in np.flatnonzero(wrong.any(axis=0)).tolist())


def _masks(taps: NDArray[np.void]) -> Iterator[tuple[Reason, NDArray[np.bool_]]]:
    """Each reason with the taps that it fits, in the order in which they are told; the rules are those of `find_fault`."""
    kind, group, amount, balance = taps["kind"], taps["group"], taps["amount"], taps["balance"]
    state, uncounted = taps["state"], UNCOUNTED_KINDS[kind]
    yield Reason.RECORD_KIND, (kind < TapKind.ENTRY) | (kind > TapKind.ACTION)
    yield Reason.RECORD_CARD, ((taps["card"] == 0) != ALONE_KINDS[kind]) | ((taps["counter"] == 0) != uncounted)
    yield Reason.RECORD_STATE, (state > TapState.UNRATIFIED) | ((state == TapState.UNRATIFIED) & uncounted)
    in_time = (taps["time_us"] >= tap_time_us_min) & (taps["time_us"] <= tap_time_us_max)
    yield Reason.RECORD_TIME, ~in_time | (taps["clock"] > ClockQuality.UNSET)
    yield Reason.RECORD_GROUP, (group > tap_group_max) | ((group == 0) & RIDER_KINDS[kind])
    least = np.where(kind == TapKind.EXIT, -tap_amount_max, 0)
    beyond = (balance < -tap_balance_max) | (balance > tap_balance_max)
    yield Reason.RECORD_AMOUNT, (amount < least) | (amount > tap_amount_max) | beyond
