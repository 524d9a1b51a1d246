"""A ring of throw-away keys, and taps in a few numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from afc.keys import KeyRing
from afc.tap import TAP, TapKind

MORNING_US = 1_772_582_400_000_000


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    return KeyRing.from_seed(7, "sim-test")


@pytest.fixture(scope="session")
def taps_of(ring: KeyRing) -> Callable[..., np.ndarray]:
    """Taps of one reader, stamped: `taps_of(cards=[5, 6], amount=[1400, 700])`; any field may be named."""

    def make(cards: list[int], *, first_seq: int = 1, device: int = 9, **fields: Any) -> np.ndarray:
        taps = np.zeros(len(cards), TAP)
        taps["version"], taps["kind"], taps["key_version"], taps["group"] = 1, TapKind.ENTRY, 1, 1
        taps["device"], taps["epoch"], taps["counter"], taps["card"] = device, 1, 1, cards
        taps["seq"] = np.arange(first_seq, first_seq + len(cards))
        taps["time_us"] = MORNING_US + 1_000_000 * np.arange(len(cards))
        for field, value in fields.items():
            taps[field] = value
        taps["mac"] = ring.macs(taps)
        return taps

    return make
