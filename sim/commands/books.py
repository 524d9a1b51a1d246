"""Whose books a command asks: `--db`, or those of a run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from afc.refusal import Refused
from sim.output import Reply

DB = click.option(
    "--db",
    metavar="URL",
    envvar="AFC_DB",
    show_envvar=True,
    help="Books: a file, or sqlite:///file. Instead of a run's.",
)


def on_books(function: Callable[..., Reply]) -> Callable[..., Reply]:
    """Open the clearing house that the command line names, or else the last run's, and hand it to the command as `books`."""
    run = click.option("--run", metavar="RUN", default="last", show_default=True, help="A run: id, folder, or `last`.")
    return DB(run(_opening(function)))


def on_named_books(function: Callable[..., Reply]) -> Callable[..., Reply]:
    """The same for a command that writes: whose books it changes has to be said."""
    return DB(click.option("--run", metavar="RUN", help="A run: id, folder, or `last`.")(_opening(function)))


def _opening(function: Callable[..., Reply]) -> Callable[..., Reply]:
    @functools.wraps(function)
    def command(*, db: str | None, run: str | None, **options: Any) -> Reply:
        from sim.houses import open_books

        db = chosen(db, "run")
        if db is None and run is None:
            raise Refused("BOOKS_UNNAMED", "this writes into books, and none are named", cure="Give --db or --run.")
        with open_books(db, run or "") as books:
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


def named_in(db: str | None, run: str, name: str) -> tuple[str | None, str, str]:
    """Books, run and the name of something in them; beside --db no run is named, so the first word is the name."""
    source = click.get_current_context().get_parameter_source
    if source("db") is ParameterSource.COMMANDLINE and name == "any":
        return db, "", run if source("run") is ParameterSource.COMMANDLINE else name
    return chosen(db, "run"), run, name
