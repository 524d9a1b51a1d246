"""Stopping: Ctrl-C, or SIGTERM, ends a command within seconds, with one sentence and no process left behind.

What a run has done is durable at every moment, so nothing is waited for: the processes that it started are killed, and this one
unwinds. If that takes too long, it ends as it stands.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from sim.children import STOPS
from sim.output import INTERRUPTED

PATIENCE_S, AFTERWARDS_S = 5.0, 1.0
"""For unwinding, and for the interpreter to end after it; whoever asks a second time waits no longer."""


class Stopped(KeyboardInterrupt):
    """The command was asked to stop; its words say what is kept."""


class _Bell:
    """Rung by a signal."""

    def __init__(self, words: Callable[[], str]) -> None:
        self._words, self.rung, self._unwound = words, False, False

    def ring(self, _number: int, _frame: FrameType | None) -> None:
        if self.rung:
            self._leave()
        self.rung = True
        threading.excepthook = _say_nothing
        _after(PATIENCE_S, self._leave)
        for child in multiprocessing.active_children():
            child.kill()
        raise KeyboardInterrupt

    def stopped(self) -> Stopped:
        """What is raised when all is unwound. A pool whose processes were killed may still keep the interpreter from ending."""
        self._unwound = True
        _after(AFTERWARDS_S, self._leave)
        return Stopped(self._words())

    def _leave(self) -> None:
        """End now, as a power cut would, but with a word, unless the command has said it."""
        if not self._unwound:
            with suppress(OSError, ValueError):
                print(self._words(), file=sys.stderr, flush=True)
        os._exit(INTERRUPTED)


def _after(seconds: float, work: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()


def _say_nothing(_failed: threading.ExceptHookArgs) -> None:
    """Threads that spoke to processes which were killed have nothing to tell."""


@contextmanager
def stoppable(words: Callable[[], str]) -> Iterator[None]:
    """Work that a signal stops; `words` says then what is kept. In another thread than the first, signals stay as they are.

    Whatever goes wrong once the signal has come (a process that was killed does not answer) is the stop, and no error.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    bell = _Bell(words)
    before = {number: signal.signal(number, bell.ring) for number in STOPS}
    try:
        yield
    except BaseException:
        if bell.rung:
            raise bell.stopped() from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
