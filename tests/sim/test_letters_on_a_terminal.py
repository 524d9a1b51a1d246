"""A terminal that does not know every letter: nothing is lost, and nobody is told of an error where there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def said(encoding: str, *words: str) -> bytes:
    """What a process writes on stdout for a terminal with these letters."""
    program = "from sim.cli import main; main(prog_name='afc')"
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    told = subprocess.run(
        [sys.executable, "-P", "-c", program, *words], capture_output=True, check=False, env=surroundings
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-9"])
def test_text_shows_the_number_of_a_letter(encoding: str) -> None:
    told = said(encoding, "city", "stops", "ulaanbaatar").decode("utf-8" if encoding == "ascii" else encoding)
    assert len(told.splitlines()) == len(said("utf-8", "city", "stops", "ulaanbaatar").decode().splitlines())


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-2", "utf-8"])
def test_programs_read_the_same_data(encoding: str) -> None:
    told = said(encoding, "city", "stops", "ulaanbaatar", "--json")
    assert json.loads(told) == json.loads(said("utf-8", "city", "stops", "ulaanbaatar", "--json"))
    assert told.isascii() == (encoding != "utf-8")
