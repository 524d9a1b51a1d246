"""How time and memory grow with a city's day: the same weekday at several sizes, each run in a process of its own.

Seconds of processor, of all processes, say what a tap costs whatever else the machine does; seconds by the clock and the
most memory of any one process are told beside them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from afc.refusal import Refused
from sim.bench import row
from sim.benches import answer_of
from sim.family import watching
from sim.run_profile import profile
from sim.runs import open_run
from sim.warm import warm

PARTS = {
    "learn the city": ("learn the network",),
    "simulate": ("simulate",),
    "close and settle": ("close", "settle"),
    "audit and digests": ("audit", "write down what it came to"),
}
"""Parts of the line, by the words that what they say they are doing begins with."""


class Size(NamedTuple):
    """What a day of one size took: seconds by the clock by part, seconds of processor and the most memory of a process."""

    taps: int
    parts: Mapping[str, float]
    cpu_s: float
    peak_kb: int

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor a tap."""
        return 1e6 * self.cpu_s / self.taps


def measure(
    city: str, scales: Sequence[float], workers: int, told: Callable[[str, float], None]
) -> list[dict[str, str]]:
    """Rows of what, figure, unit, from the smallest day to the largest."""
    told("compile the rules", 0.0)
    warm()
    sizes = []
    for number, scale in enumerate(sorted(set(scales))):
        told(f"a day at scale {scale}", number / len(scales))
        sizes.append(at_size(city, scale, workers))
    rows = [line for size in sizes for line in told_of(size)]
    return rows + growth(sizes[0], sizes[-1])


def at_size(city: str, scale: float, workers: int) -> Size:
    """One day, run as a user runs it; its folder goes away again."""
    with tempfile.TemporaryDirectory(prefix="afc-growth-") as folder:
        words = ["scenario", "run", "--city", city, "--scale", str(scale), "--workers", str(workers)]
        command = [sys.executable, "-c", "from sim.cli import main; main()", *words, "--out", folder, "-q", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as run, watching(run.pid) as family:
            answer = answer_of(run.communicate()[0], "scenario run", run.returncode)
        spent = profile(open_run(Path(answer["folder"]) / "manifest.json")).spent
    if not answer["taps"]["accepted"]:
        raise Refused("DAY_EMPTY", f"nobody tapped at scale {scale}", where="--scale", cure="Choose a larger one.")
    parts = {name: sum(one.seconds for one in spent if one.what.startswith(begins)) for name, begins in PARTS.items()}
    return Size(answer["taps"]["accepted"], parts, family.cpu_s, family.peak_kb)


def told_of(size: Size) -> list[dict[str, str]]:
    """What a day of one size took."""
    day = f"{size.taps:,} taps"
    return [
        *(row(f"{day}: {name}", f"{seconds:.2f}", "s") for name, seconds in size.parts.items()),
        row(f"{day}: all processes, processor", f"{size.cpu_s:.1f}", "s"),
        row(f"{day}: a tap, processor", f"{size.cpu_us:.1f}", "us"),
        row(f"{day}: peak memory of a process", f"{size.peak_kb / 1024:,.0f}", "MB"),
    ]


def growth(small: Size, large: Size) -> list[dict[str, str]]:
    """A tap of the largest day against a tap of the smallest; the cost of a start is in both."""
    rows = [row("the largest day against the smallest", f"{large.taps / small.taps:.1f}", "times the taps")]
    if large.peak_kb:
        rows.append(row("processor a tap, against the smallest", f"{large.cpu_us / small.cpu_us:.2f}", "times"))
        rows.append(row("memory of a process, against the smallest", f"{large.peak_kb / small.peak_kb:.2f}", "times"))
    for name, seconds in large.parts.items():
        if small.parts[name] > 0:
            a_tap = seconds / large.taps / (small.parts[name] / small.taps)
            rows.append(row(f"{name} a tap, against the smallest", f"{a_tap:.2f}", "times"))
    return rows
