"""Chance, handed out by name: one seed a run, and a child of it for each purpose.

A purpose is named in words, so a new draw somewhere never shifts the draws elsewhere.

>>> child(7, "riders").integers(1000) == child(7, "riders").integers(1000)
True
"""

from __future__ import annotations

import hashlib

import numpy as np


def child(seed: int, *names: str | int) -> np.random.Generator:
    """The generator for one purpose of a run."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
