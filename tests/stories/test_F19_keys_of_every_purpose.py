"""The security manager's shelf: a key for each thing, told apart, and what the books still honour of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask

from afc.keys import PURPOSES
from clearing.store import Store


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
