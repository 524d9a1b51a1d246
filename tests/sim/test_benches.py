"""`afc bench all` and `afc bench compare`: one measurement of everything, and two beside each other."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from commandline import ask, say

from afc.refusal import Refused
from sim.benches import measure_all, read_rows

CITY = str(Path(__file__).resolve().parents[1] / "data" / "hanbit")


def written(path: Path, bench: str, *rows: tuple[str, str, str]) -> Path:
    """A file as `afc bench ... --json` answers."""
    data: Any = [dict(zip(("what", "figure", "unit"), row, strict=True)) for row in rows]
    path.write_text(json.dumps({"schema": f"afc.bench.{bench}/1", "ok": True, "data": data}))
    return path


def test_a_figure_is_told_against_that_of_the_other_file(tmp_path: Path) -> None:
    """Closing went from 20 s to 15 s; the digest is another; what only one file has is told as well."""
    monday = written(
        tmp_path / "monday.json", "close", ("close", "20.00", "s"), ("digest", "c0ffee", "sha256"), ("gone", "1", "s")
    )
    tuesday = written(
        tmp_path / "tuesday.json",
        "close",
        ("close", "15.00", "s"),
        ("digest", "beef00", "sha256"),
        ("new", "1,000", "taps"),
    )
    pairs = {pair["what"]: pair for pair in ask(f"bench compare {monday} {tuesday}")}
    assert pairs["close"]["times"] == 0.75
    assert (pairs["digest"]["second"], pairs["digest"]["times"]) == ("beef00", None)
    assert (pairs["gone"]["second"], pairs["new"]["first"]) == ("", "")
    assert list(pairs) == ["close", "digest", "gone", "new"]


def test_all_benches_are_measured_each_alone() -> None:
    """Two small ones, in their order, and what they ran on."""
    small = [("intake", "--batches", "64", "--workers", "1"), ("rating", "--taps", "1000")]
    data = measure_all(small, lambda _what, _part: None)
    assert [bench for bench, _ in groupby(row["bench"] for row in data["measured"])] == ["intake", "rating"]
    assert data["machine"]["cores"] >= 1
    assert "numpy" in data["machine"]["libraries"]


def test_a_file_that_is_no_measurement_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"schema": "afc.run/1", "data": [1]}')
    assert "NOT_A_BENCH" in say(f"bench compare {other} {other}", 3)
    with pytest.raises(Refused, match="cannot be read"):
        read_rows(tmp_path / "none.json")


def test_a_bench_that_cannot_begin_says_why() -> None:
    with pytest.raises(Refused, match="atlantis"):
        measure_all([("line", "--city", "atlantis")], lambda _what, _part: None)
