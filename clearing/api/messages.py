"""Messages that readers fetch, kept at hand with their ETags: megabytes are read and hashed once, not for every reader."""

from __future__ import annotations

from typing import NamedTuple

from afc.keys import sha256
from clearing.store import Offer, Store

HELD_MAX = 6
"""A list, an action list and parameters, each for all and on trial: 8 MB at most each."""


class Message(NamedTuple):
    """Signed bytes, and the ETag that stands for them."""

    data: bytes
    tag: str

    @classmethod
    def of(cls, data: bytes) -> Message:
        """The message with its ETag, the digest of its bytes."""
        return cls(data, f'"{sha256(data).hex()}"')


class Messages:
    """What readers are offered, and the bytes that were asked for last. An offer never changes, so what is held stays right."""

    def __init__(self) -> None:
        self._registers, self._offers = -1, list[Offer]()
        self._held: dict[Offer, Message] = {}

    def newest(self, kind: str, device: int, store: Store) -> Message | None:
        """What this reader is to be given: the newest version that is for all, or for it among the first."""
        registers = store.meta().registers
        if registers != self._registers:
            self._registers, self._offers = registers, store.edition_offers()[::-1]
        mine = (one for one in self._offers if one.kind == kind and (one.step == "all" or device in one.canary))
        offer = next(mine, None)
        return offer and self._message(offer, store)

    def _message(self, offer: Offer, store: Store) -> Message:
        if offer not in self._held:
            if len(self._held) >= HELD_MAX:
                del self._held[next(iter(self._held))]
            self._held[offer] = Message.of(store.edition_message(offer.kind, offer.version, offer.step))
        return self._held[offer]
