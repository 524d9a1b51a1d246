"""The chip: two images and one byte that says which of them is the card.

A session writes the new image into the half that is not in use and then has the byte changed, which the chip does only
for an image that the card's own key vouches for. A byte is written or it is not, so whatever happens to the power, the card is
either as it was before or as it is afterwards. The same byte remembers whether the reader came back to say that it had heard
of the end: the session is *ratified* then.

>>> from afc.fares.state import new_cards
>>> chip = issue(new_cards(1), bytes(16))
>>> len(chip.memory) < 4096, len(chip.read(bytes(8))) - HALF_BYTES
(True, 8)
"""

from __future__ import annotations

from hmac import compare_digest
from struct import Struct
from typing import Final

import numpy as np

from terminals.card.image import BLOCK_BYTES, BLOCKS, first_image
from terminals.card.proof import COMMIT, DONE, READ, prove

IDENTITY: Final = Struct("<QB")
HALF_BYTES: Final = BLOCKS * BLOCK_BYTES
FLAG_AT: Final = IDENTITY.size
HALVES_AT: Final = BLOCK_BYTES
SECOND, RATIFIED = 1, 2
"""Bits of the flag: the second half is the card; the end of the last session was ratified."""
REFUSED, WRITTEN = b"", b"\1"


class Chip:
    """The memory of one card, and the commands that it obeys. `memory` survives everything; nothing else does."""

    def __init__(self, memory: bytearray, key: bytes) -> None:
        self.memory, self._key = memory, key

    def select(self) -> bytes:
        """Who the card is: number, generation of its key, and whether its last session was ratified."""
        return bytes(self.memory[: IDENTITY.size]) + bytes([self.memory[FLAG_AT] & RATIFIED != 0])

    def read(self, challenge: bytes) -> bytes:
        """The image in use, and the proof that it is this card's and was read now."""
        image = self._half(self._current)
        return image + prove(self._key, READ, challenge, image)

    def write(self, block: int, data: bytes) -> bytes:
        """Put one block, or the part of it for which there was power, into the half that is not in use."""
        if not 0 <= block < BLOCKS or len(data) > BLOCK_BYTES:
            return REFUSED
        at = self._at(1 - self._current) + block * BLOCK_BYTES
        self.memory[at : at + len(data)] = data
        return WRITTEN

    def commit(self, proof: bytes) -> bytes:
        """Let the other half be the card from now on, if a SAM vouches for this step from the one to the other."""
        before, after = self._half(self._current), self._half(1 - self._current)
        if not compare_digest(proof, prove(self._key, COMMIT, before, after)):
            return REFUSED
        self.memory[FLAG_AT] = (1 - self._current) * SECOND
        return prove(self._key, DONE, after)

    def ratify(self) -> bytes:
        """The reader has heard that the session is over."""
        self.memory[FLAG_AT] |= RATIFIED
        return WRITTEN

    @property
    def _current(self) -> int:
        return self.memory[FLAG_AT] & SECOND

    def _at(self, half: int) -> int:
        return HALVES_AT + half * HALF_BYTES

    def _half(self, half: int) -> bytes:
        return bytes(self.memory[self._at(half) : self._at(half) + HALF_BYTES])


def issue(card: np.ndarray, key: bytes, key_version: int = 1) -> Chip:
    """A new chip for a card (CARD[1]) with its own key, which the scheme has diversified by the card's number."""
    memory = bytearray(HALVES_AT + 2 * HALF_BYTES)
    memory[: IDENTITY.size] = IDENTITY.pack(int(card["card"][0]), key_version)
    memory[FLAG_AT] = RATIFIED
    memory[HALVES_AT : HALVES_AT + HALF_BYTES] = first_image(card)
    return Chip(memory, key)
