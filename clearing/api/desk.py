"""A desk: one connection to the books and the one thread that may use it, asked from an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from clearing.store import Store

T = TypeVar("T")


class Desk:
    """A connection and the thread that it belongs to."""

    def __init__(self, open_store: Callable[[], Store], name: str) -> None:
        self._open_store, self._thread = open_store, ThreadPoolExecutor(1, name)

    async def __aenter__(self) -> Desk:
        self._store = await self._run(self._open_store)
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

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
