"""What commands answer: text for a person, one JSON object for a program, and an exit code that means the same everywhere.

0 ok   1 internal error   2 usage   3 invalid input   4 invariant violated   5 something is left to look at
6 service unavailable   99 threshold broken   130 interrupted
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from afc.refusal import Refused

OK, INVALID_INPUT, INVARIANT_VIOLATED, BREAKS, UNAVAILABLE, BROKEN, INTERRUPTED = 0, 3, 4, 5, 6, 99, 130
F = TypeVar("F", bound=Callable[..., Any])


class Reply(NamedTuple):
    """An answer: `data` for programs, `text` for people."""

    data: Any
    text: str
    exit_code: int = OK
    warnings: tuple[str, ...] = ()


def answers(schema: str) -> Callable[[Callable[..., Reply]], Callable[..., None]]:
    """Turn a function that returns a Reply into a command body with `--json`, refusals and exit codes."""

    def around(function: Callable[..., Reply]) -> Callable[..., None]:
        @click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object on stdout.")
        @functools.wraps(function)
        def command(*args: Any, as_json: bool, **options: Any) -> None:
            try:
                reply = function(*args, **options)
            except Refused as refused:
                sys.exit(refuse(schema, refused, as_json))
            except Exception as error:
                sys.exit(unavailable(error))
            except KeyboardInterrupt as stop:
                click.echo(str(stop) or "interrupted; what was finished stays", err=True)
                sys.exit(INTERRUPTED)
            say(schema, reply, as_json)
            sys.exit(reply.exit_code)

        return command

    return around


def say(schema: str, reply: Reply, as_json: bool) -> None:
    """Print an answer."""
    if as_json:
        click.echo(envelope(schema, reply.exit_code == OK, reply.data, reply.warnings, ()))
        return
    for warning in reply.warnings:
        click.echo(f"note: {warning}", err=True)
    if reply.text:
        click.echo(reply.text)


def refuse(schema: str, refused: Refused, as_json: bool) -> int:
    """Print a refusal: what, where, why and how to fix it; as JSON each of several is an error of its own."""
    from afc.pack.findings import SeveralRefused

    if as_json:
        several = refused.refusals if isinstance(refused, SeveralRefused) else (refused,)
        errors = [{"code": r.code, "path": r.where, "message": r.what, "hint": r.cure} for r in several]
        click.echo(envelope(schema, False, None, (), errors))
    else:
        click.echo(f"refused ({refused.code}): {refused}", err=True)
    return INVALID_INPUT


def unavailable(error: Exception) -> int:
    """A service that cannot answer now is not our mistake; everything else is, and keeps its traceback."""
    from clearing.store import Unavailable

    if not isinstance(error, Unavailable):
        raise error
    click.echo(f"unavailable: {str(error).rstrip('.?')}. Try again: nothing is done twice.", err=True)
    return UNAVAILABLE


def envelope(schema: str, ok: bool, data: Any, warnings: Sequence[str], errors: Sequence[Any]) -> str:
    """The one shape of every JSON answer; every letter beyond ASCII is spelt out where stdout is not UTF-8."""
    utf8 = (sys.stdout.encoding or "utf-8").lower() == "utf-8"
    whole = {"schema": schema, "ok": ok, "data": data, "warnings": list(warnings), "errors": list(errors)}
    return json.dumps(whole, ensure_ascii=not utf8, indent=2, default=str)


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Columns in plain text, numbers in the columns of `right` to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
