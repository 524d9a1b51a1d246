"""A ring of throw-away keys, taps in a few numbers, the cities, and how many examples a law is tried on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from afc.city import City, load_city
from afc.keys import KeyRing
from afc.tap import TAP, TapKind

MORNING_US = 1_772_582_400_000_000
HANBIT = Path(__file__).resolve().parent / "data" / "hanbit"

# Compiling a rule takes seconds the first time, so no law has a deadline and none is too slow.
UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("dev", max_examples=25, deadline=None, suppress_health_check=UNHURRIED)
settings.register_profile("ci", max_examples=100, deadline=None, suppress_health_check=UNHURRIED, derandomize=True)
settings.register_profile("night", max_examples=5_000, deadline=None, suppress_health_check=UNHURRIED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


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


@pytest.fixture(scope="session")
def hanbit() -> City:
    """The made-up town that is just large enough to try everything."""
    return load_city(HANBIT)


@pytest.fixture(scope="session")
def seoul() -> City:
    return load_city("seoul")


@pytest.fixture(scope="session")
def bogota() -> City:
    return load_city("bogota")


@pytest.fixture(scope="session")
def ulaanbaatar() -> City:
    return load_city("ulaanbaatar")
