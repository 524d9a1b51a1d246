"""The security manager's shelf: a key for each thing, told apart, and what the books still honour of each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import ask

from afc.keys import PURPOSES
from clearing.store import Store

ROOT = Path(__file__).resolve().parents[2]


def test_every_purpose_is_listed_rolled_and_told_to_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders to readers have a key of their own, and it rolls like any other."""
    monkeypatch.setenv("AFC_KEYS_PASSPHRASE", "five words that nobody guesses")
    keys, books = tmp_path / "morgen.keys", tmp_path / "books.db"
    made = ask(f"keys make --environment morgen --out {keys}")
    with Store.open(str(books), environment="morgen"):
        pass
    assert ask(f"keys rotate {keys} command --db {books}") == {"purpose": "command", "version": 2}
    rows = ask(f"keys list {keys} --db {books}")
    assert [row["purpose"] for row in rows] == sorted([*PURPOSES, "command"], key=PURPOSES.index)
    assert [row["state"].split()[0] for row in rows if row["purpose"] == "command"] == ["honoured", "in"]
    told = ask(f"keys export {keys}")
    assert (told["command"]["version"], told["list"]) == (2, made["list"])
    assert told["command"]["ed25519"] != made["command"]["ed25519"]


def test_a_passphrase_is_never_asked_where_it_would_be_seen(tmp_path: Path) -> None:
    """A night job without a terminal is told what to set; nothing is made, and Python's own warning is not shown."""
    words = {name: value for name, value in os.environ.items() if name != "AFC_KEYS_PASSPHRASE"}
    command = [
        sys.executable,
        "-P",
        "-c",
        "from sim.cli import main; main()",
        "keys",
        "make",
        "--environment",
        "morgen",
    ]
    run = subprocess.run(
        [*command, "--out", str(tmp_path / "morgen.keys")], env=words | {"PYTHONPATH": str(ROOT)}, input="five words\n",
        capture_output=True, text=True, start_new_session=True, check=False,
    )  # fmt: skip
    assert run.returncode == 3
    assert "PASSPHRASE_MISSING" in run.stderr
    assert "AFC_KEYS_PASSPHRASE" in run.stderr
    assert "Warning" not in run.stderr
    assert list(tmp_path.iterdir()) == []
