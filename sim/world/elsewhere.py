"""The office in a process of its own, so that the street does not wait for signatures and disks.

Messages go one way, in order, and only a question waits for its answer; so every byte is the same as with the office next
door.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from afc.refusal import Refused
from afc.tap import TAP
from sim.children import Children, end_with_parent
from sim.world.office import Office

Open = Callable[[], AbstractContextManager[Office]]
"""Opens an office; it is called in the other process, so it must be picklable."""


class OfficeElsewhere:
    """Speaks to an office in another process; `close` when the run is over."""

    def __init__(self, open_office: Open) -> None:
        context = Children()
        self._here, there = context.Pipe()
        self._process = context.Process(target=serve, args=(there, open_office), daemon=True)
        self._process.start()
        there.close()

    def take_in(self, taps: NDArray[np.void]) -> None:
        """Give each reader the taps that it wrote."""
        self._tell("take_in", taps.tobytes())

    def report(self, devices: Iterable[int], now_us: int) -> None:
        """Let these readers send what they have."""
        self._tell("report", (list(devices), now_us))

    def deliver(self, devices: Iterable[int], message: bytes) -> None:
        """Give these readers a denylist."""
        self._tell("deliver", (list(devices), message))

    def news(self) -> tuple[list[int], int]:
        """Readers with taps that are not receipted, and batches so far; everything told before has been done by then."""
        self._tell("news", None)
        answer: Any = self._here.recv()
        if isinstance(answer, str | Refused):
            fail(answer)
        return answer

    def close(self) -> None:
        """Let the process end."""
        self._here.close()
        self._process.join()

    def _tell(self, what: str, content: object) -> None:
        try:
            self._here.send((what, content))
        except (BrokenPipeError, ConnectionResetError):
            fail(self._here.recv())


def fail(answer: str | Refused) -> NoReturn:
    """The office refused what was handed over, or failed."""
    raise answer if isinstance(answer, Refused) else RuntimeError(f"the office failed:\n{answer}")


def serve(there: Connection, open_office: Open) -> None:
    """The other process: do what is told until nobody is there; a failure is told and ends it."""
    end_with_parent()
    try:
        with open_office() as office:
            while True:
                what, content = there.recv()
                if what == "take_in":
                    office.take_in(np.frombuffer(content, TAP))
                elif what == "report":
                    office.report(*content)
                elif what == "deliver":
                    office.deliver(*content)
                else:
                    there.send(office.news())
    except EOFError:
        return
    except Refused as refused:
        there.send(refused)
    except Exception:
        there.send(traceback.format_exc())
