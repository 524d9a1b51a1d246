"""All benches one after another, and two such measurements beside each other."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from afc.refusal import Refused

BATCHES_OF_A_DAY = 40_960
"""Sealed batches at a scale of 1; the other benches know by themselves what a share of a city's day is."""
TAPS_OF_A_DAY = 5_000_000
GROWN = 4
"""Growth is told against a day of one part of so many."""
LIBRARIES = ("numpy", "numba", "cryptography", "sqlalchemy", "pyarrow", "simpy")

Row = dict[str, str]


class Pair(NamedTuple):
    """One figure of two measurements, "" where one of them has none; `times` is the second against the first."""

    bench: str
    what: str
    first: str
    second: str
    unit: str
    times: float | None


def commands(city: str, scale: float, workers: int) -> list[tuple[str, ...]]:
    """The benches of one size, as they stand behind `afc bench`."""
    size = "--city", city, "--scale", str(scale), "--workers", str(workers)
    batches = str(max(64, round(BATCHES_OF_A_DAY * scale)))
    return [
        ("line", *size),
        ("fares",),
        ("rating", "--taps", str(max(10_000, round(TAPS_OF_A_DAY * scale)))),
        ("intake", "--batches", batches, "--workers", str(workers)),
        ("close", *size),
        ("sim",),
        ("load", "--city", city, "--scale", str(scale), "--trial", "2s"),
        ("growth", *size[:2], "--workers", str(workers), "--scale", str(scale / GROWN), "--scale", str(scale)),
    ]


def measure_all(chosen: Sequence[tuple[str, ...]], told: Callable[[str, float], None]) -> dict[str, Any]:
    """Each bench in a process of its own, so that the memory of one is not told of the next; and what it ran on."""
    measured: list[Row] = []
    for number, command in enumerate(chosen):
        told(f"bench {command[0]}", number / len(chosen))
        measured += [{"bench": command[0], **row} for row in alone(command)]
    return {"machine": machine(), "measured": measured}


def alone(command: Sequence[str]) -> list[Row]:
    """The rows of one bench."""
    program = [sys.executable, "-c", "from sim.cli import main; main()", "bench", *command, "--json"]
    done = subprocess.run(program, stdout=subprocess.PIPE, check=False)
    rows: list[Row] = answer_of(done.stdout, f"bench {command[0]}", done.returncode)
    return rows


def answer_of(told: bytes, command: str, code: int) -> Any:
    """What a command of ours answered with `--json`; what it refused is refused here too."""
    try:
        answer = json.loads(told)
    except ValueError:
        what = f"afc {command} ended with {code} and without an answer"
        raise Refused("BENCH_FAILED", what, cure="Run it alone to see why.") from None
    if answer["errors"]:
        first = answer["errors"][0]
        raise Refused(first["code"], first["message"], where=first["path"] or "", cure=first["hint"] or "")
    return answer["data"]


def machine() -> dict[str, Any]:
    """What figures depend on: processor, cores, system, Python, libraries; and when."""
    told = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").is_file() else []
    model = next(
        (line.split(":", 1)[1].strip() for line in told if line.startswith("model name")), platform.processor()
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def read_rows(path: Path) -> dict[tuple[str, str, str], str]:
    """Figures by bench, what and unit, from what any bench or all of them answered with `--json`."""
    try:
        answer = json.loads(path.read_bytes())
        data, kind = answer["data"], answer["schema"].split("/")[0].removeprefix("afc.bench.")
        rows = data["measured"] if kind == "all" else [{"bench": kind, **row} for row in data]
        return {(row["bench"], row["what"], row["unit"]): row["figure"] for row in rows}
    except OSError as error:
        raise Refused("FILE_UNREADABLE", f"cannot be read: {error.strerror}", where=str(path)) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        cure = "Write one with: afc bench all --out FILE"
        raise Refused("NOT_A_BENCH", "this is not what a bench answers", where=str(path), cure=cure) from None


def compare(first: Path, second: Path) -> list[Pair]:
    """Every figure of two measurements, in the order of the first; what only the second has comes last."""
    before, after = read_rows(first), read_rows(second)
    pairs = []
    for name in dict.fromkeys([*before, *after]):
        bench, what, unit = name
        one, other = before.get(name, ""), after.get(name, "")
        pairs.append(Pair(bench, what, one, other, unit, ratio(one, other)))
    return pairs


def ratio(first: str, second: str) -> float | None:
    """The second figure against the first; None where they are not both numbers, or the first is nothing.

    >>> ratio("1,000", "1,500")
    1.5
    """
    try:
        before, after = (float(figure.replace(",", "")) for figure in (first, second))
    except ValueError:
        return None
    return after / before if before else None
