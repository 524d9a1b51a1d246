"""`afc run profile`: where a run's time and bytes went."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import ask, say

from clearing.store import Store
from sim.progress import nobody
from sim.run import execute
from sim.run_profile import kind_of
from sim.runs import altered_files, find_run
from sim.scenario import find_scenario
from sim.times import Times

CITY = str(Path(__file__).resolve().parents[1] / "data" / "hanbit")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small day of the fictive town."""
    scenario = find_scenario(None, CITY).changed(scale=0.02)
    return execute(scenario, tmp_path_factory.mktemp("runs"), workers=1)


def test_every_part_of_the_line_is_told_in_its_order(run: Path) -> None:
    told = ask(f"run profile {run}")
    parts = [row["what"].split(" 2")[0] for row in told["spent"]]
    assert parts == ["learn the network", "simulate", "close", "settle", "audit", "write down what it came to"]
    assert all(row["seconds"] >= 0 for row in told["spent"])


def test_every_byte_of_the_folder_is_counted_once(run: Path) -> None:
    """What stands in the books is told apart, and their file as a whole."""
    told = {row["what"]: row for row in ask(f"run profile {run}")["kept"]}
    files = [path for path in run.rglob("*") if path.is_file()]
    kinds = [row for name, row in told.items() if "in the books" not in name]
    assert sum(row["bytes"] for row in kinds) == sum(path.stat().st_size for path in files)
    assert sum(row["files"] for row in kinds) == len(files)
    with Store.open(str(run / "clearing.db")) as store:
        sealed = [len(one) for _, one in store.accepted(1, store.high()[0])]
    batches = told["sealed batches, in the books"]
    assert (batches["files"], batches["bytes"]) == (len(sealed), sum(sealed))
    assert told["detail: taps"]["files"] == 16


def test_times_are_in_no_digest(run: Path) -> None:
    (run / "times.json").write_text(json.dumps([["simulate", 1.0]]))
    assert altered_files(find_run(str(run))) == []
    (run / "times.json").unlink()
    assert "noted no times" in say(f"run profile {run}", 0)


def test_a_part_ends_where_the_next_begins() -> None:
    heard = list[str]()
    times = Times(lambda what, _part, _taps=0: heard.append(what))
    for what, part in (("simulate", 0.0), ("simulate", 0.5), ("close", 0.0)):
        times(what, part)
    assert [what for what, _ in times.told()] == ["simulate", "close"]
    assert heard == ["simulate", "simulate", "close"]


def test_what_a_stopped_run_did_twice_took_both_together() -> None:
    times = Times(nobody, before=[("simulate", 40.0), ("close", 2.0)])
    for what in ("simulate", "close", "settle"):
        times(what, 0.0)
    told = dict(times.told())
    assert list(told) == ["simulate", "close", "settle"]
    assert told["simulate"] >= 40.0
    assert told["close"] >= 2.0


def test_what_files_are_kept_for() -> None:
    assert kind_of(Path("detail/issued/cards-03.npy")) == "detail: cards as issued"
    assert kind_of(Path("clearing.db-wal")) == "books"
    assert kind_of(Path("bank/c1.xml")) == "bank"
