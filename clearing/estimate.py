"""What missing taps may have been worth: a guess, told beside the gap and posted nowhere.

A missing tap counts as much as a tap of that reader did, on average, on the service dates of the taps on both sides of the gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from afc.batch import HEADER
from afc.flaws import sound
from afc.keys import SIGNATURE_BYTES
from afc.moment import service_date
from afc.tap import TAP, is_ride
from clearing.gaps import Gap
from clearing.store import Store


class ServiceDay(NamedTuple):
    """By which clock a service date begins and ends."""

    zone: ZoneInfo
    cut_s: int


def worth(store: Store, lost: Sequence[Gap], clock: ServiceDay) -> list[int]:
    """Minor units of fares, for each gap; 0 where nothing of its reader can be compared."""
    wanted = {(gap.device, gap.epoch) for gap in lost}
    parts = defaultdict[tuple[int, int], list[np.ndarray]](list)
    positions = {kept.position: (kept.device, kept.epoch) for kept in store.log()} if wanted else {}
    for position, reader in positions.items():
        if reader in wanted:
            _, sealed = next(store.accepted(position, position))
            parts[reader].append(np.frombuffer(sealed[HEADER.size : -SIGNATURE_BYTES], TAP))
    readers = {reader: _Reader(np.concatenate(taps), clock) for reader, taps in parts.items()}
    silent = _Reader(np.zeros(0, TAP), clock)  # an epoch that was ended before anything of it came
    return [readers.get((gap.device, gap.epoch), silent).worth(gap) for gap in lost]


class _Reader:
    """The taps of one reader that came, by number, and what they took on each service date."""

    def __init__(self, taps: np.ndarray, clock: ServiceDay) -> None:
        taps = taps[sound(taps)]
        taps = taps[np.argsort(taps["seq"], kind="stable")]
        hours, where = np.unique(taps["time_us"] // 900_000_000, return_inverse=True)
        dates = [service_date(quarter * 900_000_000, *clock).toordinal() for quarter in hours.tolist()]
        self._seq, self._date = taps["seq"], np.array(dates, np.int64)[where] if len(taps) else np.zeros(0, np.int64)
        self._fares = np.where(is_ride(taps["kind"]), taps["amount"].astype(np.int64), 0)

    def worth(self, gap: Gap) -> int:
        """The mean of the taps on both sides' dates, times the numbers of the gap, to the nearest unit."""
        at = int(np.searchsorted(self._seq, gap.first_seq))
        like = np.isin(self._date, self._date[max(at - 1, 0) : at + 1])
        count = int(like.sum())
        return (int(self._fares[like].sum()) * gap.taps + count // 2) // count if count else 0
