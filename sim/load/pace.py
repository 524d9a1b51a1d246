"""The pace: every batch leaves when it is due, whether or not the ones before it were answered.

A time until a receipt is counted from the moment at which the batch was due, so a house that stops for a while is charged
with everybody whom it let wait, and not only with those whom it was talking to (no coordinated omission). What the
generator itself is late is measured apart.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import numpy as np

from sim.load.link import Broken, Cut, Link, Told
from sim.load.plan import Plan

AGAIN_S = 0.2
"""Until a sending whose connection broke is made again."""

Open = Callable[[], Awaitable[Link]]


class Pace:
    """One run of a plan over some connections; afterwards its columns say what became of each sending.

    behind_s   when it was handed to a connection that was free, or to the queue, after it was due
    took_s     from its due moment to its answer; NaN while there is none
    told       the answer
    tries      how often it was sent
    """

    def __init__(self, plan: Plan, batches: Sequence[bytes], devices: Sequence[int]) -> None:
        n = len(plan.due_s)
        self.plan, self.batches, self.devices = plan, batches, devices
        self.behind_s, self.took_s = np.full(n, np.nan), np.full(n, np.nan)
        self.told: list[Told | None] = [None] * n
        self.tries = np.zeros(n, np.int64)
        self.offered = self.answered = self.retried = self.broken = self.most_waiting = 0
        self.ended_s = 0.0
        self.recent: deque[float] = deque(maxlen=1_000)
        self._stop = asyncio.Event()
        self._queue: asyncio.Queue[int] = asyncio.Queue()

    @property
    def now_s(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._began

    def stop(self) -> None:
        """Offer no more; what is on its way may still be answered."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Was it stopped before its end?"""
        return self._stop.is_set()

    async def run(self, open_link: Open, connections: int, drain_s: float) -> None:
        """Offer everything at its time, then wait for answers, but no longer than `drain_s`."""
        links = [await open_link() for _ in range(connections)]
        self._began = time.perf_counter()
        workers = [asyncio.create_task(self._work(link)) for link in links]
        try:
            await self._offer()
            await self._drain(drain_s)
        finally:
            for worker in workers:
                worker.cancel()
            done = await asyncio.gather(*workers, return_exceptions=True)
            await asyncio.gather(*(link.close() for link in links), return_exceptions=True)
        for fault in done:
            if isinstance(fault, Exception):
                raise fault

    async def _offer(self) -> None:
        due = self.plan.due_s.tolist()
        for i, at_s in enumerate(due):
            late_s = self.now_s - at_s
            if late_s < 0:
                await self._until(-late_s)
                late_s = self.now_s - at_s
            elif i % 64 == 63:
                await asyncio.sleep(0)  # all who are due at once leave room for answers that have come
            if self.stopped:
                return
            self.behind_s[i] = max(late_s, 0.0)
            self.offered += 1
            self._queue.put_nowait(i)
            self.most_waiting = max(self.most_waiting, self._queue.qsize())

    async def _until(self, seconds: float) -> None:
        """Wait so long, or until somebody stops the run."""
        if seconds < 0.5:
            await asyncio.sleep(seconds)
            return
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return

    async def _drain(self, seconds: float) -> None:
        until = self.now_s + seconds
        while self.answered < self.offered and self.now_s < until:
            await asyncio.sleep(0.01)
        self.ended_s = self.now_s

    async def _work(self, link: Link) -> None:
        while True:
            i = await self._queue.get()
            batch = self.plan.batch[i]
            cut = Cut(self.plan.cut[i]) if self.tries[i] == 0 else Cut.NOT
            self.tries[i] += 1
            try:
                told = await link.send(self.batches[batch], self.devices[batch], cut)
            except Broken:
                self.broken += cut is Cut.NOT
                self._later(i, AGAIN_S)
                continue
            if told.kind == "RETRY":
                self._later(i, told.retry_s)
            else:
                self._note(i, told)

    def _later(self, i: int, seconds: float) -> None:
        self.retried += 1
        asyncio.get_running_loop().call_later(seconds, self._queue.put_nowait, i)

    def _note(self, i: int, told: Told) -> None:
        self.told[i] = told
        self.took_s[i] = self.now_s - self.plan.due_s[i]
        self.recent.append(self.took_s[i])
        self.answered += 1
