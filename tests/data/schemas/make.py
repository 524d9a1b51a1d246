"""Stores the books of today's schema as SQL text, with a small day in them: once a release.

What a released version wrote has to open in every later one; tests/clearing/test_migrations.py tries it with these files.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[1]), str(HERE.parents[1] / "stories")]

from commandline import ask  # noqa: E402
from databases import name_in, server  # noqa: E402
from house import HARBOUR, NORTH_GATE, WEDNESDAY, Office  # noqa: E402

from clearing.store.tables import SCHEMA_VERSION  # noqa: E402


def small_day(office: Office) -> None:
    """A ride, a top-up at the end of another, bytes that are no batch, and the close of the day."""
    office.begin(cards=3)
    gate = office.sealed("in", NORTH_GATE, "entry 1 08:00 NG 1550 18450", "entry 2 08:01 NG 1550 18450")
    end = office.sealed("out", HARBOUR, "exit 1/2 08:20 HB 0 18450")
    rubbish = office.folder / "rubbish.afc"
    rubbish.write_bytes(b"rubbish" * 40)
    office.answers(gate, end, gate)
    office.answers(rubbish, code=5)
    office.close(WEDNESDAY)
    ask(f"keys api make depot-7 --party hanbit-bus {office.where.split(' --folder')[0]}")


def main() -> None:
    """Both files."""
    with TemporaryDirectory() as folder:
        office = Office(Path(folder))
        small_day(office)
        with sqlite3.connect(office.db) as books:
            (HERE / f"{SCHEMA_VERSION}-sqlite.sql").write_text("\n".join(books.iterdump()) + "\n", "utf-8")
    with TemporaryDirectory() as folder:
        where = server().fresh(template="template0")
        office = Office(Path(folder), where)
        small_day(office)
        dump = [
            server().bin / "pg_dump",
            "-h",
            server().folder,
            "-U",
            "afc",
            "--no-owner",
            "--inserts",
            name_in(where),
        ]
        told = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
        lines = [line for line in told.splitlines() if not line.startswith("\\")]  # words of psql's own, not of SQL
        (HERE / f"{SCHEMA_VERSION}-postgresql.sql").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
