"""Cards are dealt over as many shards as their register needs, and over the same ones ever after."""

from __future__ import annotations

import numpy as np
import pytest

from clearing.dealing import CARDS_A_SHARD, SHARDS_MAX, SHARDS_MIN, shard_of, shard_with, shards_for


@pytest.mark.parametrize(
    ("cards", "shards"),
    [(0, 16), (3_200_000, 16), (3_200_001, 32), (6_000_000, 32), (12_900_000, 128), (10**12, SHARDS_MAX)],
)
def test_more_cards_take_more_shards(cards: int, shards: int) -> None:
    """A town has sixteen; Seoul's thirteen million cards have a hundred and twenty-eight, of a hundred thousand each."""
    assert shards_for(cards) == shards
    assert shards == SHARDS_MAX or cards <= shards * CARDS_A_SHARD


@pytest.mark.parametrize("shards", [SHARDS_MIN, 128])
def test_every_shard_gets_its_part_of_cards_given_out_in_order(shards: int) -> None:
    """A shop sells numbers one after another, and no worker should get all of them."""
    sizes = np.bincount(shard_of(np.arange(1_000_000, 1_000_000 + 1_000 * shards, dtype=np.uint64), shards))
    assert len(sizes) == shards
    assert 900 < sizes.min() <= sizes.max() < 1_100


def test_one_card_is_found_where_all_of_them_were_dealt() -> None:
    cards = np.array([7, 2**62, 2**64 - 1], np.uint64)
    assert [shard_with(int(card), 64) for card in cards] == shard_of(cards, 64).tolist()
