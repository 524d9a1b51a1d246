"""What a process and all that descend from it take, looked at while they work: processor time, and the most memory of each.

A run's workers are children of a server of processes and not of the run, so asking the system once at the end leaves them out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

PROC = Path("/proc")
EVERY_S = 0.1
"""What a process takes after the last look at it is not seen."""


class Taken(NamedTuple):
    """By one process so far: seconds of processor, and the most memory at any moment."""

    cpu_s: float
    peak_kb: int


class Family:
    """The processes that were seen, by their numbers."""

    def __init__(self, root: int) -> None:
        self.root, self.seen = root, dict[int, Taken]()

    @property
    def cpu_s(self) -> float:
        """Seconds of processor of all of them."""
        return sum(taken.cpu_s for taken in self.seen.values())

    @property
    def peak_kb(self) -> int:
        """The most memory of any one of them."""
        return max((taken.peak_kb for taken in self.seen.values()), default=0)

    def look(self) -> None:
        """Note what each of them has taken by now."""
        parents = {int(path.name): parent_of(path) for path in PROC.glob("[0-9]*")}
        for process in parents:
            if self.root in ancestors(process, parents) and (taken := taken_by(PROC / str(process))):
                self.seen[process] = taken


@contextmanager
def watching(root: int) -> Iterator[Family]:
    """A process and its descendants, until this is left; nothing is seen on a system without /proc."""
    family, over = Family(root), Event()

    def look_on() -> None:
        while not over.wait(EVERY_S):
            family.look()

    watch = Thread(target=look_on, daemon=True)
    watch.start()
    try:
        yield family
    finally:
        over.set()
        watch.join()


def ancestors(process: int, parents: dict[int, int]) -> Iterator[int]:
    """A process, whoever started it, and so on."""
    while process > 0:
        yield process
        process = parents.get(process, 0)


def parent_of(path: Path) -> int:
    """Who started a process; 0 where it is gone."""
    told = stat_of(path)
    return int(told[1]) if told else 0


def taken_by(path: Path) -> Taken | None:
    """What a process has taken; None where it is gone."""
    told = stat_of(path)
    try:
        status = (path / "status").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    peaks = [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
    if not told or not peaks:
        return None
    return Taken((int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK"), peaks[0])


def stat_of(path: Path) -> list[str]:
    """The fields after a process's name, which may have spaces in it; nothing where the process is gone."""
    try:
        return (path / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []
