"""Whose a reader is: who is asked about it and told about it now, and who may still bring what it wrote before.

The row of the register that is in force decides, its operator and the party that brings its taps in; where none is in force,
the last one. Who had the reader before may bring and ask about batches with a tap of that time, and about nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from afc.batch import HEADER
from afc.keys import SIGNATURE_BYTES
from afc.tap import TAP
from clearing.store import Device


def is_of(party: int, rows: Sequence[Device], now_us: int) -> bool:
    """Is a reader, of which these rows are known by time, this party's now?"""
    begun = [row for row in rows if row.from_us <= now_us] or list(rows[:1])
    return bool(begun) and _names(begun[-1], party)


def wrote(party: int, rows: Sequence[Device], sealed: bytes) -> bool:
    """Has a batch of this reader a tap of a time in which the reader was this party's? Nobody has vouched for its bytes yet."""
    count = max(0, len(sealed) - HEADER.size - SIGNATURE_BYTES) // TAP.itemsize
    times = np.frombuffer(sealed, TAP, count, HEADER.size)["time_us"] if count else np.empty(0, np.int64)
    return any(bool(((times >= row.from_us) & (times < row.to_us)).any()) for row in rows if _names(row, party))


def _names(row: Device, party: int) -> bool:
    return party in (row.operator, row.collector)
