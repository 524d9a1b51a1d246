"""Access: which party speaks, what it may see and send, and how much at once.

Operators see and post only what is theirs. Keys are secrets of 256 bits, so the digest of one needs no salt and no slow
hash. Registers and keys are looked up again after a second, which is how long an ended key may still open.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from afc.limits import api_device_batches_max, api_device_batches_per_s
from clearing.api.keys import digest_of_secret
from clearing.api.problem import Problem
from clearing.custody import Register, register_of
from clearing.store import ApiKey, Party, Store

T = TypeVar("T")
FRESH_S = 1.0
SEES_ALL = frozenset({"clearing_house", "registrar", "collector"})
"""Roles whose business is everybody's batches: a collector's gateways only forward."""


class Caller(NamedTuple):
    """Who speaks: a party, and whether everything is its business."""

    party: Party
    sees_all: bool


class _Known(NamedTuple):
    keys: dict[bytes, ApiKey]
    parties: dict[int, Party]
    register: Register
    read_at: float


class Office:
    """What the house knows, read over a connection and a thread of its own."""

    def __init__(self, open_store: Callable[[], Store], now_us: Callable[[], int]) -> None:
        self._open_store, self._now_us = open_store, now_us
        self._thread = ThreadPoolExecutor(1, "office")
        self._reading = asyncio.Lock()
        self._spent: dict[int, tuple[float, float]] = {}

    async def __aenter__(self) -> Office:
        self._store = await self._run(self._open_store)
        self._known = await self._run(self._look_up)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._run(self._store.close)
        self._thread.shutdown()

    async def ask(self, question: Callable[[Store], T]) -> T:
        """An answer from the books, as they stand at one moment."""

        def reading() -> T:
            with self._store.reading():
                return question(self._store)

        return await self._run(reading)

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

    async def refuse_foreign(self, caller: Caller, device: int) -> None:
        """`Problem` 403 for a reader that is, and was, another party's; one that nobody knows is the intake's business."""
        rows = (await self.register()).rows(device)
        if rows and not caller.sees_all and caller.party.number not in {row.operator for row in rows}:
            what = f"reader {device} is not of {caller.party.id}"
            raise Problem(403, "DEVICE_FOREIGN", what, "Each party sends and sees what its own readers wrote.")

    def spend(self, device: int) -> bool:
        """Has the reader a batch left in its quota? If so it is spent."""
        now = time.monotonic()
        left, at = self._spent.get(device, (float(api_device_batches_max), now))
        left = min(api_device_batches_max, left + (now - at) * api_device_batches_per_s)
        self._spent[device] = (left - 1 if left >= 1 else left, now)
        return left >= 1

    async def _fresh(self) -> _Known:
        async with self._reading:
            if time.monotonic() - self._known.read_at > FRESH_S:
                self._known = await self._run(self._look_up)
            return self._known

    def _look_up(self) -> _Known:
        with self._store.reading():
            keys = {key.digest: key for key in self._store.api_keys()}
            parties = {party.number: party for party in self._store.parties()}
            return _Known(keys, parties, register_of(self._store), time.monotonic())

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
