"""The image of a card: everything that changes on it, written as one and read as one.

>>> IMAGE.itemsize <= BLOCKS * BLOCK_BYTES < IMAGE.itemsize + BLOCK_BYTES
True
"""

from __future__ import annotations

from typing import Final

import numpy as np

from afc.fares.state import CARD
from afc.limits import card_history_taps
from afc.tap import TAP

IMAGE: Final = np.dtype([("state", CARD), ("history", TAP, card_history_taps)])
"""The fold's state with purse and counter, and the last taps: the tap with counter n stands in place n modulo their number."""

BLOCK_BYTES: Final = 64
BLOCKS: Final = -(-IMAGE.itemsize // BLOCK_BYTES)
"""What is written to a card is cut into blocks; the last is filled up with zeros."""


def first_image(card: np.ndarray) -> bytes:
    """The image of a card (CARD[1]) that was never held to a reader."""
    image = np.zeros(1, IMAGE)
    image["state"] = card
    return _padded(image)


def next_image(before: bytes, card: np.ndarray, taps: np.ndarray) -> bytes:
    """The image after a session that left the card in this state (CARD[1]) and wrote these taps."""
    image = opened(before).copy()
    image["state"] = card
    for tap in taps:
        image["history"][0][int(tap["counter"]) % card_history_taps] = tap
    return _padded(image)


def opened(data: bytes) -> np.ndarray:
    """IMAGE[1] of an image's bytes, read-only."""
    return np.frombuffer(data, IMAGE, 1)


def history(data: bytes) -> np.ndarray:
    """The taps that a card remembers, oldest first (TAP[k])."""
    taps: np.ndarray = opened(data)["history"][0]
    taps = taps[taps["counter"] > 0]
    in_turn: np.ndarray = taps[np.argsort(taps["counter"], kind="stable")]
    return in_turn


def blocks(data: bytes) -> list[bytes]:
    """An image as it is written, block by block."""
    return [data[at : at + BLOCK_BYTES] for at in range(0, len(data), BLOCK_BYTES)]


def _padded(image: np.ndarray) -> bytes:
    return image.tobytes().ljust(BLOCKS * BLOCK_BYTES, b"\0")
