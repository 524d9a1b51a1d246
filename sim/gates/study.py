"""The study: the same riders, with the same service times, at each number of gates, in the microscopic mode and as columns."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

from sim.demand.chance import child
from sim.gates.arrivals import Arrivals, Window
from sim.gates.columns import worked_out
from sim.gates.figures import Figures, figures, queue_lengths
from sim.gates.service import service_times
from sim.progress import Progress
from sim.world.microscopic import Failure, Line, played_out

CHART_BINS = 60


class Question(NamedTuple):
    """What is asked of the gates: how many to try, the line, the mean time of a passage and how much it varies, and from when
    the last gate is out of order (None: never)."""

    gates: range
    line: Line
    service_us: int
    variation: float
    failing_us: int | None
    window: Window
    seed: int


class Row(NamedTuple):
    """One number of gates: its figures, the same riders as columns, and the longest queue in each part of the window. `same` if
    every rider is through at the same microsecond in both."""

    gates: int
    figures: Figures
    columns: Figures
    same: bool
    queue: list[int]


def study(arrivals: Arrivals, question: Question, progress: Progress) -> list[Row]:
    """A row for each number of gates."""
    rng = child(question.seed, "gates", "service")
    service_us = service_times(question.service_us, question.variation, len(arrivals.at_us), rng)
    rows = []
    for done, gates in enumerate(question.gates):
        progress("play the gates", done / len(question.gates))
        rows.append(row(arrivals, service_us, gates, question))
    return rows


def row(arrivals: Arrivals, service_us: NDArray[Any], gates: int, question: Question) -> Row:
    """Both modes at one number of gates."""
    failures = () if question.failing_us is None else (Failure(gates - 1, question.failing_us),)
    passed = played_out(arrivals.at_us, service_us, gates, line=question.line, failures=failures)
    columns = worked_out(arrivals.at_us, service_us, gates, failures)
    played, reckoned = (figures(one, arrivals, question.window, gates, failures) for one in (passed, columns))
    same = bool((passed.end_us == columns.end_us).all())
    return Row(gates, played, reckoned, same, queue_lengths(passed, question.window, CHART_BINS).tolist())
