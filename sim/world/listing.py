"""The denylist of a run: one list that readers come to hold one after another, each at a contact of its own.

Until a reader has it, a listed card rides there as before; from its next batch on the reader says that it holds it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Listing(NamedTuple):
    """The signed message, what stands on it (sorted), and from when the office gives it out."""

    message: bytes
    version: int
    cards: NDArray[np.uint64]
    from_us: int
