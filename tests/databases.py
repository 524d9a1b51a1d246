"""Books for the tests on both databases, and another program's hand in them.

The PostgreSQL server is one a session, started from the binaries of this machine with the settings that the product insists on,
under a user that is not root, in a temporary folder behind a socket; each test has a database of its own. Where there are
no binaries the tests are skipped with the reason; AFC_NEEDS_POSTGRES=1 makes that a failure.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

KINDS = ("sqlite", "postgresql")
USER = "afc"
_numbers = count(1)
_watchers: list[subprocess.Popen[bytes]] = []

# Two words of SQLite that the tests' own statements use, for the other database.
_BLOBS = """
CREATE FUNCTION zeroblob(n int) RETURNS bytea LANGUAGE sql AS $$ SELECT decode(repeat('00', n), 'hex') $$;
CREATE FUNCTION randomblob(n int) RETURNS bytea LANGUAGE sql
AS $$ SELECT decode(string_agg(lpad(to_hex((random() * 255)::int), 2, '0'), ''), 'hex') FROM generate_series(1, n) $$;
"""


class Server:
    """A server in a folder; `crash` is a power cut for its processes, and `start` its recovery."""

    def __init__(self, bin_: Path, folder: Path) -> None:
        self.bin, self.folder, self.data = bin_, folder, folder / "data"
        self.begun: dict[Callable[[str], None], str] = {}
        self._run("initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nmax_connections = 60\n")
            conf.write("dynamic_shared_memory_type = mmap\n")  # in the folder, so that a crash leaves nothing behind
        self.start()
        self.ask(_BLOBS, "template1")

    def start(self) -> None:
        """Up, and ready to be asked; after a crash, recovered."""
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "start")

    def crash(self) -> None:
        """Every process of it dies at once, and nothing is tidied up."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for victim in (pid, *map(int, children)):
            os.kill(victim, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)

    def ask(self, words: str, database: str = "postgres") -> str:
        """What a statement answers, without a header."""
        return self._run("psql", "-h", str(self.folder), "-U", USER, "-d", database, "-XAtqc", words)

    def url(self, database: str) -> str:
        """A database as the product names it."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def fresh(self, begin: Callable[[str], None] | None = None, template: str = "template1") -> str:
        """A database of its own, as a URL: empty, or a copy of one in which `begin` has begun books."""
        name = f"t{os.getpid()}_{next(_numbers)}"
        if begin is not None and begin not in self.begun:
            self.begun[begin] = self.fresh()
            begin(self.begun[begin])
        template = template if begin is None else name_in(self.begun[begin])
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def load(self, script: Path) -> str:
        """A database made of nothing but a script."""
        url = self.fresh(template="template0")
        self._run(
            "psql",
            "-h",
            str(self.folder),
            "-U",
            USER,
            "-d",
            name_in(url),
            "-Xq",
            "-v",
            "ON_ERROR_STOP=1",
            "-f",
            str(script),
        )
        return url

    def drop(self, url: str) -> None:
        """Whoever still has it open has it no more."""
        self.ask(f"DROP DATABASE {name_in(url)} WITH (FORCE)")

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(self.bin / program), *arguments], capture_output=True, text=True, check=False, cwd=self.folder,
            **_as_another_user(),
        )  # fmt: skip
        assert done.returncode == 0, f"{program} {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()


@cache
def server() -> Server:
    """The server of this test session; skips where there can be none."""
    found = _binaries()
    if found is None:
        why = "no PostgreSQL server is installed (apt-get install postgresql)"
        if os.environ.get("AFC_NEEDS_POSTGRES") == "1":
            pytest.fail(f"AFC_NEEDS_POSTGRES=1, and {why}")
        pytest.skip(why)
    folder = Path(tempfile.mkdtemp(prefix="afc-pg-", dir=_roomy()))
    if "user" in _as_another_user():
        shutil.chown(folder, **_as_another_user())
    folder.chmod(0o755)
    _watch(folder)
    return Server(found, folder)


def name_in(url: str) -> str:
    """The database that a URL names."""
    return url.partition("@/")[2].partition("?")[0]


@contextmanager
def place(kind: str, folder: Path, begin: Callable[[str], None] | None = None) -> Iterator[str]:
    """A place for books, as long as this is entered: a file in the folder, or a database on the server.

    It is empty, unless `begin` begins something in it.
    """
    if kind == "sqlite":
        where = str(folder / "books.db")
        if begin is not None:
            begin(where)
        yield where
        return
    url = server().fresh(begin)
    yield url
    server().drop(url)


class Forbidden(Exception):
    """A law of the database forbade a statement."""


class Hand:
    """Another program that has the books open, each statement a transaction of its own."""

    def __init__(self, where: str) -> None:
        if where.startswith("postgresql"):
            import psycopg

            self.kind, self._errors = (
                "postgresql",
                (psycopg.IntegrityError, psycopg.DataError, psycopg.ProgrammingError),
            )
            self._connection: Any = psycopg.connect(where.replace("+psycopg", ""), autocommit=True)
        else:
            self.kind, self._errors = "sqlite", (sqlite3.IntegrityError,)
            self._connection = sqlite3.connect(where, isolation_level=None)

    def execute(self, words: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, if it has any; `Forbidden` where a law stands against it."""
        try:
            done = self._connection.execute(self._in_its_words(words))
        except self._errors as error:
            raise Forbidden(str(error)) from error
        return [tuple(row) for row in done.fetchall()] if done.description else []

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [column[0] for column in self._connection.execute(f"SELECT * FROM {table} LIMIT 0").description]

    def tables(self) -> list[str]:
        """The names of all tables."""
        if self.kind == "sqlite":
            return [name for (name,) in self.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [name for (name,) in self.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]

    def drop_laws(self) -> None:
        """Triggers, foreign keys and, if asked by a PRAGMA later, checks do not hold any more."""
        if self.kind == "postgresql":
            self.execute("SET session_replication_role = replica")
            return
        for (name,) in self.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.execute(f"DROP TRIGGER {name}")

    def script(self, words: str) -> None:
        """Several statements."""
        for statement in words.split(";"):
            if self.kind == "postgresql" and "ignore_check_constraints" in statement:
                self._drop_checks()
            elif self.kind == "sqlite" or "PRAGMA" not in statement:
                self.execute(statement)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """The one writer, who takes his time."""
        from clearing.store import postgres, sqlite

        self.execute(sqlite.WRITE if self.kind == "sqlite" else postgres.WRITE)
        if self.kind == "postgresql":
            self.execute(f"SELECT pg_advisory_xact_lock({postgres._WRITER})")
        yield
        self.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Hand:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drop_checks(self) -> None:
        found = self.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND conrelid > 0"
        )
        for table, name in found:
            self.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')

    def _in_its_words(self, words: str) -> str:
        if self.kind == "sqlite":
            return words
        words = re.sub(r"x'([0-9a-f]*)'", r"'\\x\1'::bytea", words).replace("AS BLOB", "AS BYTEA")
        return words.replace("DROP TABLE batch", "DROP TABLE batch CASCADE")


def _watch(folder: Path) -> None:
    """However this process ends, the server ends with it: a shell reads from a pipe that nobody writes to, until it breaks.

    It is a session of its own, so that what ends the tests and all that they started leaves it to do its work.
    """
    ends = 'read -r _; sleep 1; kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"; sleep 1; rm -rf "$0"'
    shell = ["sh", "-c", ends, str(folder)]
    _watchers.append(subprocess.Popen(shell, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True))


def _roomy() -> str | None:
    """Memory, where there is enough of it: hundreds of databases come and go, and none has to survive this machine."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2 << 30 else None


def _binaries() -> Path | None:
    """The newest server's programs: Debian keeps them by version, others on the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "psql").exists()), None)


@cache
def _as_another_user() -> dict[str, str]:
    """A server refuses to run as root, so root starts it as somebody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        group = "postgres" if name == "postgres" else "nogroup"
        return {"user": name, "group": group}
    return {}
