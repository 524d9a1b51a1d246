"""Quarantine as a person looks at it: what is kept aside, why, since when, and how much money it may be about."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from afc.batch import HEADER
from afc.keys import SIGNATURE_BYTES
from afc.tap import TAP
from clearing.release import WAIVABLE
from clearing.store import Act, Quarantined, Ruling, Store


class Held(NamedTuple):
    """One thing in quarantine; `act` is how it left, if it did."""

    row: Quarantined
    taps: int
    bound_minor: int  # no more than this can be at stake: the amounts of its taps added up, without their signs
    act: Act | Ruling | None

    @property
    def is_batch(self) -> bool:
        """A whole batch, not a single tap."""
        return self.row.seq == 0

    @property
    def may_be_released(self) -> bool:
        """Is it of the kind that two people can answer for?"""
        return self.is_batch and self.row.reason in {reason.name for reason in WAIVABLE}


def held(store: Store, everything: bool = False) -> list[Held]:
    """What is in quarantine, oldest first; with `everything` also what an act has let out."""
    acts: dict[bytes, Act | Ruling] = {act.digest: act for act in store.acts()}
    acts |= {bytes.fromhex(one.decided["digest"]): one for one in store.rulings() if one.kind == "settle"}
    found = (held_row(row, acts.get(row.digest)) for row in store.quarantined())
    return [one for one in found if everything or one.act is None]


def held_row(row: Quarantined, act: Act | Ruling | None) -> Held:
    """One row with what it may be worth."""
    records = row.content[HEADER.size : -SIGNATURE_BYTES] if row.seq == 0 else row.content
    taps = np.frombuffer(records, TAP)
    money = np.abs(taps["amount"][taps["card"] != 0].astype(np.int64))
    return Held(row, len(taps), int(money.sum()), act)
