"""Stations: what each step of a close costs in processor time, told by a clock around the functions of the product itself.

The product knows nothing of it: for the length of a measurement its functions are called through a clock. What a step spends
inside another step counts for the inner one only.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial, wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

OF_THE_HOUSE = {
    "gather the sealed bytes": "clearing.close.gather",
    "deal taps to shards": "clearing.gathering.deal",
    "vehicle trips and checks": "clearing.operated.tell",
    "entries": "clearing.close.entries_of",
    "postings in the books": "clearing.close.keep",
    "extracts of operators": "clearing.settle.extract_digests",
    "statements": "clearing.settle.statements_of",
    "bank file": "clearing.settle.instruct_due",
    "manifest": "clearing.manifest.draw_up",
}
"""The steps of the process that keeps the books; waiting for workers costs it nothing."""
OF_A_SHARD = {
    "read arrays of the date before": "clearing.detail.read_array",
    "places that there are": "clearing.shard.placed",
    "card MACs": "clearing.admit.KeyRing.macs_ok",
    "admit": "clearing.shard.admit",
    "holes": "clearing.shard.missing_after",
    "legs": "clearing.begun.pair",
    "rating": "clearing.begun.rate",
    "journeys that are over": "clearing.fold.settle",
    "split": "clearing.fold.split",
    "totals": "clearing.shard.add_up",
    "detail in Parquet": "clearing.shard.write",
}
"""The steps of the processes that work shards out."""
BETWEEN = "between the steps"

Spent = defaultdict[str, float]


class Clock:
    """Processor seconds of each step in this process."""

    def __init__(self) -> None:
        self.spent, self._stack = Spent(float), list[float]()

    def around(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, timed under a name."""

        @wraps(work)
        def timed(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            self._stack.append(0.0)
            try:
                return work(*given, **named)
            finally:
                took = time.process_time() - began
                self.spent[name] += took - self._stack.pop()
                if self._stack:
                    self._stack[-1] += took

        return timed

    @contextmanager
    def watching(self, steps: dict[str, str]) -> Iterator[Spent]:
        """Time these functions of the product."""
        with ExitStack() as stack:
            for name, where in steps.items():
                owner, _, function = where.rpartition(".")
                place, work = resolve_name(owner), resolve_name(where)
                setattr(place, function, self.around(name, work))
                stack.callback(setattr, place, function, work)
            yield self.spent


class Workers:
    """A map over processes that keeps what each step cost there, and the most memory that each process took."""

    def __init__(self, run: Callable[..., Iterable[Any]]) -> None:
        self.spent, self.peaks, self._run = Spent(float), dict[int, int](), run

    def __call__(self, work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        """Answers in the order of the tasks."""
        for answer, spent, process, peak in self._run(partial(watched, work), tasks):
            for name, seconds in spent.items():
                self.spent[name] += seconds
            self.peaks[process] = max(peak, self.peaks.get(process, 0))
            yield answer


def watched(work: Callable[[Any], Any], task: Any) -> tuple[Any, dict[str, float], int, int]:
    """An answer, what each step of it cost, and by which process with how much memory."""
    clock = Clock()
    with clock.watching(OF_A_SHARD):
        answer = clock.around(BETWEEN if work.__class__ is not partial else "extracts, shard by shard", work)(task)
    return answer, dict(clock.spent), os.getpid(), peak_kb()


def peak_kb() -> int:
    """The most memory that this process has taken; what getrusage says has in it the program that started this one."""
    told = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line.split()[1] for line in told if line.startswith("VmHWM")))
