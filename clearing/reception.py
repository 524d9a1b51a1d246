"""The reception: many senders wait, one intake takes what has gathered, and each gets its own answer.

While one durable commit is under way the next batches gather, so the commit is shared by all of them: the busier it is,
the cheaper each batch becomes, and nobody waits for longer than two commits.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from typing import NamedTuple

from afc.answers import AnswerKind, Reason
from afc.batch import digest_of
from afc.limits import api_party_waiting_max, api_waiting_max, intake_batches_max
from clearing.intake import Answer, Intake

FORGOTTEN_S = 60.0
"""So long a commit that failed tells how the house is. Then, as nobody tries any more, it is open again for somebody to try."""
_OF_THE_STORE = (
    Reason.DATABASE_BUSY, Reason.STORE_FULL, Reason.STORE_SILENT, Reason.STORE_READ_ONLY, Reason.STORE_UNREACHABLE,
)  # fmt: skip

OpenIntake = Callable[[], AbstractContextManager[Intake]]
_log = logging.getLogger(__name__)


class _Waiting(NamedTuple):
    """A sealed batch, whose it is, and where its answer goes."""

    sealed: bytes
    party: str
    answer: asyncio.Future[Answer]


class Reception:
    """One intake for many senders at once. Use it as an async context manager, inside one event loop."""

    def __init__(self, open_intake: OpenIntake, now_us: Callable[[], int], waiting_max: int = api_waiting_max) -> None:
        self._open_intake, self._now_us = open_intake, now_us
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(waiting_max)
        self._by_party: Counter[str] = Counter()
        self._thread = ThreadPoolExecutor(1, "intake")  # a store belongs to one thread, so the intake stays in this one
        self._stack = ExitStack()
        self._failed: tuple[Reason, float] | None = None

    async def __aenter__(self) -> Reception:
        loop = asyncio.get_running_loop()
        self._intake = await loop.run_in_executor(self._thread, self._stack.enter_context, self._open_intake())
        self._serving = asyncio.create_task(self._serve())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Who still waits is told to come again; what is being kept is finished first."""
        self._serving.cancel()
        await asyncio.gather(self._serving, return_exceptions=True)
        while not self._queue.empty():
            waiting = self._queue.get_nowait()
            self._give(waiting, retry(Reason.TOO_MANY_WAITING, waiting.sealed))
        await asyncio.get_running_loop().run_in_executor(self._thread, self._stack.close)
        self._thread.shutdown()

    @property
    def trouble(self) -> Reason | None:
        """Why no batch can be kept now, as far as the last commit and the queue tell; None while they can.

        A batch over which the intake fails by our own mistake says nothing about the others.
        """
        if self._queue.full():
            return Reason.TOO_MANY_WAITING
        if self._failed and time.monotonic() - self._failed[1] < FORGOTTEN_S:
            return self._failed[0]
        return None

    async def take(self, sealed: bytes, party: str = "") -> Answer:
        """What became of one sealed batch, when it can no longer be lost; or at once that there is no room to wait."""
        if self._queue.full() or self._by_party[party] >= api_party_waiting_max:
            return retry(Reason.TOO_MANY_WAITING, sealed)
        waiting = _Waiting(sealed, party, asyncio.get_running_loop().create_future())
        self._by_party[party] += 1
        self._queue.put_nowait(waiting)
        return await waiting.answer

    async def _serve(self) -> None:
        while True:
            gathered = [await self._queue.get()]
            while not self._queue.empty() and len(gathered) < intake_batches_max:
                gathered.append(self._queue.get_nowait())
            answers = [retry(Reason.TOO_MANY_WAITING, one.sealed) for one in gathered]
            try:
                answers = await asyncio.shield(self._ask([one.sealed for one in gathered]))
                failed = next((answer.reason for answer in answers if answer.reason in _OF_THE_STORE), None)
                self._failed = (failed, time.monotonic()) if failed else None
            finally:  # where the house shuts in the middle of a commit, who comes again learns that it was kept
                for waiting, answer in zip(gathered, answers, strict=True):
                    self._give(waiting, answer)

    async def _ask(self, sealed: list[bytes]) -> list[Answer]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._decide, sealed)

    def _decide(self, sealed: list[bytes]) -> list[Answer]:
        """The intake's answers; if it fails over the whole, batch by batch, so that only the poisonous one goes without."""
        try:
            return self._intake.take(sealed, self._now_us())
        except Exception:
            _log.exception("the intake failed over %d batches", len(sealed))
            if len(sealed) == 1:
                return [retry(Reason.FAULT_OF_OURS, sealed[0])]
            return [answer for one in sealed for answer in self._decide([one])]

    def _give(self, waiting: _Waiting, answer: Answer) -> None:
        self._by_party[waiting.party] -= 1
        if not waiting.answer.done():  # the sender may have hung up; its batch is kept all the same
            waiting.answer.set_result(answer)


def retry(reason: Reason, sealed: bytes) -> Answer:
    """The answer that decides nothing."""
    return Answer(AnswerKind.RETRY, reason, digest_of(sealed), None)
