"""The keeper: what cards bear already and the reader's journal must still get.

A medium may fail when the card has changed. Then the taps are kept in memory and written down before any other, and the reader
takes no card until that is done; if the power goes as well, the cards themselves bring them back.
"""

from __future__ import annotations

import numpy as np

from afc.refusal import Refused
from terminals.card.image import history
from terminals.journal import Journal
from terminals.reader import NO_TAPS
from terminals.sam import Sam


class Keeper:
    """Between the cards and the journal of one reader in one epoch."""

    def __init__(self, sam: Sam, journal: Journal, epoch: int) -> None:
        self.sam, self.journal, self._epoch = sam, journal, epoch
        self._unwritten = NO_TAPS

    def keep(self, taps: np.ndarray) -> Refused | None:
        """Write taps down; what stands in the way, if the medium fails."""
        self._unwritten = np.concatenate([self._unwritten, taps])
        return self.catch_up()

    def catch_up(self) -> Refused | None:
        """Write down what the medium did not take before; what stands in the way, if it still does not."""
        try:
            self.journal.append(self._unwritten)
        except Refused as fault:
            return fault
        self._unwritten = NO_TAPS
        return None

    def recover(self, image: bytes) -> tuple[np.ndarray, Refused | None]:
        """Write down taps that this reader made and lost with its power, so that no other gets their numbers."""
        fault = self.catch_up()
        first, taps = self.journal.next_seq, history(image)
        mine = (taps["device"] == self.sam.device) & (taps["epoch"] == self._epoch) & (taps["seq"] >= first)
        taps = taps[mine][np.argsort(taps["seq"][mine])]
        follow_on = (taps["seq"] == np.arange(first, first + len(taps))).all()
        if fault is not None or not len(taps) or not follow_on or not self.sam.vouches_taps(taps):
            return NO_TAPS, fault
        return taps, self.keep(taps)
