"""Rows of records, picked and joined as bytes.

Indexing a structured array copies it field by field; taking its rows whole is eight times as fast, and this is most of what a
close does with taps besides looking at them. Where all rows are wanted the array itself comes back, so nobody writes into it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def rows_at(records: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Copies of the rows with these numbers, in their order."""
    return records.take(rows)


def rows_where(records: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The rows that are chosen; the array itself where all are."""
    return records if chosen.all() else records.compress(chosen)


def rows_of(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays of one kind of record below each other; the array itself where only one has any rows."""
    filled = [part for part in parts if len(part)]
    if len(filled) <= 1:
        return filled[0] if filled else parts[0]
    kind = filled[0].dtype
    assert all(part.dtype == kind for part in filled), "records of one kind"
    whole = np.concatenate([np.ascontiguousarray(part).view(f"V{kind.itemsize}") for part in filled])
    return whole.view(kind)


def copy_of(records: np.ndarray) -> np.ndarray:
    """A copy that may be written into."""
    return records.view(f"V{records.dtype.itemsize}").copy().view(records.dtype)
