"""Rating beside two databases: three programs come to the same money for every leg, or nothing is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from commandline import ask, say

from sim import bench_rating
from sim.bench_rating_peers import Through, bands_of, in_sql

TAPS = 4_000


def test_all_of_them_come_to_the_same_money() -> None:
    rows = {row["what"]: row for row in ask(f"bench rating --taps {TAPS}")}
    assert rows["taps"]["figure"] == f"{TAPS:,}"
    for peer in ("polars", "duckdb", "interpreted"):
        assert float(rows[f"compiled against {peer}"]["figure"]) > 0


@pytest.mark.parametrize("peer", ["polars", "duckdb"])
def test_a_program_that_comes_to_other_money_is_not_measured(peer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that lets riders change a minute longer is no peer."""
    honest = bench_rating.PEERS[peer]

    def generous(told: Through, taps: dict[str, np.ndarray]) -> np.ndarray:
        return honest(told._replace(window_us=told.window_us + 60_000_000), taps)

    monkeypatch.setitem(bench_rating.PEERS, peer, generous)
    assert f"by {peer}" in say(f"bench rating --taps {TAPS}", 3)


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = bench_rating.importlib.util.find_spec

    def absent(name: str) -> Any:
        return None if name == "polars" else found(name)

    monkeypatch.setattr(bench_rating.importlib.util, "find_spec", absent)
    rows = {row["what"]: row for row in ask(f"bench rating --taps {TAPS}")}
    assert rows["polars"]["figure"] == "not installed: pip install polars"


def test_a_city_with_other_fares_is_refused() -> None:
    assert "refused (BENCH_NEEDS_INTEGRATED)" in say(f"bench rating --city bogota --taps {TAPS}", 3)


def test_every_step_that_is_begun_is_paid() -> None:
    """Ten kilometres free, then a hundred for each five that are begun, and for each eight beyond fifty."""
    import duckdb

    steps = {"from_m": 10_000, "step_m": 5_000, "adult": 100}, {"from_m": 50_000, "step_m": 8_000, "adult": 100}

    def costs(metres: int) -> int:
        return int(duckdb.sql(f"SELECT {in_sql(bands_of(steps, 'adult'), str(metres))}").fetchall()[0][0])

    assert [costs(m) for m in (10_000, 10_001, 15_000, 15_001, 50_000, 50_001, 58_001)] == [
        0,
        100,
        100,
        200,
        800,
        900,
        1000,
    ]
