"""Storage by URL for the tests: an S3 server, spoken to over HTTP, and a map that works through a storage without a cluster."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from clusters import running, until

from sim.engine import work
from sim.engine.cluster import Dealer
from sim.engine.storage import Storage

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


class AtOnce(Dealer):
    """A cluster of one worker, which is this process: it sees files through the storage only."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.home = storage, map

    def answers(self, task: work.Task, staged: dict[int, frozenset[str]]) -> Iterator[tuple[int, work.Answer]]:
        for shard, names in staged.items():
            answer = work.work(task, shard, names)
            if answer.refused:
                raise answer.refused
            yield shard, answer


def through(url: str) -> Callable[[Any, Any], Any]:
    """A map over shards, through a storage."""
    return AtOnce(Storage(url)).run


@contextmanager
def s3_server(folder: Path, host: str = "127.0.0.1", before: Sequence[str] = ()) -> Iterator[dict[str, str]]:
    """An S3 server with a bucket `afc`; what a process needs in its environment to speak to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*before, sys.executable, "-P", "-m", "moto.server", "-H", host, "-p", str(port)]
    with running([command], folder / "s3.log"):
        yield KEYS | {"FSSPEC_S3_ENDPOINT_URL": f"http://{host}:{port}"}


@contextmanager
def bucket_here(folder: Path) -> Iterator[str]:
    """The URL of a place in a bucket, which this process can speak to."""
    import fsspec.config

    with s3_server(folder) as environment:
        endpoint = environment["FSSPEC_S3_ENDPOINT_URL"]
        until(lambda: str(urlopen(endpoint).status))
        before = dict(os.environ)
        os.environ.update(KEYS)
        fsspec.config.conf["s3"] = {"endpoint_url": endpoint}
        try:
            yield "s3://afc/house"
        finally:
            del fsspec.config.conf["s3"]
            os.environ.clear()
            os.environ.update(before)
