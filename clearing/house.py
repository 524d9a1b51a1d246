"""A clearing house at work, and what its books call the files that a close leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from afc.keys import KeyRing
from clearing.dealing import SHARDS_MIN
from clearing.store import Store

DETAIL, CARRY, WAITING, REPRICED, TOTALS = "detail", "carry", "waiting", "repriced", "totals"
"""What the books note of a close: all content of a shard; what the next date starts from; taps that wait for their own date;
what was priced again of earlier dates; the totals behind the entries."""

WAITED, SUMMED = "waiting.npy", "totals.npy"

BOOKS = "clearing.db"
"""The name of the books in a clearing house's folder."""

PACKS = "packs"
"""The folder of the editions of the pack, each under its digest."""

ISSUED = "issued"
"""The folder of the cards as their issuers registered them, which the first close starts from."""


class Earlier(NamedTuple):
    """An edition of the pack that counted for dates before `until`: its digest, and how to read it."""

    until: date
    digest: str
    read: Callable[[], Any]


class House(NamedTuple):
    """A clearing house at work: its books, the city it serves, the keys that it holds, the folder of its detail.

    `city` is the newest edition of the pack, and answers every question but what an earlier date is closed under: `on`.
    """

    store: Store
    city: Any
    ring: KeyRing
    folder: Path
    earlier: tuple[Earlier, ...] = ()

    @property
    def shards(self) -> int:
        """Over how many shards the cards are dealt: what was decided when they were registered."""
        return max((file.shards for file in self.store.card_files()), default=SHARDS_MIN)

    def on(self, day: date) -> Any:
        """The city as the edition has it that counts on a date."""
        return next((one.read() for one in self.earlier if day < one.until), self.city)

    def under(self, adoptions: int) -> House:
        """The house as it was after so many adoptions of a pack."""
        if adoptions >= len(self.earlier):
            return self
        return self._replace(city=self.earlier[adoptions].read(), earlier=self.earlier[:adoptions])

    def digest_on(self, day: date) -> str:
        """The digest of that edition."""
        return next((one.digest for one in self.earlier if day < one.until), str(self.city.digest))

    def detail(self, day: str) -> Path:
        """The folder of a clearing date's detail."""
        return self.folder / "detail" / day
