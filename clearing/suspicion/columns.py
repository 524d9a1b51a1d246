"""Columns: many rows as arrays by the names of their fields."""

from __future__ import annotations

import numpy as np

from afc.batch import HEADER
from afc.keys import SIGNATURE_BYTES
from afc.tap import TAP

Columns = dict[str, np.ndarray]


def taps_in(sealed: bytes) -> np.ndarray:
    """The taps of a sealed batch."""
    return np.frombuffer(sealed[HEADER.size : -SIGNATURE_BYTES], TAP)
