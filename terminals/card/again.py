"""Held again: is what a card is held for now what its last session was made for, and nobody was let in?

A reader remembers for as long as the repeat window whom it let in, so that nobody follows on the same fare, and for a day of
whose session it did not hear the end.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from afc.moment import DAY_US
from afc.tap import TapKind
from terminals.card.image import history, opened

DOUBT_US: Final = DAY_US
"""Whoever was left before a shut gate for longer than this has gone another way."""


class Asked(NamedTuple):
    """What a card is held to the reader for: kind of tap, moment, and what the rider wants."""

    kind: int
    t_us: int
    amount: int = 0
    product: int = 0
    group: int = 1


class Again:
    """What one reader remembers of the cards it has seen: counter and moment by card, oldest first."""

    def __init__(self) -> None:
        self._doubts: dict[int, tuple[int, int]] = {}
        self._let_in: dict[int, tuple[int, int]] = {}

    def stands_for(self, image: bytes, asked: Asked, reader: Any, repeat_us: int) -> bool:
        """Was the card's last session this very ride, at this place and for as many, and nobody was let in for it?"""
        state, last = opened(image)["state"][0], history(image)[-1:]
        card, counter = int(state["card"]), int(state["counter"])
        if not len(last) or int(last["counter"][0]) != counter or not _same(last[0], asked, reader):
            return False
        if self.has_let_in(image):
            return False
        soon = 0 <= asked.t_us - int(last["time_us"][0]) < repeat_us
        return soon or self._doubts.get(card, (0, 0))[0] == counter

    def has_let_in(self, image: bytes) -> bool:
        """Did this reader open for the card's last session?"""
        state = opened(image)["state"][0]
        return self._let_in.get(int(state["card"]), (0, 0))[0] == int(state["counter"])

    def remember(self, card: np.ndarray, t_us: int, *, let_in: bool) -> None:
        """The card (CARD[1]) was let in at this moment, or was not."""
        number, counter = int(card["card"][0]), int(card["counter"][0])
        self._doubts.pop(number, None)
        memory = self._let_in if let_in else self._doubts
        memory.pop(number, None)  # so that it becomes the youngest
        memory[number] = (counter, t_us)

    def forget(self, t_us: int, repeat_us: int) -> None:
        """Let go of what cannot matter any more."""
        for memory, kept_us in ((self._let_in, repeat_us), (self._doubts, DOUBT_US)):
            while memory and (oldest := next(iter(memory.items())))[1][1] <= t_us - kept_us:
                del memory[oldest[0]]

    def __len__(self) -> int:
        return len(self._doubts) + len(self._let_in)


def _same(tap: np.void, asked: Asked, reader: Any) -> bool:
    """Is this tap what is asked for? At an exit the card says itself for how many, and a ride has no product to ask for."""
    if tap["kind"] != asked.kind or any(tap[field] != np.uint32(reader[field][0]) for field in ("stop", "trip")):
        return False
    if asked.kind in (TapKind.LOAD, TapKind.SALE):
        return (int(tap["amount"]), int(tap["product"])) == (asked.amount, asked.product)
    return asked.kind != TapKind.ENTRY or int(tap["group"]) == asked.group
