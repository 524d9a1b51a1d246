"""A line to another process: what is told waits here, and not with whoever tells it, while the other is busy.

Messages arrive in order. The other process answers only what it is asked to answer, also in order; where it fails it answers
with what went wrong, and ends.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple

from afc.refusal import Refused

UNTOLD_MAX = 16
"""Messages that wait to be told; each has the taps of at most one buffer, or the batches of one report."""


class Failure(NamedTuple):
    """The last answer of a process that failed: where it was, and what it refused, if it refused."""

    trace: str
    refused: Refused | None = None


class Line:
    """This process's end; `who` is at the other."""

    def __init__(self, end: Connection, who: str) -> None:
        self._end, self._who, self._failed = end, who, False
        self._untold: Queue[tuple[Any, ...] | None] = Queue(UNTOLD_MAX)
        self._teller = Thread(target=self._tell_on, daemon=True)
        self._teller.start()

    def tell(self, *told: Any) -> None:
        """Tell it as soon as the other listens; `RuntimeError` if it has failed."""
        while self._failed:  # after the answers from before comes the failure
            self.answer()
        self._untold.put(told)

    def answer(self) -> Any:
        """The next answer, when it is there; `RuntimeError` or its refusal if the other process has failed instead."""
        try:
            answer = self._end.recv()
        except (EOFError, OSError):
            raise RuntimeError(f"{self._who} is gone without a word; was its process killed?") from None
        if isinstance(answer, Failure) and answer.refused:
            raise answer.refused
        if isinstance(answer, Failure):
            raise RuntimeError(f"{self._who} failed:\n{answer.trace}")
        return answer

    def close(self) -> None:
        """Tell what is still to be told; then nobody is here any more."""
        self._untold.put(None)
        self._teller.join()
        self._end.close()

    def _tell_on(self) -> None:
        while (told := self._untold.get()) is not None:
            if not self._failed:
                try:
                    self._end.send(told)
                except (BrokenPipeError, ConnectionResetError):
                    self._failed = True


@contextmanager
def listening(there: Connection) -> Iterator[Iterator[Any]]:
    """At the other end: what is told, until nobody is there; a failure is told, if somebody still is."""
    try:
        yield messages(there)
    except Exception as failure:
        with suppress(OSError):
            there.send(Failure(traceback.format_exc(), failure if isinstance(failure, Refused) else None))


def messages(there: Connection) -> Iterator[Any]:
    """What is told, until nobody is there."""
    while True:
        try:
            told = there.recv()
        except (EOFError, ConnectionResetError):
            return
        yield told
