"""Serving: the clearing house's network interface on a port, over books that exist."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from afc.keys import KeyRing
from afc.refusal import Refused
from clearing.intake import Intake
from clearing.store import Store

CONNECTIONS_MAX = 2_000
IDLE_S = 30


def serve_intake(
    where: str, host: str, port: int, ring_for: Callable[[str], KeyRing], ready: Callable[[str, str], None]
) -> None:
    """Take batches at `host:port` until somebody stops it; `ready` is told environment and URL once it listens."""
    uvicorn: Any = _web("uvicorn")
    _web("fastapi")
    from clearing.api.app import app_of

    with Store.open(where) as store:
        environment = store.meta().environment
    ring = ring_for(environment)
    app = app_of(environment, partial(Store.open, where), partial(open_intake, where, ring), now_us)
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    ready(environment, f"http://{shown}:{listening.getsockname()[1]}")
    config = uvicorn.Config(
        app, log_level="warning", limit_concurrency=CONNECTIONS_MAX, timeout_keep_alive=IDLE_S, server_header=False
    )
    uvicorn.Server(config).run([listening])


@contextmanager
def open_intake(where: str, ring: KeyRing) -> Iterator[Intake]:
    """An intake with a connection of its own."""
    with Store.open(where, environment=ring.environment) as store:
        yield Intake(store, ring, ring.environment)


def now_us() -> int:
    """The clock of the clearing house."""
    return time.time_ns() // 1000


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1_024)
    except OSError as error:
        listening.close()
        what = f"cannot listen at {host}:{port}: {error.strerror}"
        raise Refused("PORT_UNUSABLE", what, cure="Name another --port or --host.") from None
    return listening


def _web(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        cure = "Install the web extra: pip install 'afc[web]'."
        raise Refused("EXTRA_MISSING", f"{name} is not installed", cure=cure) from None
