"""The log as a whole: what is read once, however many days are looked through."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from afc.flaws import sound
from afc.tap import TAP, is_ride
from clearing.store import Answered, Kept, Quarantined, Store, Waiver
from clearing.suspicion.columns import Columns, taps_in


class Log:
    """Every batch, every answer, and what was set aside, without the taps of the batches."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def kept(self) -> list[Kept]:
        """Every batch of the log, by position."""
        return list(self._store.log())

    @cached_property
    def columns(self) -> Columns:
        """The log's numbers, a row a batch, by device, epoch and number."""
        names = ("position", "device", "epoch", "number", "first_seq", "last_seq", "received_us")
        columns = {name: np.array([getattr(kept, name) for kept in self.kept], np.int64) for name in names}
        order = np.lexsort((columns["number"], columns["epoch"], columns["device"]))
        return {name: column[order] for name, column in columns.items()}

    @cached_property
    def sums(self) -> Columns:
        """Of each batch, by position from 1: `newest_us`, its newest tap that can be (0: none), and `fares` at all such."""
        found = {name: np.zeros(len(self.kept) + 1, np.int64) for name in ("newest_us", "fares")}
        for position, sealed in self._store.accepted(1, len(self.kept)):
            taps = taps_in(sealed)
            taps = taps[sound(taps)]
            found["newest_us"][position] = taps["time_us"].max(initial=0)
            found["fares"][position] = fares_in(taps)
        return found

    @cached_property
    def heard(self) -> dict[int, int]:
        """Until when each reader has told everything."""
        return heard_until(self.columns)

    @cached_property
    def answers(self) -> list[Answered]:
        """Every answer ever given."""
        return list(self._store.submissions())

    @cached_property
    def aside(self) -> list[Quarantined]:
        """What is in quarantine."""
        return list(self._store.quarantined())

    @cached_property
    def waivers(self) -> list[Waiver]:
        """What was declared lost."""
        return self._store.waivers()

    @cached_property
    def copies(self) -> np.ndarray:
        """Taps whose card and counter another tap has already."""
        found = [row.content for row in self.aside if row.reason == "COUNTER_REUSED"]
        return np.frombuffer(b"".join(found), TAP)

    def digest_at(self, position: int) -> str:
        """The name of a batch of the log."""
        return self.kept[position - 1].digest.hex()


def fares_in(taps: np.ndarray) -> int:
    """What riders paid at some taps."""
    return int(taps["amount"][is_ride(taps["kind"])].sum(dtype=np.int64))


def heard_until(log: Columns) -> dict[int, int]:
    """Until when each reader has told everything: its last report; nothing for one of whose taps some are missing."""
    through: dict[tuple[int, int], int] = {}
    found: dict[int, int] = {}
    names = ("device", "epoch", "first_seq", "last_seq", "received_us")
    for device, epoch, first, last, received_us in zip(*(log[name].tolist() for name in names), strict=True):
        whole = first == through.get((device, epoch), 0) + 1 and found.get(device, 0) >= 0
        through[device, epoch] = last
        found[device] = max(found.get(device, 0), received_us) if whole else -1
    return found
