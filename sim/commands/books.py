"""Whose books a command asks: `--db`, or those of a run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from sim.output import Reply

DB = click.option(
    "--db",
    metavar="URL",
    envvar="AFC_DB",
    show_envvar=True,
    help="Books: a file, or sqlite:///file. Instead of a run's.",
)


def on_books(function: Callable[..., Reply]) -> Callable[..., Reply]:
    """Open the clearing house that the command line names and hand it to the command as `books`."""

    @DB
    @click.option("--run", metavar="RUN", default="last", show_default=True, help="A run: id, folder, or `last`.")
    @functools.wraps(function)
    def command(*, db: str | None, run: str, **options: Any) -> Reply:
        from sim.houses import open_books

        with open_books(chosen(db, "run"), run) as books:
            return function(books, **options)

    return command


def chosen(db: str | None, run: str) -> str | None:
    """The database, unless a run is named on the command line and the database only by the environment."""
    source = click.get_current_context().get_parameter_source
    if db is None or source(run) is not ParameterSource.COMMANDLINE:
        return db
    if source("db") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--db and a run are two different books: name one of them.")
    return None
