"""A study as people read it: a table, the queue over time, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from afc.moment import MINUTE_US, SECOND_US
from sim.gates.arrivals import Window
from sim.gates.asked import Limit
from sim.gates.figures import Figures
from sim.gates.study import Row
from sim.output import table

BARS = " ▁▂▃▄▅▆▇█"
HEAD = ["gates", "a minute", "most", "mean", "p50", "p95", "p99", "max", "queue", "longest", "busy", "train"]
CAPTION = (
    "a minute: riders through, and the most in one; mean to max: the wait; queue: its mean length, and the longest;\n"
    "busy: of the gates' time; train: until the last rider of one is through, from its doors. Waits and trains in seconds."
)


def told(rows: Sequence[Row], window: Window, limit: Limit | None) -> str:
    """Table, chart and answer."""
    lines = [table([HEAD, *[cells(row) for row in rows]], right=range(len(HEAD))), CAPTION, ""]
    lines += chart(rows, window)
    if limit:
        best = smallest(rows, limit)
        answer = f"{count(best)} enough" if best else f"not even {count(rows[-1].gates)} enough"
        lines += ["", f"{'✓' if best else '✗'} {limit.text}: {answer}"]
    return "\n".join(lines)


def count(gates: int) -> str:
    """One gate is, two gates are."""
    return "1 gate is" if gates == 1 else f"{gates} gates are"


def smallest(rows: Sequence[Row], limit: Limit) -> int | None:
    """The smallest number of gates at which the limit holds, and at every larger one that was tried."""
    best = None
    for row in reversed(rows):
        if not limit.holds(row.figures):
            break
        best = row.gates
    return best


def cells(row: Row) -> list[str]:
    """One number of gates."""
    f = row.figures
    waited = [seconds(f.wait_us[name]) for name in ("mean", "p50", "p95", "p99", "max")]
    gone = "–" if f.cleared_us is None else seconds(f.cleared_us)
    return [
        str(row.gates), f"{f.per_minute:.1f}", str(f.busiest_minute), *waited, f"{f.queue_mean:.1f}", str(f.queue_max),
        f"{100 * f.busy:.0f} %", gone,
    ]  # fmt: skip


def chart(rows: Sequence[Row], window: Window) -> list[str]:
    """The longest queue in each sixtieth of the window, a line for each number of gates and each in its own measure."""
    lines = [f"gates  the queue from {clock(window.from_us)} to {clock(window.to_us)}, and its longest"]
    for row in rows:
        highest = max(1, *row.queue)
        bars = "".join(BARS[-(-length * (len(BARS) - 1) // highest)] for length in row.queue)
        lines.append(f"{row.gates:5d}  {bars}  {max(row.queue)}")
    return lines


def seconds(us: int) -> str:
    """A time for people in seconds, rounded up to a tenth: never shown shorter than it was.

    >>> seconds(0), seconds(2_400_000), seconds(2_400_001)
    ('0.0', '2.4', '2.5')
    """
    tenths = -(-us * 10 // SECOND_US)
    return f"{tenths // 10}.{tenths % 10}"


def clock(us: int) -> str:
    """The timetable's clock; hours past 24 belong to the same service date."""
    minutes = us // MINUTE_US
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def agreement(rows: Sequence[Row]) -> str:
    """A sentence on the two modes."""
    if all(row.same for row in rows):
        return "column mode: every rider is through at the same microsecond"
    worst = max(rows, key=lambda row: abs(row.figures.wait_us["p95"] - row.columns.wait_us["p95"]))
    mine, other = worst.figures, worst.columns
    return (
        f"column mode, which knows one line only; most apart at {worst.gates} gates: {other.per_minute:.1f} a minute for "
        f"{mine.per_minute:.1f}, wait mean {seconds(other.wait_us['mean'])} for {seconds(mine.wait_us['mean'])} s, "
        f"p95 {seconds(other.wait_us['p95'])} for {seconds(mine.wait_us['p95'])} s"
    )


def as_data(row: Row) -> dict[str, Any]:
    """One number of gates, for programs."""
    return {"gates": row.gates, **told_figures(row.figures), "queue_longest": row.queue,
            "column_mode": {"same_microsecond": row.same, **told_figures(row.columns)}}  # fmt: skip


def told_figures(f: Figures) -> dict[str, Any]:
    """Figures with shares and means in four decimals."""
    return f._asdict() | {name: round(getattr(f, name), 4) for name in ("per_minute", "queue_mean", "busy")}
