"""Real chips torn at any moment, real journals, and the clearing house: at the end it knows what each card has paid."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from chips import EVERY_MOMENT, Town
from hypothesis import given
from hypothesis import strategies as st
from riding import cards_of
from shards import Clerk, minor

from afc.city import City
from afc.fares.codes import ENTRY, EXIT, LOAD
from afc.keys import KeyRing
from afc.moment import MINUTE_US

STOPS = ("NG", "UN", "HB", "AP")


@given(st.integers(0, 10**9), st.booleans(), st.sampled_from([0.0, 0.3, 0.8]))
def test_what_counts_is_what_the_card_has_paid(
    hanbit: City, ring: KeyRing, seed: int, opens_in_doubt: bool, share: float
) -> None:
    """Whatever was torn, at gates that shut and at doors that cannot: once the card has been seen again, to the unit."""
    dice = random.Random(seed)
    town = Town(hanbit, ring, opens_in_doubt=opens_in_doubt)
    for _ in range(12):
        town.now_us += dice.choice([0, 0, 7, 40]) * MINUTE_US
        torn_at = dice.choice(EVERY_MOMENT) if dice.random() < share else None
        kind, stop = dice.choice([ENTRY, EXIT, LOAD]), dice.choice(STOPS)
        town.hold(torn_at, stop=stop, kind=kind, amount=1_000 if kind == LOAD else 0)
    town.now_us += 60 * MINUTE_US
    assert town.hold(stop="NG", kind=LOAD, amount=500).opened
    taps = np.concatenate([town.written(stop) for stop in town.lanes])
    with TemporaryDirectory() as folder:
        clerk = Clerk(town.street, ring, Path(folder), cards_of(7))
        result = clerk.close(dice_order(taps, dice))
        counted = {kind: sum(minor(result, kind).values()) for kind in ("charge", "load")}
        assert counted["charge"] - counted["load"] == town.paid()
        assert {finding.reason.name for finding in result.found} <= {"NOT_HAPPENED"}
        assert result.counts["purse_breaks"] == 0


def dice_order(taps: np.ndarray, dice: random.Random) -> np.ndarray:
    """The taps as they may arrive."""
    order = list(range(len(taps)))
    dice.shuffle(order)
    return taps[order]
