"""`afc serve`: the clearing house as a server, for readers and partners on the network."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from sim.output import INTERRUPTED, envelope, refuse

T = TypeVar("T")

INTAKE, SPOOL, MQTT = "afc.serve.intake/1", "afc.serve.spool/1", "afc.serve.mqtt/1"


@click.group()
def serve() -> None:
    """Servers that run until they are stopped with Ctrl-C."""


BOOKS = click.option(
    "--db", "where", required=True, metavar="BOOKS", help="The books: a file, or postgresql+psycopg://user@host/name."
)
HOUSE = click.option(
    "--folder",
    "house",
    metavar="DIR",
    type=click.Path(path_type=Path),
    envvar="AFC_FOLDER",
    help="Whose house.toml names the seed, for books on a server (default: ./<city>-house).",
)
KEYS = click.option("--keys", metavar="FILE", help="Key store of a real environment (afc keys make).")
SEED = click.option(
    "--seed", type=int, help="Seed of a simulated environment's throw-away keys (default: what the books began with)."
)


@serve.command("intake", epilog="Example:  afc serve intake --db books.db --port 8640")
@BOOKS
@HOUSE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8640, show_default=True, help="0 takes a free one.")
@KEYS
@SEED
@click.option("--json", "as_json", is_flag=True, help="Say where it listens as one JSON object on stdout.")
def intake(
    where: str, house: Path | None, host: str, port: int, keys: str | None, seed: int | None, as_json: bool
) -> None:
    """Take sealed batches over HTTP, and answer with signed receipts.

    Callers need a key (afc keys api). What the interface can do is at /openapi.json; docs/format.md says what a batch is.
    Needs the web extra: pip install 'afc[web]'.
    """
    from functools import partial

    from sim.keys_told import ring_for
    from sim.serving import serve_intake

    def ready(environment: str, url: str) -> None:
        facts = {"environment": environment, "url": url}
        text = f"intake of {environment} at {url}  (what it can do: {url}/openapi.json)"
        click.echo(envelope(INTAKE, True, facts, (), ()) if as_json else text)

    ring = partial(ring_for, keys=keys, seed=seed, folder=house)
    _until_refused(INTAKE, as_json, partial(serve_intake, where, host, port, ring, ready))


@serve.command("spool", epilog="Example:  afc serve spool spool --db books.db")
@click.argument("folder")
@BOOKS
@HOUSE
@KEYS
@SEED
@click.option("--once", is_flag=True, help="Take what is there and stop.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line for each batch.")
def spool(
    folder: str, where: str, house: Path | None, keys: str | None, seed: int | None, once: bool, as_json: bool
) -> None:
    """Take sealed batches out of a folder: files that end in .afc, put there whole by renaming them.

    The receipt is written beside each; batches move on into taken/ or aside/. With --once it exits as afc clearing ingest
    does: with 5 if any batch was set aside or rejected, with 6 if the database could not take it now.
    """
    from functools import partial

    from sim.commands.clearing.ingest import exit_code
    from sim.keys_told import ring_for
    from sim.serving import serve_spool

    kinds = _until_refused(
        SPOOL,
        as_json,
        partial(serve_spool, folder, where, partial(ring_for, keys=keys, seed=seed, folder=house), once, as_json),
    )
    sys.exit(exit_code(kinds))


@serve.command("mqtt", epilog="Example:  afc serve mqtt mqtt://127.0.0.1:1883 --db books.db")
@click.argument("broker", metavar="URL")
@BOOKS
@HOUSE
@KEYS
@SEED
@click.option("--json", "as_json", is_flag=True, help="Say that it listens as one JSON object on stdout.")
def mqtt(broker: str, where: str, house: Path | None, keys: str | None, seed: int | None, as_json: bool) -> None:
    """Take sealed batches from the topics afc/ENVIRONMENT/batches/DEVICE of a broker, and answer on .../answers/DEVICE.

    Needs the mqtt extra: pip install 'afc[mqtt]'.
    """
    from functools import partial

    from sim.keys_told import ring_for
    from sim.serving import serve_broker

    def ready(environment: str) -> None:
        facts = {"environment": environment, "broker": broker}
        text = f"intake of {environment} at {broker}, topics afc/{environment}/batches/+"
        click.echo(envelope(MQTT, True, facts, (), ()) if as_json else text)

    _until_refused(
        MQTT,
        as_json,
        partial(serve_broker, broker, where, partial(ring_for, keys=keys, seed=seed, folder=house), ready),
    )


def _until_refused(schema: str, as_json: bool, serving: Callable[[], T]) -> T:
    """Serve; a refusal ends it with its exit code, Ctrl-C without a word."""
    from afc.refusal import Refused

    try:
        return serving()
    except Refused as refused:
        sys.exit(refuse(schema, refused, as_json))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
