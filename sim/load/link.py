"""The link: one connection to a clearing house, over which one batch at a time is handed over and answered."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple, Protocol


class Cut(IntEnum):
    """What is done to a connection on purpose: nothing, hung up in the middle of the batch, or before its answer."""

    NOT = 0
    HALFWAY = 1
    UNHEARD = 2


class Told(NamedTuple):
    """An answer: its kind and reason by name, the receipt's bytes or none, and for RETRY when to come again."""

    kind: str
    reason: str = ""
    receipt: bytes = b""
    retry_s: float = 0.0


class Broken(Exception):
    """The connection is gone; what was on its way may have arrived or not."""


class Link(Protocol):
    """A way to hand batches over."""

    async def send(self, sealed: bytes, device: int, cut: Cut) -> Told:
        """Hand one over and wait for its answer; `Broken` where none can come any more."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...
