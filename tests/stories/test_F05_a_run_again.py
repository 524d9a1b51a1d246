"""A finished run answers the same questions as any books, and comes out again from what its readers sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask, say
from house import HANBIT

from clearing.views import Detail, any_journey


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The town's weekend at a tenth: three days, late readers and all."""
    out = tmp_path_factory.mktemp("runs")
    told = ask(f"scenario run hanbit-weekend --city {HANBIT} --scale 0.1 --days 2 --workers 1 -q --out {out}")
    return f"--run {told['folder']}"


def test_a_run_comes_out_again_from_its_batches(run: str, tmp_path: Path) -> None:
    facts = ask(f"clearing replay {run} --to {tmp_path}/again/clearing.db -q")
    assert facts["differences"] == []
    assert facts["days"] == 2
    assert facts["batches"] > 50
    again = ask(f"clearing audit --db {tmp_path}/again/clearing.db")
    assert all(finding["ok"] for finding in again)


def test_a_run_is_asked_like_any_books(run: str) -> None:
    assert ask(f"clearing gaps {run}") == []
    assert ask(f"clearing conflicts {run}") == []
    assert ask(f"clearing run {run} -q --through 2026-03-08")[0]["taps"] == 0
    heard = [row for row in ask(f"device list {run}") if row["batches"]]
    assert heard
    assert ask(f"device show {heard[0]['device']} {run}")["taps"] == heard[0]["taps"]


def test_a_card_of_a_run_is_found_by_either_number(run: str) -> None:
    name = any_journey(Detail(Path(run.removeprefix("--run "))))
    run += " --journeys 1000"
    shown = ask(f"card show {name.card} {run}")
    assert shown["hex"] == f"{name.card:016x}"
    assert ask(f"card show {name.card:016x} {run}") == ask(f"card show {name.card:#x} {run}") == shown
    assert str(name) in {row["journey"] for row in shown["journeys"]}
    assert "CARD_UNKNOWN" in say(f"card show 12345 {run}", 3)
    assert "CARD_UNKNOWN" in say(f"card show nonsense {run}", 3)


def test_what_writes_has_to_be_told_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody hands batches to the last run by forgetting a word."""
    monkeypatch.delenv("AFC_DB", raising=False)
    batch = tmp_path / "batch.afc"
    batch.write_bytes(b"")
    for verb in (f"ingest {batch}", "run", "quarantine release 123456 --by A --second B --because why"):
        assert "refused (BOOKS_UNNAMED)" in say(f"clearing {verb}", 3)
