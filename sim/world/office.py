"""From the readers' memory to the clearing house: taps sorted out by reader, written down, sealed, sent, receipted.

Gates and kiosks are on line. They report as soon as they hold half a batch, and otherwise gates every hour and kiosks every
four. A vehicle stores its taps and forwards them at the depot, when its day's work is done; some find no connection there
and report the next morning.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from afc.denylist import open_denylist
from sim.world.estate import Estate
from terminals.uplink import Uplink

Send = Callable[[list[bytes], int], Iterable[bytes | None]]
"""Hands sealed batches to the clearing side at a moment; gives back a receipt for each, or None to try again later. Whoever
goes through them may have to wait for the first."""


class Office:
    """The collector's end of all uplinks."""

    def __init__(self, estate: Estate, send: Send) -> None:
        self.estate, self.send, self.batches = estate, send, 0
        self._owed: deque[tuple[list[tuple[Uplink, bytes]], Iterable[bytes | None]]] = deque()
        self._on_the_way = set[int]()  # batches, by their objects, whose receipts nobody has looked at

    def take_in(self, taps: NDArray[np.void]) -> None:
        """Give each reader the taps that it wrote, in its own order."""
        if len(taps) == 0:
            return
        order = np.argsort(taps["device"], kind="stable")
        device = taps["device"][order]
        records = taps.view(np.uint8).reshape(len(taps), -1)[order]  # bytes move several times as fast as records
        ends = [*(np.flatnonzero(np.diff(device)) + 1).tolist(), len(taps)]
        for start, end in pairwise([0, *ends]):
            self.estate.memory.setdefault(int(device[start]), []).append(records[start:end])

    def report(self, devices: Iterable[int], now_us: int) -> None:
        """Let these readers send what they have and have not sent yet. Receipts come back to them after the next report, so
        that the house takes in one while another is made; what was not receipted then is sent again."""
        uplinks = [self.estate.write_down(device) for device in devices if self.estate.has_news(device)]
        sealed = [(uplink, one) for uplink in uplinks for one in uplink.batches() if id(one) not in self._on_the_way]
        if not sealed:
            return
        self.batches += len(sealed)
        self._owed.append((sealed, self.send([batch for _, batch in sealed], now_us)))
        self._on_the_way.update(id(batch) for _, batch in sealed)
        self._receive(1)

    def deliver(self, devices: Iterable[int], message: bytes) -> None:
        """Give these readers a denylist; each names it in the batches that it makes from then on."""
        ring = self.estate.ring
        version = open_denylist(message, ring.list_public(), ring.environment).version  # once, not a thousand times
        self._receive(0)
        for device in devices:
            self.estate.go_by(device, version)

    def news(self) -> tuple[list[int], int]:
        """The readers that still hold taps without a receipt, and how many batches there have been."""
        self._receive(0)
        return self.estate.with_news(), self.batches

    def _receive(self, but: int) -> None:
        """Give readers their receipts, those of the last `but` reports not yet."""
        while len(self._owed) > but:
            sent, receipts = self._owed.popleft()
            self._on_the_way.difference_update(id(batch) for _, batch in sent)
            for (uplink, _), receipt in zip(sent, receipts, strict=True):
                if receipt is not None:
                    uplink.receive(receipt)
