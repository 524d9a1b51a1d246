"""A process at the other end of a line that is killed is named, and whoever waits for it does not wait for ever."""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest

from sim.world.line import Line, listening


def killed_at_the_third(there: Connection) -> None:
    """Answers twice; then the machine takes it, as it does when memory is short."""
    with listening(there) as told:
        for (number,) in told:
            if number == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            there.send(number)


def alone_at_last(there: Connection) -> None:
    """Has nobody to tell its failure to."""
    with listening(there) as told:
        for _ in told:
            pass
        raise ValueError("nobody hears this")


def begun(work: object) -> tuple[Line, object]:
    """A process and the line to it."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=work, args=(there,), daemon=True)  # type: ignore[arg-type]
    process.start()
    there.close()
    return Line(here, "the clearing house"), process


def test_a_killed_process_is_named() -> None:
    line, _ = begun(killed_at_the_third)
    for number in (1, 2, 3):
        line.tell(number)
    assert [line.answer(), line.answer()] == [1, 2]
    with pytest.raises(RuntimeError, match="the clearing house is gone"):
        line.answer()
    line.close()


def test_a_failure_that_nobody_waits_for_ends_quietly() -> None:
    line, process = begun(alone_at_last)
    line.close()
    process.join(30)  # type: ignore[attr-defined]
    assert process.exitcode == 0  # type: ignore[attr-defined]
