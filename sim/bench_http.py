"""Posting sealed batches to a real intake server in a process of its own, and how long each receipt takes."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus

import numpy as np

SENDERS = 32


def posted(books: str, seed: int, secret: str, batches: Sequence[bytes]) -> tuple[float, float]:
    """Seconds for all, and within how many 99 of 100 receipts came; `SENDERS` connections, each one batch at a time."""
    parts = [batches[i::SENDERS] for i in range(SENDERS)]
    with serving(books, seed) as url, ThreadPoolExecutor(SENDERS) as senders:
        began = time.perf_counter()
        waits = [wait for mine in senders.map(partial(post_all, url, secret), parts) for wait in mine]
        return time.perf_counter() - began, float(np.quantile(waits, 0.99))


@contextmanager
def serving(books: str, seed: int) -> Iterator[str]:
    """The URL of `afc serve intake` over these books."""
    command = [sys.executable, "-c", "from sim.cli import main; main()", "serve", "intake", "--json", "--port", "0"]
    command += ["--db", books, "--seed", str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            told = "".join(iter(server.stdout.readline, "}\n"))
            yield json.loads(told + "}")["data"]["url"]
        finally:
            server.terminate()


def post_all(url: str, secret: str, batches: Sequence[bytes]) -> list[float]:
    """Seconds that each of these took until its receipt."""
    link, waits = http.client.HTTPConnection(url.removeprefix("http://")), []
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/octet-stream"}
    for sealed in batches:
        began = time.perf_counter()
        link.request("POST", "/v1/batches", sealed, headers)
        answer = link.getresponse()
        told = answer.read()
        assert answer.status == HTTPStatus.OK, told
        waits.append(time.perf_counter() - began)
    return waits
