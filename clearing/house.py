"""A clearing house at work, and what its books call the files that a close leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from afc.keys import KeyRing
from clearing.store import Store

DETAIL, CARRY, WAITING, REPRICED, TOTALS = "detail", "carry", "waiting", "repriced", "totals"
"""What the books note of a close: all content of a shard; what the next date starts from; taps that wait for their own date;
what was priced again of earlier dates; the totals behind the entries."""

WAITED, SUMMED = "waiting.npy", "totals.npy"

BOOKS = "clearing.db"
"""The name of the books in a clearing house's folder."""

ISSUED = "issued"
"""The folder of the cards as their issuers registered them, which the first close starts from."""


class House(NamedTuple):
    """A clearing house at work: its books, the city it serves, the keys that it holds, the folder of its detail."""

    store: Store
    city: Any
    ring: KeyRing
    folder: Path

    def detail(self, day: str) -> Path:
        """The folder of a clearing date's detail."""
        return self.folder / "detail" / day
