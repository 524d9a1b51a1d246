"""A Dask cluster for the tests: scheduler and workers are processes of their own, and some workers are killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Client

from clearing import detail

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ | {
    "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
    "OMP_NUM_THREADS": "1",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
}


@contextmanager
def running(commands: Sequence[Sequence[str]], log: Path, **environment: str) -> Iterator[None]:
    """Programs that run until the end, and are killed then."""
    with log.open("ab") as out:
        started = [
            subprocess.Popen(command, stdout=out, stderr=out, env=ENVIRONMENT | environment, start_new_session=True)
            for command in commands
        ]
    try:
        yield
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


@contextmanager
def cluster(folder: Path, workers: int, **environment: str) -> Iterator[str]:
    """The address of a scheduler with so many workers."""
    log = folder / "log"
    with scheduler(folder, **environment) as address, running([worker(address, folder)] * workers, log, **environment):
        wait_for(address, workers)
        yield address


@contextmanager
def scheduler(folder: Path, host: str = "127.0.0.1", before: Sequence[str] = (), **environment: str) -> Iterator[str]:
    """The address of a scheduler without workers; `before` goes before its command."""
    told = folder / "scheduler.json"
    command = [*before, *dask("scheduler"), "--host", host, "--port", "0", "--scheduler-file", str(told)]
    with running([[*command, "--no-dashboard"]], folder / "log", **environment):
        yield until(lambda: str(json.loads(told.read_text())["address"]))


def worker(address: str, folder: Path) -> list[str]:
    """The command of a worker that nobody starts again when it is gone."""
    return [
        *dask("worker"),
        address,
        "--nthreads",
        "1",
        "--no-nanny",
        "--no-dashboard",
        "--local-directory",
        str(folder),
    ]


def dask(what: str) -> list[str]:
    """The command of Dask in this environment."""
    return [sys.executable, "-P", "-m", "dask", what]


def wait_for(address: str, workers: int) -> None:
    """Until so many workers are there."""
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)


def until(answer: Callable[[], str], patience_s: int = 30) -> str:
    """The first answer that is one."""
    for _ in range(patience_s * 20):
        try:
            return answer()
        except (OSError, ValueError):
            time.sleep(0.05)
    raise AssertionError("nothing answers")


def dying(run: Any, folder: Path) -> Any:
    """The cluster's map, but whoever is first at shard 3 is killed between two files, and whoever is first at shard 5 when all
    of its files are written and nobody has heard of it."""

    def run_with_deaths(function: Any, items: Any) -> Any:
        return (
            run(partial(die_once, function, folder), items) if "close_shard" in repr(function) else run(function, items)
        )

    return run_with_deaths


def die_once(function: Any, folder: Path, shard: int) -> Any:
    """A shard on a worker that may be killed over it."""
    if shard == 3 and first(folder / "died-between-files"):
        write, written = detail.write_table, list[str]()

        def and_die(path: Path, columns: Any) -> None:
            write(path, columns)
            written.append(path.name)
            if len(written) == 2:
                die()

        detail.write_table = and_die
    value = function(shard)
    if shard == 5 and first(folder / "died-before-the-answer"):
        die()
    return value


def first(flag: Path) -> bool:
    """Am I the first to come here?"""
    try:
        flag.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def die() -> None:
    """As the kernel ends a process that takes too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)
