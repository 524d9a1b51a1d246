"""Scheduler, workers and keeper each in a network of its own, as on separate hosts, and no worker sees the keeper's folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from clusters import ENVIRONMENT, ROOT, running, scheduler, until, worker
from storages import s3_server

from sim.run import execute
from sim.scenario import find_scenario

HOSTS = ("keeper", "one", "two")


def ip(words: str) -> None:
    """A command of iproute2."""
    subprocess.run(["ip", *words.split()], check=True, capture_output=True, text=True)


@pytest.fixture
def networks() -> Iterator[dict[str, str]]:
    """A switch in the network of the scheduler, and three hosts on it; where that is not allowed, no test."""
    names = {name: f"afc-{os.getpid()}-{name}" for name in ("scheduler", *HOSTS)}
    with ExitStack() as stack:
        try:
            for name in names.values():
                ip(f"netns add {name}")
                stack.callback(ip, f"netns del {name}")
                ip(f"-n {name} link set lo up")
            hub = names["scheduler"]
            ip(f"-n {hub} link add switch type bridge")
            ip(f"-n {hub} addr add 10.77.0.1/24 dev switch")
            ip(f"-n {hub} link set switch up")
            for number, host in enumerate(HOSTS, 2):
                ip(f"-n {hub} link add port{number} type veth peer name wire netns {names[host]}")
                ip(f"-n {hub} link set port{number} master switch up")
                ip(f"-n {names[host]} addr add 10.77.0.{number}/24 dev wire")
                ip(f"-n {names[host]} link set wire up")
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"this machine allows no network namespaces: {getattr(error, 'stderr', error)}")
        yield names


def inside(network: str, command: list[str]) -> list[str]:
    """A command, in a network."""
    return ["ip", "netns", "exec", network, *command]


def blind(network: str, folder: Path, command: list[str]) -> list[str]:
    """A command in a network and with nothing in a folder."""
    return inside(network, ["sh", "-c", f'mount -t tmpfs none {folder} && exec "$@"', "sh", *command])


def test_hosts_that_share_only_a_storage_come_to_the_same_digests(networks: dict[str, str], tmp_path: Path) -> None:
    if not shutil.which("mount"):
        pytest.skip("this machine has no mount")
    books, seen = tmp_path / "books", tmp_path / "seen"
    books.mkdir()
    seen.mkdir()
    run = execute(find_scenario("ulaanbaatar-weekday", None).changed(scale=0.001), books, workers=1)
    at_hub = inside(networks["scheduler"], [])
    with s3_server(seen, "10.77.0.1", at_hub) as s3, scheduler(seen, "10.77.0.1", at_hub) as address:
        workers = [blind(networks[host], books, worker(address, seen)) for host in HOSTS[1:]]
        with running(workers, seen / "log", **s3):
            until(lambda: str((seen / "log").read_text().index("Registered to")))
            verify = (
                f"run verify {run} --workers 1 -q --json --engine dask --scheduler {address} --storage s3://afc/house"
            )
            words = [sys.executable, "-P", "-c", "from sim.cli import main; main()", *verify.split()]
            mine = ENVIRONMENT | s3 | {"TMPDIR": str(books), "PYTHONPATH": str(ROOT)}
            told = subprocess.run(
                inside(networks["keeper"], words), env=mine, capture_output=True, text=True, check=False
            )
    assert told.returncode == 0, told.stdout + told.stderr
    data = json.loads(told.stdout)["data"]
    assert (data["differing"], data["altered"]) == ([], [])
    assert data["compared"] > 20
