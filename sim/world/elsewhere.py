"""The office in a process of its own, so that the street does not wait for MACs, signatures and disks.

Messages go one way, in order, and only a question waits for its answer; so every byte is the same as with the office next
door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from afc.tap import TAP
from sim.children import Children, end_with_parent
from sim.world.line import Line, listening
from sim.world.office import Office
from sim.world.stamping import Stamping

Open = Callable[[], AbstractContextManager[Office | Stamping]]
"""Opens an office; it is called in the other process, so it must be picklable."""


class OfficeElsewhere:
    """Speaks to an office in another process; `close` when the run is over."""

    def __init__(self, open_office: Open) -> None:
        context = Children()
        here, there = context.Pipe()
        self._process = context.Process(target=serve, args=(there, open_office), daemon=True)
        self._process.start()
        there.close()
        self._line = Line(here, "the office")

    def take_in(self, taps: NDArray[np.void]) -> None:
        """Give each reader the taps that it wrote."""
        self._line.tell("take_in", taps.tobytes())

    def report(self, devices: Iterable[int], now_us: int) -> None:
        """Let these readers send what they have."""
        self._line.tell("report", list(devices), now_us)

    def deliver(self, devices: Iterable[int], message: bytes) -> None:
        """Give these readers a denylist."""
        self._line.tell("deliver", list(devices), message)

    def news(self) -> tuple[list[int], int]:
        """Readers with taps that are not receipted, and batches so far; everything told before has been done by then."""
        self._line.tell("news")
        late, batches = self._line.answer()
        return late, batches

    def close(self) -> None:
        """Let the process end."""
        self._line.close()
        self._process.join()


def serve(there: Connection, open_office: Open) -> None:
    """The other process: do what is told until nobody is there."""
    end_with_parent()
    with listening(there) as told, open_office() as office:
        for what, *content in told:
            if what == "take_in":
                office.take_in(np.frombuffer(content[0], TAP))
            elif what == "report":
                office.report(*content)
            elif what == "deliver":
                office.deliver(*content)
            else:
                there.send(office.news())
