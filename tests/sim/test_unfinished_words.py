"""What is said of a run that was stopped, and who may look at it meanwhile."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clearing.store import Party, Store
from sim.unfinished import anew, home_of, is_locked, locked, working_on
from sim.unfinished_told import list_begun, words_of

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"


def test_whoever_looks_at_a_run_keeps_nobody_from_looking(tmp_path: Path) -> None:
    one, other, worker = (os.open(tmp_path, os.O_RDONLY) for _ in range(3))
    assert not is_locked(one)
    assert not is_locked(other)
    fcntl.flock(one, fcntl.LOCK_UN)
    fcntl.flock(other, fcntl.LOCK_UN)
    assert locked(worker)
    assert is_locked(other)
    for handle in (one, other, worker):
        os.close(handle)


def test_a_run_that_is_finished_while_another_begins_is_busy_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder goes between the moments at which it is made and looked at."""
    take: Callable[[int], bool] = locked

    def finished_meanwhile(handle: int) -> bool:
        home_of(tmp_path, "run").rmdir()
        return take(handle)

    monkeypatch.setattr("sim.unfinished.locked", finished_meanwhile)
    with pytest.raises(Exception, match="another process is at this run"), working_on(tmp_path, "run"):
        pass
    assert list_begun(tmp_path) == []


def test_books_that_were_begun_elsewhere_are_not_begun_again(tmp_path: Path) -> None:
    """With no other books the same command begins anew; with some that have readers already it would be refused."""
    db = str(tmp_path / "books.sqlite")
    assert words_of(tmp_path, "run", db)().endswith("the same command begins anew")
    with Store.open(db, environment="sim-doc") as store, store.begin():
        store.register_parties([Party(0, "bus", "Bus", ("operator",), "", "", "", "", "")])
    assert words_of(tmp_path, "run", db)().endswith(f"books were begun at {db}: name an empty --db")
    assert (anew({}), anew({"books": db})) == ("Begin anew: --fresh.", "Begin anew: --fresh with an empty --db.")


def test_a_run_with_faults_is_stopped_with_one_sentence(tmp_path: Path) -> None:
    day, runs = tmp_path / "day.toml", tmp_path / "runs"
    day.write_text(f'name = "day"\ncity = "{HANBIT}"\nstart = 2026-03-04\nscale = 1.0\n')
    words = ["fault", "inject", str(day), "cloned_card", "--out", str(runs)]
    command = [sys.executable, "-c", "from sim.cli import main; main()", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stopped:
        while not runs.is_dir() and stopped.poll() is None:
            time.sleep(0.02)
        stopped.send_signal(signal.SIGTERM)
        _, stderr = stopped.communicate(timeout=60)
    assert stopped.returncode == 130
    assert stderr.strip().endswith("stopped; a run with faults keeps nothing before its end")
    assert "Traceback" not in stderr
    assert list(runs.iterdir()) == []
