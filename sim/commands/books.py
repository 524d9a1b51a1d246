"""Whose books a command asks: `--db`, or those of a run."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from afc.refusal import Refused
from sim.output import Reply

T = TypeVar("T")

DB = click.option(
    "--db",
    metavar="URL",
    envvar="AFC_DB",
    show_envvar=True,
    help="Books: a file, or postgresql+psycopg://user@host/name. Instead of a run's.",
)
FOLDER = click.option(
    "--folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    envvar="AFC_FOLDER",
    show_envvar=True,
    help="Files of books on a server (default: ./<city>-house). Alone: the books that its house.toml names.",
)


def on_books(function: Callable[..., Reply]) -> Callable[..., Reply]:
    """Open the clearing house that the command line names, or else the last run's, and hand it to the command as `books`."""
    run = click.option("--run", metavar="RUN", default="last", show_default=True, help="A run: id, folder, or `last`.")
    return DB(FOLDER(run(_opening(function))))


def on_named_books(function: Callable[..., Reply]) -> Callable[..., Reply]:
    """The same for a command that writes: whose books it changes has to be said."""
    run = click.option("--run", metavar="RUN", help="A run: id, folder, or `last`.")
    return DB(FOLDER(run(_opening(function))))


def _opening(function: Callable[..., Reply]) -> Callable[..., Reply]:
    @functools.wraps(function)
    def command(*, db: str | None, folder: Path | None, run: str | None, **options: Any) -> Reply:
        from sim.houses import open_books

        db, folder = chosen(db, "run"), chosen(folder, "run", "folder")
        if db is None and folder is None and run is None:
            raise Refused("BOOKS_UNNAMED", "this writes into books, and none are named", cure="Give --db or --run.")
        with open_books(db, run or "", folder) as books:
            return function(books, **options)

    return command


def chosen(place: T | None, run: str, option: str = "db") -> T | None:
    """The database or the folder, unless a run is named on the command line and the place only by the environment."""
    source = click.get_current_context().get_parameter_source
    if place is None or source(run) is not ParameterSource.COMMANDLINE:
        return place
    if source(option) is ParameterSource.COMMANDLINE:
        raise click.UsageError(f"--{option} and a run are two different books: name one of them.")
    return None


def named_in(db: str | None, run: str, name: str) -> tuple[str | None, str, str]:
    """Books, run and the name of something in them. Beside --db, or where the first word is the name of a tap or a journey, no
    run is named, and the books are those that the command line names, or the environment."""
    source = click.get_current_context().get_parameter_source
    named = {source("db"), source("folder")}
    if ParameterSource.COMMANDLINE in named and name == "any":
        return db, "", run if source("run") is ParameterSource.COMMANDLINE else name
    if name == "any" and re.match(r"[JT]-[0-9a-f]+-\d", run, re.IGNORECASE):
        return db, "last", run
    return chosen(db, "run"), run, name
