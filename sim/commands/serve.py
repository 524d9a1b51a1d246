"""`afc serve`: the clearing house as a server, for readers and partners on the network."""

from __future__ import annotations

import click

from sim.output import envelope, refuse

SCHEMA = "afc.serve.intake/1"


@click.group()
def serve() -> None:
    """Servers that run until they are stopped with Ctrl-C."""


@serve.command("intake", epilog="Example:  afc serve intake --db books.db --port 8640")
@click.option("--db", "where", required=True, metavar="BOOKS", help="The books: a file or a URL.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8640, show_default=True, help="0 takes a free one.")
@click.option("--keys", metavar="FILE", help="Key store of a real environment (afc keys make).")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of a simulated environment's keys.")
@click.option("--json", "as_json", is_flag=True, help="Say where it listens as one JSON object on stdout.")
def intake(where: str, host: str, port: int, keys: str | None, seed: int, as_json: bool) -> None:
    """Take sealed batches over HTTP, and answer with signed receipts.

    Callers need a key (afc keys api). What the interface can do is at /docs; docs/format.md says what a batch is.
    Needs the web extra: pip install 'afc[web]'.
    """
    import sys
    from functools import partial

    from afc.refusal import Refused
    from sim.keys_told import ring_for
    from sim.serving import serve_intake

    def ready(environment: str, url: str) -> None:
        facts = {"environment": environment, "url": url}
        text = f"intake of {environment} at {url}  (what it can do: {url}/docs)"
        click.echo(envelope(SCHEMA, True, facts, (), ()) if as_json else text)

    try:
        serve_intake(where, host, port, partial(ring_for, keys=keys, seed=seed), ready)
    except Refused as refused:
        sys.exit(refuse(SCHEMA, refused, as_json))
