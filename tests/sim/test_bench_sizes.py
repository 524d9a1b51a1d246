"""Benches at many sizes and rates, and the family of processes that they look at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import say

from sim import bench_load
from sim.bench_growth import Size, at_size, growth
from sim.benches import commands
from sim.family import watching

CITY = str(Path(__file__).resolve().parents[1] / "data" / "hanbit")
GRANDCHILD = "held = bytearray(100_000_000); held[::4096] = bytes(len(held[::4096])); import time; time.sleep(1)"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GRANDCHILD!r}])"
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="this system tells nothing of its processes"
)


@needs_proc
def test_a_grandchilds_memory_and_time_are_seen() -> None:
    """It takes 100 MB, its parent nearly nothing; whoever watches is no part of it."""
    with subprocess.Popen([sys.executable, "-c", CHILD]) as child, watching(child.pid) as family:
        child.wait()
    assert len(family.seen) == 2
    assert family.seen[child.pid].peak_kb < 97_000 < family.peak_kb
    assert family.cpu_s > 0
    assert os.getpid() not in family.seen


@needs_proc
def test_a_days_parts_time_and_memory_are_told() -> None:
    size = at_size(CITY, 0.02, 1)
    assert size.taps > 100
    assert all(seconds > 0 for seconds in size.parts.values())
    assert size.cpu_us == pytest.approx(1e6 * size.cpu_s / size.taps)
    assert size.peak_kb > 50_000


def test_a_tap_of_the_largest_day_is_told_against_one_of_the_smallest() -> None:
    """Ten times the taps in fifteen times the seconds: a tap costs half as much again."""
    small = Size(1_000, {"simulate": 1.0, "close and settle": 1.0}, 4.0, 100)
    large = Size(10_000, {"simulate": 15.0, "close and settle": 10.0}, 60.0, 250)
    told = {row["what"]: row["figure"] for row in growth(small, large)}
    assert told["the largest day against the smallest"] == "10.0"
    assert told["processor a tap, against the smallest"] == "1.50"
    assert told["memory of a process, against the smallest"] == "2.50"
    assert told["simulate a tap, against the smallest"] == "1.50"
    assert told["close and settle a tap, against the smallest"] == "1.00"


def test_a_house_stands_beside_the_generators_own_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four trials at most: up to 8,000 taps a second."""
    monkeypatch.setattr(bench_load, "MOST", 8_000.0)
    rows = {row["what"]: float(row["figure"].replace(",", "")) for row in bench_load.measure(CITY, 0.3, 0.3, 16)}
    assert rows["generator, to a server that answers at once"] > 0
    held = rows["house over HTTP, 99 of 100 receipts within 500 ms"]
    assert 0 <= held <= 8_000
    assert ("generator against the house" in rows) == (held > 0)
    assert rows.get("at that rate: lost", 0) == 0
    assert "CITY_UNKNOWN" in say("bench load --city atlantis", 3)


def test_all_of_them_are_part_of_all_benches() -> None:
    assert {"line", "fares", "rating", "intake", "close", "sim", "load", "growth"} == {
        one[0] for one in commands(CITY, 1, 2)
    }
