"""A suspicion, and how the cards in it are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from afc.keys import KeyRing
from clearing.views import TapName

CERTAIN = 100
"""Two stored facts contradict each other: no honest day has this."""
HIGH = 80
"""From this score on somebody should look the same day."""
SHOWN_MAX = 20


class Suspicion(NamedTuple):
    """One thing to look into: who, how sure (0 to 100), the money at stake in minor units, and where to look.

    `taps` and `batches` are at most SHOWN_MAX of them; `sentence` is for an auditor.
    """

    kind: str
    score: int
    minor: int
    sentence: str
    cards: tuple[str, ...] = ()
    devices: tuple[int, ...] = ()
    operators: tuple[str, ...] = ()
    taps: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """Cards, readers and operators in words."""
        named = [("card", self.cards), ("reader", self.devices), ("operator", self.operators)]
        return ", ".join(f"{what} {many_of(names)}" for what, names in named if names) or "nobody can be named"


def many_of(names: Iterable[object]) -> str:
    """The first names, and how many more."""
    some = list(names)
    return " ".join(map(str, some[:3])) + (f" and {len(some) - 3} more" if len(some) > 3 else "")


def card_name(ring: KeyRing, card: int) -> str:
    """What a card is called in a list that people pass on: nobody without its key can say which card that is."""
    return hashlib.sha256(ring.card_keys(np.array([card], np.uint64))).hexdigest()[:10]


def names_of(taps: Mapping[str, Any] | np.ndarray, rows: Iterable[int], most: int = SHOWN_MAX) -> tuple[str, ...]:
    """The names of some taps."""
    columns = taps["device"], taps["epoch"], taps["seq"]
    return tuple(str(TapName(*(int(column[row]) for column in columns))) for row in islice(rows, most))


def ranked(found: Iterable[Suspicion]) -> list[Suspicion]:
    """The surest first, of equals the dearest."""
    return sorted(found, key=lambda one: (-one.score, -abs(one.minor), one.kind, one.who, one.sentence))
