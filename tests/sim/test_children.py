"""The processes of a run, forked by a server that has no books open."""

import os
import sqlite3
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from sim.children import Children


def what_it_sees(there: Connection, books: str) -> None:
    opened = [
        os.readlink(f"/proc/self/fd/{fd}")
        for fd in os.listdir("/proc/self/fd")
        if os.path.exists(f"/proc/self/fd/{fd}")
    ]
    there.send((os.environ.get("AFC_CHILD"), os.getcwd(), books in opened))


def child_sees(books: Path) -> tuple[str | None, str, bool]:
    here, there = Children().Pipe()
    process = Children().Process(target=what_it_sees, args=(there, str(books)), daemon=True)
    process.start()
    seen: tuple[str | None, str, bool] = here.recv()
    process.join()
    return seen


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="the system does not tell which files a process has open"
)
def test_a_process_of_a_run_has_todays_surroundings_and_no_open_books(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = tmp_path / "books.sqlite"
    with sqlite3.connect(books) as connection:
        connection.execute("create table ledger (minor integer)")
        for value in ("the first", "another"):
            monkeypatch.setenv("AFC_CHILD", value)
            monkeypatch.chdir(tmp_path)
            assert child_sees(books) == (value, str(tmp_path), False)
