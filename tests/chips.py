"""Gates of Hanbit and real chips in riders' hands, which may leave the field at any moment."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from riding import Street, cards_of

from afc.city import City
from afc.fares.codes import ENTRY
from afc.keys import KeyRing
from afc.moment import SECOND_US
from terminals.card.chip import Chip, issue
from terminals.card.field import MOMENTS, Field
from terminals.card.image import BLOCKS, opened
from terminals.card.proof import PROOF_BYTES
from terminals.card.session import Answer, Lane
from terminals.journal import Journal
from terminals.sam import Sam

COMMANDS = 2 + BLOCKS + 2
"""Select, read, the blocks, commit, ratify."""
COMMIT_AT, RATIFY_AT = MOMENTS * (2 + BLOCKS), MOMENTS * (3 + BLOCKS)
EVERY_MOMENT = range(MOMENTS * COMMANDS)
FARE = 1_550


class Town:
    """Gates of Hanbit, a card in a rider's hand, and a clock."""

    def __init__(self, city: City, ring: KeyRing, **lane: Any) -> None:
        self.street, self.ring = Street(city, cards_of(7)), ring
        self.chip: Chip = issue(self.street.cards, ring.card_keys(np.array([7], np.uint64)))
        self.now_us, self.extra, self.flash = self.street.at_us("08:00"), lane, {"NG": BytesIO()}
        self.lanes: dict[str, Lane] = {}

    def lane(self, stop: str) -> Lane:
        if stop not in self.lanes:
            reader, flash = self.street.gate(stop), self.flash.setdefault(stop, BytesIO())
            self.lanes[stop] = Lane(
                reader, Sam(self.ring, int(reader["device"][0])), Journal(flash, 1_000), self.street.rates,
                self.street.network.tables, **self.extra,
            )  # fmt: skip
        return self.lanes[stop]

    def hold(
        self, torn_at: int | None = None, stop: str = "NG", kind: int = ENTRY, part: int = 128, **how: int
    ) -> Answer:
        """One presentation, a second after the last."""
        self.now_us += SECOND_US
        return self.lane(stop).hold(Field(self.chip, torn_at, part), kind, self.now_us, **how)

    def state(self) -> np.void:
        state: np.void = opened(self.image())["state"][0]
        return state

    def image(self) -> bytes:
        return self.chip.read(bytes(8))[:-PROOF_BYTES]

    def paid(self) -> int:
        return 20_000 - int(self.state()["balance"])

    def written(self, stop: str = "NG") -> np.ndarray:
        return self.lane(stop).keeper.journal.unsent()
