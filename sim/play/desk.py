"""Commands of a story, in this process: the same that somebody would type, with --json and whose books."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
from typing import Any, NamedTuple

import click

from afc.refusal import Refused

BOOKS = "db"


class Said(NamedTuple):
    """A command's answer: exit code, its data, the codes of its refusals, and what it said."""

    code: int
    data: Any
    refusals: tuple[str, ...]
    text: str


def say(command: str, db: str, **options: str | None) -> Said:
    """Do a command on these books. Options that it does not know are refused; those that are None are left out."""
    from sim.cli import main

    words = shlex.split(command)
    known = options_of(words)
    given = [("db", db)] if BOOKS in known else []
    given += [(name, value) for name, value in options.items() if value is not None]
    for name, _ in given:
        if name not in known:
            what = f"`afc {' '.join(words[:3])}` has no --{name}"
            raise Refused("OPTION_UNKNOWN", what, cure="Leave it out of the step, or write it into `do`.")
    quiet = ["--quiet"] if "quiet" in known else []
    typed = [*words, *(word for name, value in given for word in (f"--{name}", value)), *quiet, "--json"]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main.main(typed, prog_name="afc")
        except SystemExit as left:
            code = int(left.code or 0)
    return answer(code, out.getvalue(), err.getvalue())


def answer(code: int, out: str, err: str) -> Said:
    """The envelope of an answer; usage errors have none."""
    try:
        whole = json.loads(out)
    except ValueError:
        return Said(code, None, (), (err or out).strip())
    errors = whole["errors"]
    told = "; ".join(f"{one['code']}: {one['message']}" for one in errors) or err.strip()
    return Said(code, whole["data"], tuple(one["code"] for one in errors), told)


def options_of(words: list[str]) -> set[str]:
    """The long options of the command that these words name."""
    from sim.cli import main

    found: click.Command = main
    context = click.Context(main)
    for word in words:
        if not isinstance(found, click.Group):
            break
        inner = found.get_command(context, word)
        if inner is None:
            raise Refused("COMMAND_UNKNOWN", f'afc has no command "{" ".join(words[:3])}"', cure="See: afc --help")
        found = inner
    return {option.removeprefix("--") for one in found.params for option in one.opts if option.startswith("--")}
