"""Processes that a run starts: they leave Ctrl-C to the one that started them, and end with it, however it ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext, ForkServerProcess

STOPS = frozenset({signal.SIGINT, signal.SIGTERM})
"""The signals by which a run is asked to stop; SIGTERM is what `kill` and a service manager send."""


NEEDED = ["sim.ready"]
"""What a run's processes work with. Their server imports it once, and not every one of them for a second and a half."""


class Child(ForkServerProcess):
    """A process that never hears of a stop, not even while it starts: what blocks a signal is handed down."""

    def start(self) -> None:
        self.surroundings = dict(os.environ)  # the server has those of its own start
        with unheard():
            super().start()

    def run(self) -> None:
        os.environ.clear()
        os.environ.update(self.surroundings)
        super().run()


class Children(ForkServerContext):
    """Forked by a server that has no books open, because a fork of this process would share them, which SQLite forbids."""

    Process = Child

    def __init__(self) -> None:
        if sys.platform == "linux":  # elsewhere system libraries do not bear a fork once they are in use
            self.set_forkserver_preload(NEEDED)


@contextmanager
def unheard() -> Iterator[None]:
    """A signal to stop that comes meanwhile is heard when this is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent() -> None:
    """In a child: end at once when the process that started it is no more, whatever it waits for."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
