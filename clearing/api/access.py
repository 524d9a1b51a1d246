"""Access: which party speaks, what it may see and send, and how much at once.

Operators see and post only what is theirs, collectors what they bring for others. Keys are secrets of 256 bits, so the digest
of one needs no salt and no slow hash. Keys are looked up again after a second, which is how long an ended one may still open,
over a connection and a thread on which nothing else is asked: a long answer for one party lets no other wait at the door.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import NamedTuple, TypeVar

from afc.limits import api_device_batches_max, api_device_batches_per_s
from clearing.api.desk import Desk
from clearing.api.keys import digest_of_secret
from clearing.api.messages import Message, Messages
from clearing.api.problem import Problem
from clearing.api.whose import is_of, wrote
from clearing.custody import Register, register_of
from clearing.gaps import Gap, gaps
from clearing.store import ApiKey, Party, Store

T = TypeVar("T")
FRESH_S = 1.0
SEES_ALL = frozenset({"clearing_house", "registrar"})
"""Roles whose business is everybody's batches."""


class Caller(NamedTuple):
    """Who speaks: a party, and whether everything is its business."""

    party: Party
    sees_all: bool


class _Known(NamedTuple):
    """What is known of whom, and of which state of the registers that is."""

    registers: int
    keys: dict[bytes, ApiKey]
    parties: dict[int, Party]
    register: Register
    read_at: float


class Office:
    """What the house knows: who speaks, read at one desk, and what they ask, at another."""

    def __init__(self, open_store: Callable[[], Store], now_us: Callable[[], int]) -> None:
        self._now_us = now_us
        self._door, self._questions = Desk(open_store, "door"), Desk(open_store, "questions")
        self._messages = Messages()
        self._reading, self._counting = asyncio.Lock(), asyncio.Lock()
        self._gaps: tuple[tuple[int, int], list[Gap]] | None = None
        self._known: _Known | None = None
        self._spent: dict[tuple[int, int], tuple[float, float]] = {}

    async def __aenter__(self) -> Office:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._door)
            await stack.enter_async_context(self._questions)
            await self._fresh()
            self._open = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def ask(self, question: Callable[[Store], T]) -> T:
        """An answer from the books, as they stand at one moment."""
        return await self._questions.ask(question)

    async def caller(self, authorization: str) -> Caller:
        """The party whose key this is; `Problem` 401 for none, for an unknown one and for one that has ended."""
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() != "bearer" or not secret:
            cure = "Send the header Authorization: Bearer KEY."
            raise Problem(401, "KEY_MISSING", "the request names no key", cure)
        known = await self._fresh()
        key = known.keys.get(digest_of_secret(secret.strip()))
        if key is None or not key.from_us <= self._now_us() < key.to_us:
            raise Problem(401, "KEY_UNKNOWN", "no key in force has this secret", "Ask the clearing house for a key.")
        party = known.parties[key.party]
        return Caller(party, bool(SEES_ALL & set(party.roles)))

    async def register(self) -> Register:
        """The device register as of a moment ago."""
        return (await self._fresh()).register

    async def gaps(self) -> list[Gap]:
        """What has not come. The whole log is read for it: once for all who ask, and not again while nothing came."""
        async with self._counting:
            told = await self._questions.ask(told_of)
            if self._gaps is None or self._gaps[0] != told:
                self._gaps = await self._questions.ask(lambda store: (told_of(store), gaps(store)))
            return self._gaps[1]

    async def message(self, kind: str, device: int) -> Message | None:
        """What this reader is to be given of a kind."""
        return await self._questions.ask(partial(self._messages.newest, kind, device))

    async def has(self, caller: Caller, device: int) -> bool:
        """Is the reader the caller's business now?"""
        return caller.sees_all or is_of(caller.party.number, (await self.register()).rows(device), self._now_us())

    async def refuse_foreign(self, caller: Caller, device: int, sealed: bytes = b"") -> None:
        """`Problem` 403 for a reader of another party, unless the batch is of a time in which it was the caller's. One that
        nobody knows is the intake's business."""
        rows = (await self.register()).rows(device)
        if rows and not await self.has(caller, device) and not wrote(caller.party.number, rows, sealed):
            what = f"reader {device} is not of {caller.party.id}"
            raise Problem(403, "DEVICE_FOREIGN", what, "Each party sends and sees what its own readers wrote.")

    def spend(self, caller: Caller, device: int) -> bool:
        """Has the reader a batch left in the quota that it has with this caller? If so it is spent.

        Nobody has looked at a signature yet, so whoever names a reader spends what is its own.
        """
        now, whose = time.monotonic(), (caller.party.number, device)
        left, at = self._spent.get(whose, (float(api_device_batches_max), now))
        left = min(api_device_batches_max, left + (now - at) * api_device_batches_per_s)
        self._spent[whose] = (left - 1 if left >= 1 else left, now)
        return left >= 1

    async def _fresh(self) -> _Known:
        async with self._reading:
            if self._known is None or time.monotonic() - self._known.read_at > FRESH_S:
                self._known = await self._door.ask(partial(_look_up, self._known))
            return self._known


def told_of(store: Store) -> tuple[int, int]:
    """What gaps depend on: how far the log goes, and the orders for new epochs, which change the registers."""
    return store.high()[0], store.meta().registers


def _look_up(known: _Known | None, store: Store) -> _Known:
    """Keys are read each time; registers, which may be large, only where they have changed."""
    keys, now = {key.digest: key for key in store.api_keys()}, time.monotonic()
    registers = store.meta().registers
    if known is not None and known.registers == registers:
        return known._replace(keys=keys, read_at=now)
    parties = {party.number: party for party in store.parties()}
    return _Known(registers, keys, parties, register_of(store), now)
