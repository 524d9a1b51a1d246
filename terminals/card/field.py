"""The field of a reader: a card in it has power, and may be pulled out of it at any moment of any command.

Each command has three moments: on its way to the card, while the card carries it out, and when the answer is on its way back.
"""

from __future__ import annotations

from collections.abc import Callable

from terminals.card.chip import Chip

Command = Callable[[], bytes]
MOMENTS = 3
ON_THE_WAY, AT_WORK, ANSWERED = range(MOMENTS)


class Torn(Exception):
    """The card is gone; nobody has heard the answer to the last command."""


class Field:
    """A card in a field. `torn_at` counts moments from 0, three a command; None: the card stays to the end.

    A command that is torn at work has done part of what it does: a block is written to `part` of 256 of its bytes. The flag
    is one byte and has no parts: a commit or a ratification that is torn at work has done nothing.
    """

    def __init__(self, chip: Chip, torn_at: int | None = None, part: int = 128) -> None:
        self._chip, self._torn_at, self._part, self._moment = chip, torn_at, part, 0

    def select(self) -> bytes:
        """As the chip's own."""
        return self._ask(self._chip.select)

    def read(self, challenge: bytes) -> bytes:
        """As the chip's own."""
        return self._ask(lambda: self._chip.read(challenge))

    def write(self, block: int, data: bytes) -> bytes:
        """As the chip's own; torn at work, a part of the block."""
        return self._ask(
            lambda: self._chip.write(block, data),
            lambda: self._chip.write(block, data[: len(data) * self._part // 256]),
        )

    def commit(self, proof: bytes) -> bytes:
        """As the chip's own."""
        return self._ask(lambda: self._chip.commit(proof))

    def ratify(self) -> bytes:
        """As the chip's own."""
        return self._ask(self._chip.ratify)

    def _ask(self, whole: Command, torn: Command | None = None) -> bytes:
        moment, self._moment = None if self._torn_at is None else self._torn_at - self._moment, self._moment + MOMENTS
        if moment is None or moment >= MOMENTS:
            return whole()
        if moment == ANSWERED:
            whole()
        elif moment == AT_WORK and torn is not None:
            torn()
        raise Torn
