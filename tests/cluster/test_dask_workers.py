"""Days closed on a Dask cluster: scheduler and workers are processes of their own, and not all of them live to the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from clusters import ROOT, cluster, dying, scheduler
from commandline import ask
from digested import Made, made

from sim.engine import choose
from sim.engine.choose import Cluster
from sim.run import execute
from sim.scenario import Scenario


def test_workers_come_to_the_same_digests(in_process: Made, tmp_path: Path) -> None:
    """`afc run verify` on a cluster, of a run that was made by one process."""
    with cluster(tmp_path, workers=2) as address:
        told = ask(f"run verify {in_process.folder} --workers 1 --engine dask --scheduler {address}")
    assert told["compared"] == len(in_process.digests)
    assert (told["differing"], told["altered"]) == ([], [])


def test_shards_of_killed_workers_are_done_by_others(
    two_days: Scenario, in_process: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    assert made(folder)[1:] == in_process[1:]
    assert {path.name for path in tmp_path.glob("died-*")} == {"died-between-files", "died-before-the-answer"}
    assert not [path for path in folder.rglob("*") if path.suffix in (".part", ".dealt")]


def test_a_cluster_that_cannot_close_a_day_is_refused_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.engine.cluster.CONNECT_S", 1)
    run = f"scenario run ulaanbaatar-weekday --scale 0.002 -q --out {tmp_path} --engine dask"
    nobody = ask(f"{run} --scheduler tcp://127.0.0.1:9", 3)
    assert [(one["code"], one["path"]) for one in nobody] == [("NO_SCHEDULER", "tcp://127.0.0.1:9")]
    assert "dask scheduler" in nobody[0]["hint"]
    with scheduler(tmp_path) as address:
        idle = ask(f"{run} --scheduler {address}", 3)
    assert idle[0]["code"] == "NO_WORKERS"
    assert f"dask worker {address}" in idle[0]["hint"]
    assert not [*tmp_path.glob("2*")]


def test_workers_of_another_version_are_refused_by_name(tmp_path: Path) -> None:
    """Theirs may round a fare otherwise, and nobody would see why the digests differ."""
    other = tmp_path / "other" / "sitecustomize.py"
    other.parent.mkdir()
    other.write_text("import sim.engine.sameness as s\nusual = s.code_digest\ns.code_digest = lambda: 'of last week'\n")
    run = f"scenario run ulaanbaatar-weekday --scale 0.002 -q --out {tmp_path} --engine dask"
    with cluster(tmp_path, workers=1, PYTHONPATH=f"{other.parent}:{ROOT}:{ROOT / 'tests'}") as address:
        told = ask(f"{run} --scheduler {address}", 3)
    assert told[0]["code"] == "WORKER_DIFFERS"
    assert "code of last week, here " in told[0]["message"]


def test_an_engine_is_named_wholly(tmp_path: Path) -> None:
    run = f"scenario run ulaanbaatar-weekday --scale 0.002 -q --out {tmp_path}"
    assert ask(f"{run} --engine dask", 3)[0]["code"] == "SCHEDULER_UNNAMED"
    assert ask(f"{run} --scheduler tcp://127.0.0.1:9", 3)[0]["code"] == "ENGINE_UNNAMED"
