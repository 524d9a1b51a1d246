"""Serving: the clearing house's network interface on a port, over books that exist."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

from afc.answers import AnswerKind
from afc.keys import KeyRing
from afc.refusal import Refused
from clearing.intake import Intake
from clearing.store import Store
from sim.moments import BUSY_S, now_us, patience

CONNECTIONS_MAX = 2_000
IDLE_S = 30
SPOOL_S = 1.0


def serve_intake(
    where: str,
    host: str,
    port: int,
    ring_for: Callable[[Store], KeyRing],
    ready: Callable[[str, str], None],
    clock: Callable[[], int] = now_us,
) -> None:
    """Take batches at `host:port` until somebody stops it; `ready` is told environment and URL once it listens."""
    uvicorn: Any = extra("uvicorn", "web")
    extra("fastapi", "web")
    from clearing.api.app import app_of

    with open_books(where, ring_for) as (_, ring):
        environment = ring.environment
    app = app_of(
        environment,
        partial(Store.open, where, busy_s=BUSY_S, patience=patience),
        partial(open_intake, where, ring),
        clock,
    )
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    ready(environment, f"http://{shown}:{listening.getsockname()[1]}")
    config = uvicorn.Config(
        app, log_level="warning", limit_concurrency=CONNECTIONS_MAX, timeout_keep_alive=IDLE_S, server_header=False
    )
    uvicorn.Server(config).run([listening])


def serve_spool(
    folder: str, where: str, ring_for: Callable[[Store], KeyRing], once: bool, as_json: bool
) -> list[AnswerKind]:
    """Empty a spool, again and again or once; each batch and its answer is a line on stdout. What the answers were."""
    from clearing.spool import empty

    if not Path(folder).is_dir():
        raise Refused("SPOOL_MISSING", "there is no such folder", where=folder, cure="Make it, for the gateway and us.")
    with open_books(where, ring_for) as (store, ring):
        intake = Intake(store, ring, ring.environment)
        kinds: list[AnswerKind] = []
        while True:
            for name, answer in empty(Path(folder), intake, now_us):
                reason = answer.reason.name if answer.reason else None
                facts = {"file": name, "answer": answer.kind.name, "reason": reason, "digest": answer.digest.hex()}
                why = f"{answer.reason.name}  {answer.reason.sentence}" if answer.reason else ""
                text = f"{name}  {answer.kind.name}  {why}"
                click.echo(json.dumps(facts) if as_json else text.rstrip())
                kinds += [answer.kind] if once else []
            if once:
                return kinds
            time.sleep(SPOOL_S)


def serve_broker(broker: str, where: str, ring_for: Callable[[Store], KeyRing], ready: Callable[[str], None]) -> None:
    """Take batches from an MQTT broker until somebody stops it."""
    extra("paho.mqtt", "mqtt")
    from clearing.api.mqtt import serve_mqtt

    with open_books(where, ring_for) as (_, ring):
        opened = partial(open_intake, where, ring)
    asyncio.run(serve_mqtt(broker, ring.environment, opened, now_us, partial(ready, ring.environment)))


@contextmanager
def open_books(where: str, ring_for: Callable[[Store], KeyRing]) -> Iterator[tuple[Store, KeyRing]]:
    """Books that exist, and the ring of their environment."""
    with Store.open(where, busy_s=BUSY_S, patience=patience) as store:
        yield store, ring_for(store)


@contextmanager
def open_intake(where: str, ring: KeyRing) -> Iterator[Intake]:
    """An intake with a connection of its own."""
    with Store.open(where, environment=ring.environment, busy_s=BUSY_S, patience=patience) as store:
        yield Intake(store, ring, ring.environment)


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


def extra(name: str, of: str) -> Any:
    """A library that comes with an extra of the package."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        cure = f"Install the {of} extra: pip install 'afc[{of}]'."
        raise Refused("EXTRA_MISSING", f"{name} is not installed", cure=cure) from None
