"""Days closed on a Dask cluster: a scheduler and workers that are processes of their own, some of which do not live to the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from clusters import cluster, dying, scheduler
from commandline import ask

from sim.engine import choose
from sim.engine.choose import Cluster
from sim.run import execute
from sim.scenario import Scenario, find_scenario


@pytest.fixture(scope="session")
def two_days() -> Scenario:
    """So few riders that it is over in a moment, on days of which the second begins with what the first left."""
    return find_scenario("ulaanbaatar-weekday", None).changed(scale=0.002, days=2)


@pytest.fixture(scope="session")
def in_process(two_days: Scenario, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The digests of everything, worked out by one process."""
    return digests(execute(two_days, tmp_path_factory.mktemp("alone"), workers=1))


def digests(folder: Path) -> dict[str, str]:
    """Of the log, the days, the statements and the bank file, as the run's manifest has them."""
    told: dict[str, str] = json.loads((folder / "manifest.json").read_text("utf-8"))["digests"]
    assert len(told) > 20
    return told


def test_workers_come_to_the_same_digests(two_days: Scenario, in_process: dict[str, str], tmp_path: Path) -> None:
    """And `afc run verify` says so of a run that was made by one process."""
    folder = execute(two_days, tmp_path / "runs", workers=1)
    with cluster(tmp_path, workers=2) as address:
        assert digests(execute(two_days, tmp_path / "dealt", workers=1, cluster=Cluster(address))) == in_process
        told = ask(f"run verify {folder} --workers 1 --engine dask --scheduler {address}")
    assert (told["differing"], told["altered"]) == ([], [])


def test_shards_of_killed_workers_are_done_by_others(
    two_days: Scenario, in_process: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of three workers are killed; what they had begun leaves no trace."""
    usual = choose.mapper

    @contextmanager
    def mapper(*told: Any) -> Iterator[Any]:
        with usual(*told) as run:
            yield dying(run, tmp_path)

    monkeypatch.setattr("sim.run.mapper", mapper)
    with cluster(tmp_path, workers=3) as address:
        folder = execute(two_days, tmp_path / "dealt", workers=1, cluster=Cluster(address))
    assert digests(folder) == in_process
    assert {path.name for path in tmp_path.glob("died-*")} == {"died-between-files", "died-before-the-answer"}
    assert not [path for path in folder.rglob("*") if path.suffix in (".part", ".dealt")]


def test_a_cluster_that_cannot_be_trusted_with_a_day_is_refused_before_it_begins(tmp_path: Path) -> None:
    run = f"scenario run ulaanbaatar-weekday --scale 0.002 -q --out {tmp_path} --engine dask"
    nobody = ask(f"{run} --scheduler tcp://127.0.0.1:9", 3)
    assert [(one["code"], one["path"]) for one in nobody] == [("NO_SCHEDULER", "tcp://127.0.0.1:9")]
    assert "dask scheduler" in nobody[0]["hint"]
    with scheduler(tmp_path) as address:
        idle = ask(f"{run} --scheduler {address}", 3)
    assert idle[0]["code"] == "NO_WORKERS"
    assert f"dask worker {address}" in idle[0]["hint"]
    assert not [path for path in tmp_path.iterdir() if path.is_dir() and path.name != ".partial" and path.name[0].isdigit()]


def test_workers_of_another_version_are_refused_by_name(tmp_path: Path) -> None:
    """Theirs may round a fare otherwise, and nobody would see why the digests differ."""
    other = tmp_path / "other" / "sitecustomize.py"
    other.parent.mkdir()
    other.write_text("import sim.engine.sameness as s\nusual = s.code_digest\ns.code_digest = lambda: 'of last week'\n")
    run = f"scenario run ulaanbaatar-weekday --scale 0.002 -q --out {tmp_path} --engine dask"
    from clusters import ROOT

    with cluster(tmp_path, workers=1, PYTHONPATH=f"{other.parent}:{ROOT}:{ROOT / 'tests'}") as address:
        told = ask(f"{run} --scheduler {address}", 3)
    assert told[0]["code"] == "WORKER_DIFFERS"
    assert "code of last week, here " in told[0]["message"]


def test_an_engine_is_named_wholly(tmp_path: Path) -> None:
    run = f"scenario run ulaanbaatar-weekday --scale 0.002 -q --out {tmp_path}"
    assert ask(f"{run} --engine dask", 3)[0]["code"] == "SCHEDULER_UNNAMED"
    assert ask(f"{run} --scheduler tcp://127.0.0.1:9", 3)[0]["code"] == "ENGINE_UNNAMED"
