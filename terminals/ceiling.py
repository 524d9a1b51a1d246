"""The ceiling: how much value a SAM gives away between two contacts.

Loads, sales, money back at an exit and loads by order count, each tap once, however often it is stamped. What a receipt says
was taken into custody does not count any more; what was set aside was given away all the same, perhaps by a thief.
"""

from __future__ import annotations

from typing import NamedTuple

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


class _Gift(NamedTuple):
    """Which tap it was that gave. A card that leaves too early leaves its number to the next one."""

    epoch: int
    seq: int
    card: int
    counter: int


class Ceiling:
    """What was given away and not receipted, in minor units; what is `loose` no card was allowed to bear yet."""

    def __init__(self) -> None:
        self._given: dict[_Gift, int] = {}
        self._loose: set[_Gift] = set()
        self._signed: dict[bytes, frozenset[_Gift]] = {}

    def give(self, taps: NDArray[np.void], bounds: Parameters) -> None:
        """Count what these taps give away, or refuse all of them. They take the place of loose ones of the same numbers.

        A tap that counts already is never refused: a SAM says UNRATIFIED of what it has given at any bound.
        """
        asked, free = _gifts(taps), self._loose_of(taps)
        given = {gift: minor for gift, minor in self._given.items() if gift not in free}
        fresh = asked.keys() - given.keys()
        for gift, minor in asked.items():
            given[gift] = max(minor, given.get(gift, 0))
        if len(given) > len(self._given) or sum(given.values()) > sum(self._given.values()):
            _refuse_beyond(bounds, len(given), sum(given.values()))
        self._given, self._loose = given, (self._loose - free) | fresh

    def bear(self, card: int, gain_minor: int) -> None:
        """The card is about to bear what was stamped for it, and its purse gains so much; refused if that is more."""
        stamped = {gift for gift in self._loose if gift.card == card}
        most = sum(self._given[gift] for gift in stamped)
        if gain_minor > most:
            what = f"a purse would gain {gain_minor}, and taps for {most} were stamped for it"
            raise Refused("SAM_NOT_STAMPED", what, cure="Nothing was written. Have the reader looked at.")
        self._loose -= stamped

    def signed(self, digest: bytes, taps: NDArray[np.void]) -> None:
        """Keep in mind which of the counted taps stand in the batch of this name."""
        inside = frozenset(_gifts(taps).keys() & self._given.keys()) if self._given else None
        if inside:
            self._signed[digest] = inside

    def receipted(self, receipt: Receipt) -> None:
        """Forget what is in custody: what this SAM signed in the batch, and whatever is left of closed epochs."""
        if receipt.answer in TAKEN:
            gone = self._signed.pop(receipt.digest, frozenset())
            gone |= {gift for gift in self._given if gift.epoch < receipt.epoch}
            self._given = {gift: minor for gift, minor in self._given.items() if gift not in gone}
            self._loose -= gone

    def _loose_of(self, taps: NDArray[np.void]) -> set[_Gift]:
        if not self._loose:
            return set()
        numbers = set(zip(taps["epoch"].tolist(), taps["seq"].tolist(), strict=True))
        return {gift for gift in self._loose if gift[:2] in numbers}


def gives(taps: NDArray[np.void]) -> NDArray[np.bool_]:
    """Which taps give value to a card: loads, sales, money back at an exit, loads by order."""
    kind = taps["kind"]
    back = (kind == TapKind.EXIT) & (taps["amount"] < 0)
    ordered = (kind == TapKind.ACTION) & (taps["product"] == Action.LOAD)
    found: NDArray[np.bool_] = (kind == TapKind.LOAD) | (kind == TapKind.SALE) | back | ordered
    return found


def _gifts(taps: NDArray[np.void]) -> dict[_Gift, int]:
    giving = taps[gives(taps)]
    minor = np.abs(giving["amount"].astype(np.int64)).tolist()
    whose = (_Gift(*row) for row in giving[["epoch", "seq", "card", "counter"]].tolist())
    return dict(zip(whose, minor, strict=True))


def _refuse_beyond(bounds: Parameters, count: int, total: int) -> None:
    most, most_minor = bounds.sam_count_max, bounds.sam_minor_max
    if (most and count > most) or (most_minor and total > most_minor):
        what = f"{count} taps for {total} would be given without a receipt; the ceiling is {most} for {most_minor}"
        raise Refused("SAM_CEILING", what, cure="The reader gives no value until an upload is receipted.")
