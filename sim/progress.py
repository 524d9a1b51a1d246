"""Progress for people, on stderr; nothing where nobody watches."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

Run = Callable[..., Any]


class Progress(Protocol):
    """Told what is being done and how much of it is done, 0 to 1; and, where it counts them, of how many taps until now."""

    def __call__(self, what: str, part: float, taps: int = 0, /) -> None: ...


def nobody(_what: str, _part: float, _taps: int = 0, /) -> None:
    """Progress for nobody."""


def counted(run: Run, what: str, progress: Progress) -> Run:
    """A map that tells how many of its tasks are done. Work that is mapped several times tells each time anew."""

    def mapped(work: Callable[..., Any], tasks: Iterable[Any]) -> Iterator[Any]:
        number, results = operator.length_hint(tasks), run(work, tasks)  # a pool begins now, not when it is first asked
        return told(results, number)

    def told(results: Iterable[Any], number: int) -> Iterator[Any]:
        for done, result in enumerate(results, 1):
            progress(what, min(done / max(number, done), 1.0))
            yield result

    return mapped


@contextmanager
def showing(quiet: bool) -> Iterator[Progress]:
    """A line for each thing done: how much of it, taps a second where it counts them, time left; gone when the work is over."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield nobody
        return
    from rich.progress import Progress

    with Progress(*columns(), console=console, transient=True) as bars:
        yield Lines(bars)


def columns() -> list[Any]:
    """What stands in a line."""
    from rich.progress import (
        BarColumn,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    what, rate, left = (TextColumn(text) for text in ("{task.description}", "{task.fields[rate]}", "left"))
    return [
        SpinnerColumn(),
        what,
        BarColumn(),
        TaskProgressColumn(),
        rate,
        TimeElapsedColumn(),
        left,
        TimeRemainingColumn(),
    ]


class Lines:
    """The lines that a terminal shows."""

    def __init__(self, bars: Bars) -> None:
        self._bars, self._tasks, self._began_s = bars, dict[str, Any](), 0.0

    def __call__(self, what: str, part: float, taps: int = 0, /) -> None:
        if what not in self._tasks:
            for task in self._tasks.values():
                self._bars.update(task, completed=1.0)
            self._tasks[what], self._began_s = self._bars.add_task(what, total=1.0, rate=""), time.monotonic()
        rate = rate_of(taps, time.monotonic() - self._began_s) if taps else ""
        self._bars.update(self._tasks[what], completed=part, rate=rate)


def rate_of(taps: int, seconds: float) -> str:
    """Taps a second for a person.

    >>> rate_of(1_234_567, 10.0), rate_of(7, 0.0)
    ('123,457 taps/s', '')
    """
    return f"{taps / seconds:,.0f} taps/s" if seconds > 0 else ""
