"""Who works the shards of a date out: `--workers`, `--engine`, `--scheduler`, `--storage`, the same for all that close."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from afc.refusal import Refused
from sim.output import Reply

if TYPE_CHECKING:
    from sim.engine.choose import Cluster

OPTIONS = (
    click.option(
        "--engine", type=click.Choice(["processes", "dask"]), default="processes", show_default=True,
        help="Who closes: processes here, or a Dask cluster.",
    ),
    click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: the scheduler, as tcp://host:8786."),
    click.option(
        "--storage", metavar="URL",
        help="With --engine dask: where its workers find files, as s3://bucket/place (default: the same folder as here).",
    ),
)  # fmt: skip


def on_engine(workers: int) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Hand the command `workers`, so many if nothing is said, and `cluster`, None without one."""

    def around(function: Callable[..., Reply]) -> Callable[..., Reply]:
        @functools.wraps(function)
        def command(*, engine: str, scheduler: str | None, storage: str | None, **options: Any) -> Reply:
            return function(cluster=chosen(engine, scheduler or "", storage or ""), **options)

        for option in reversed(OPTIONS):
            command = option(command)
        count = click.IntRange(1, 64)
        told = click.option(
            "--workers", type=count, default=workers, show_default=True, help="Processes that close a day."
        )
        return told(command)

    return around


def chosen(engine: str, scheduler: str, storage: str) -> Cluster | None:
    """The cluster that is meant, if one is."""
    from sim.engine.choose import Cluster

    if engine == "dask" and scheduler:
        return Cluster(scheduler, storage)
    if engine == "dask":
        cure = "Start one with `dask scheduler`, and give the address that it prints."
        raise Refused("SCHEDULER_UNNAMED", "a cluster is reached by its scheduler", where="--scheduler", cure=cure)
    if scheduler or storage:
        where = "--scheduler" if scheduler else "--storage"
        raise Refused(
            "ENGINE_UNNAMED", "this is for a cluster", where=where, cure="Add --engine dask, or leave it out."
        )
    return None
