"""A reader that holds the version before its own, too: who began a journey under that one ends it under that one."""

from __future__ import annotations

from typing import Any

import numpy as np

from afc.fares.begun import Earlier, begun_under, goes_on
from afc.fares.codes import ENTRY, EXIT
from afc.fares.state import Refusal
from terminals.reader import Accepted, TurnedAway, decide


def decide_begun(
    card: np.ndarray, reader: np.ndarray, t_us: int, kind: int, *, rates: np.ndarray, earlier: Earlier, **held: Any
) -> Accepted | TurnedAway:
    """One presentation, as `decide` answers it, under the version that the card's journey began under if the tap goes on
    with that journey, and else under `rates`. `held` is what else the reader holds and was asked for."""
    version = int(begun_under(card, earlier)[0]) if kind in (ENTRY, EXIT) else 0
    if version:
        told = decide(card, reader, t_us, kind, rates=earlier[version - 1][1], **held)
        if ends_it(told, kind) or (isinstance(told, Accepted) and goes_on(told.card["leg_journey"], card)[0]):
            return told
    return decide(card, reader, t_us, kind, rates=rates, **held)


def ends_it(told: Accepted | TurnedAway, kind: int) -> bool:
    """Is it the way out of the open leg, whatever the answer?"""
    return kind == EXIT and not (isinstance(told, TurnedAway) and told.reason == Refusal.NO_ENTRY)
