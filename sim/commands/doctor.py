"""`afc doctor`: is everything here that a run needs, and are the rules compiled."""

from __future__ import annotations

import platform
import sqlite3
import tempfile
import time
from pathlib import Path

import click

from sim.output import UNAVAILABLE, Reply, answers, table


@click.command(epilog="Example:  afc doctor")
@answers("afc.doctor/1")
def doctor() -> Reply:
    """Check Python, libraries, the database's durability, zone data and packs; compile the fare rules for later runs.

    Exits with 6 if something is broken.
    """
    checks = [*_libraries(), _database(), _zones(), _packs(), _rules()]
    rows = [["ok" if ok else "BROKEN", what, told] for what, ok, told in checks]
    data = [{"check": what, "ok": ok, "told": told} for what, ok, told in checks]
    return Reply(data, table(rows), 0 if all(ok for _, ok, _ in checks) else UNAVAILABLE)


def _libraries() -> list[tuple[str, bool, str]]:
    from importlib import metadata

    names = ("simpy", "cryptography", "sqlalchemy", "click", "numpy", "numba", "scipy", "pyarrow", "pydantic", "babel")
    found = [("python", True, platform.python_version()), ("sqlite", True, sqlite3.sqlite_version)]
    for name in names:
        try:
            found.append((name, True, metadata.version(name)))
        except metadata.PackageNotFoundError:
            found.append((name, False, f"missing; pip install {name}"))
    return found


def _database() -> tuple[str, bool, str]:
    """A real file is opened with the settings that receipts stand on."""
    from afc.refusal import Refused
    from clearing.store import Store

    try:
        with tempfile.TemporaryDirectory() as folder:
            Store.open(str(Path(folder) / "doctor.db"), environment="sim-doctor", city="doctor").close()
    except Refused as refused:
        return "durable database", False, str(refused)
    return "durable database", True, "write-ahead log, synchronous FULL, foreign keys, strict tables"


def _zones() -> tuple[str, bool, str]:
    from zoneinfo import available_timezones

    found = len(available_timezones()) > 1  # UTC is there without any data
    return "zone data", found, "found" if found else "missing; pip install tzdata"


def _packs() -> tuple[str, bool, str]:
    from afc.city import list_cities, load_city
    from afc.refusal import Refused

    try:
        names = [load_city(name).id for name in list_cities()]
    except Refused as refused:
        return "city packs", False, str(refused)
    return "city packs", bool(names), ", ".join(names)


def _rules() -> tuple[str, bool, str]:
    """Compiling takes some seconds once; the result is kept on disk until a rule changes."""
    from afc.executor import cache_folder
    from sim.warm import warm

    began = time.perf_counter()
    warm()
    return "compiled rules", True, f"{time.perf_counter() - began:.1f} s, kept in {cache_folder()}"
