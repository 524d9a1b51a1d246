"""The command line, in this process: what it says and its exit code."""

from __future__ import annotations

import json
import shlex
from typing import Any

from click.testing import CliRunner

from sim.cli import main


def say(command: str, code: int = 0, given: str | bytes | None = None) -> str:
    """What a command says, stdout and stderr as on a screen; it has to end with `code`."""
    told = CliRunner().invoke(main, shlex.split(command), prog_name="afc", input=given)
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    assert told.exit_code == code, f"$ afc {command}\n{told.output}"
    return told.output


def ask(command: str, code: int = 0) -> Any:
    """The data of a command's answer to a program; a refusal's errors."""
    whole = json.loads(say(f"{command} --json", code))
    assert set(whole) == {"schema", "ok", "data", "warnings", "errors"}
    assert whole["ok"] is (code == 0)
    return whole["errors"] or whole["data"]
