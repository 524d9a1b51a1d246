"""The ceiling: how much value a SAM gives away between two contacts.

Loads, sales, money back at an exit and loads by order count. What a receipt covers does not count any more; what was set
aside was given away all the same, perhaps by a thief.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afc.actions import Action
from afc.answers import AnswerKind
from afc.parameters import Parameters
from afc.receipt import Receipt
from afc.refusal import Refused
from afc.tap import TapKind

TAKEN = (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE)
"""Answers that make room."""


class Ceiling:
    """What was given away and not receipted: sequence number and amount of each tap."""

    def __init__(self) -> None:
        self._seqs, self._minor = np.empty(0, np.int64), np.empty(0, np.int64)

    def give(self, taps: NDArray[np.void], bounds: Parameters) -> None:
        """Count what these taps give away, or refuse all of them."""
        giving = gives(taps)
        minor = np.abs(taps["amount"][giving].astype(np.int64))
        count, total = len(self._minor) + len(minor), int(self._minor.sum()) + int(minor.sum())
        most, most_minor = bounds.sam_count_max, bounds.sam_minor_max
        if len(minor) and ((most and count > most) or (most_minor and total > most_minor)):
            what = f"{count} taps for {total} would be given without a receipt; the ceiling is {most} for {most_minor}"
            raise Refused("SAM_CEILING", what, cure="The reader gives no value until an upload is receipted.")
        self._seqs = np.concatenate([self._seqs, taps["seq"][giving].astype(np.int64)])
        self._minor = np.concatenate([self._minor, minor])

    def receipted(self, receipt: Receipt) -> None:
        """Forget what is in custody; a receipt that comes again makes no more room than it did."""
        if receipt.answer in TAKEN:
            left = self._seqs > receipt.through_seq
            self._seqs, self._minor = self._seqs[left], self._minor[left]

    def begin_epoch(self) -> None:
        """What was given stays given, under numbers that any receipt of the new epoch covers."""
        self._seqs = np.zeros(len(self._seqs), np.int64)


def gives(taps: NDArray[np.void]) -> NDArray[np.bool_]:
    """Which taps give value to a card: loads, sales, money back at an exit, loads by order."""
    kind = taps["kind"]
    back = (kind == TapKind.EXIT) & (taps["amount"] < 0)
    ordered = (kind == TapKind.ACTION) & (taps["product"] == Action.LOAD)
    found: NDArray[np.bool_] = (kind == TapKind.LOAD) | (kind == TapKind.SALE) | back | ordered
    return found
