"""Dealing: which shard a card belongs to, and how many shards there are.

Cards are dealt over as many shards as their register needs when the books begin, and never over others. So no digest depends
on the number of workers, and the memory of a worker not on the size of the city.
"""

from __future__ import annotations

import numpy as np

SHARDS_MIN, SHARDS_MAX = 16, 4096
CARDS_A_SHARD = 200_000
"""With a weekday's taps so many cards take a worker about 0.7 GB."""


def shards_for(cards: int) -> int:
    """Over how many shards so many cards are dealt: a power of two.

    >>> shards_for(1_000), shards_for(3_200_000), shards_for(3_200_001)
    (16, 16, 32)
    """
    shards = SHARDS_MIN
    while cards > shards * CARDS_A_SHARD and shards < SHARDS_MAX:
        shards *= 2
    return shards


def shard_of(cards: np.ndarray, shards: int) -> np.ndarray:
    """The shard of each card number: a mixed hash, so that numbers given out in order spread evenly."""
    mixed = cards.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(40)) % np.uint64(shards)).astype(np.int64)


def shard_with(card: int, shards: int) -> int:
    """The shard of one card."""
    return int(shard_of(np.array([card], np.uint64), shards)[0])
