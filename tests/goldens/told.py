"""What a command says, without what no two machines or releases agree on, beside what is written down.

With AFC_GOLDENS=write what the commands say now is written down; review the difference like code.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITE = os.environ.get("AFC_GOLDENS") == "write"
ANYTHING = "..."
"""A line of its own in what is expected: any number of lines."""

_MASKS = [
    (re.compile(r"\b[0-9a-f]{16}…"), "…"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "…"),
    (re.compile(r"\bMAC [0-9a-f]{16}\b"), "MAC …"),
    (re.compile(r"\b(20\d{6})-[0-9a-f]{6}\b"), r"\1-…"),
]
"""Digests, MACs and run ids: they change with every byte of a pack or of a tap, and say nothing to a reader."""


def say(command: str, folder: Path) -> tuple[str, int]:
    """Run a command line in a folder as a reader would: what appears on the screen, and the exit code."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AFC_RUNS": "runs",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    return masked(done.stdout), done.returncode


def masked(text: str) -> str:
    """The text with an ellipsis for whatever is different each time."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def fits(expected: Sequence[str], told: Sequence[str]) -> bool:
    """Are these the expected lines? A line of three dots stands for any number of them."""
    pattern = "".join("(?:.*\n)*?" if line == ANYTHING else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in told)) is not None


def elided(expected: Sequence[str], told: Sequence[str]) -> list[str]:
    """What to write down instead: as many first and last lines as before, where there was one line of three dots."""
    told = [line.rstrip() for line in told]
    if list(expected).count(ANYTHING) != 1:
        return list(told)
    before = list(expected).index(ANYTHING)
    after = len(expected) - before - 1
    return [*told[:before], ANYTHING, *told[len(told) - after :]]


def check(golden: Path, told: str) -> None:
    """Compare with a file of this folder, or write it."""
    if WRITE:
        golden.write_text(told, "utf-8")
    if not golden.exists():
        pytest.fail(f"{golden.name} is not written yet: make goldens")
    assert told == golden.read_text("utf-8"), f"{golden.name} says something else; if that is right: make goldens"
