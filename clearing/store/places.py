"""Where books lie: a file of SQLite, or a database on a PostgreSQL server. Secrets in a name are never shown.

books.db   sqlite:///books.db   postgresql+psycopg://user@host/name
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from afc.refusal import Refused

SQLITE, POSTGRES = "sqlite", "postgresql"
_CURE = "Write sqlite:///books.db or postgresql+psycopg://user@host/name."
_SECRETS = ("password", "sslpassword")


def url_of(where: str) -> URL:
    """The place in full; what names no database that we know is refused."""
    try:
        url = make_url(where) if "://" in where else URL.create(SQLITE, database=where)
    except (ArgumentError, ValueError):
        raise Refused("DATABASE_UNKNOWN", f'"{_before_host(where)}" is not a database', cure=_CURE) from None
    kind = url.get_backend_name()
    if kind in (POSTGRES, "postgres"):
        return _on_server(url.set(drivername="postgresql+psycopg"))
    if kind != SQLITE:
        raise Refused("DATABASE_UNKNOWN", f"{kind} is not supported", where=shown(where), cure=_CURE)
    if url.database in (None, "", ":memory:"):
        cure = "Books in memory die with the program: name a file."
        raise Refused("DATABASE_WEAK", "there is no file", where=shown(where), cure=cure)
    return url


def is_on_server(where: str) -> bool:
    """Is it a database on a server, whose detail files need a folder elsewhere?"""
    return url_of(where).get_backend_name() == POSTGRES


def folder_of(where: str, environment: str = "") -> Path:
    """The folder of detail files: where the file lies or, for books on a server, the one named for their environment."""
    url = url_of(where)
    if url.get_backend_name() == SQLITE:
        return Path(url.database or "").parent
    return Path(f"{environment.removeprefix('sim-')}-house")


def is_same(one: str, other: str) -> bool:
    """Do two names mean one place? Who asks, with which password, is not asked."""
    return _bare(url_of(one)) == _bare(url_of(other))


def shown(where: str) -> str:
    """The place as it may be printed: without passwords, wherever they stand in it."""
    try:
        url = make_url(where) if "://" in where else None
    except (ArgumentError, ValueError):
        return _before_host(where)
    return where if url is None or url.get_backend_name() == SQLITE else shown_url(url)


def shown_url(url: URL) -> str:
    """The same of a place that was read."""
    bare = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    return bare.difference_update_query(_SECRETS).render_as_string(hide_password=False)


def _bare(url: URL) -> tuple[object, ...]:
    if url.get_backend_name() == SQLITE:
        return (Path(url.database or "").resolve(),)
    host, port = url.query.get("host", url.host), url.query.get("port", url.port)
    return host, int(str(port or 5432)), url.database


def _on_server(url: URL) -> URL:
    if url.database:
        return url
    what = "it names no database on the server"
    raise Refused("DATABASE_UNKNOWN", what, where=shown_url(url), cure=_CURE)


def _before_host(where: str) -> str:
    """What cannot be read may hide a password anywhere, so only its beginning is shown."""
    return where.partition("://")[0] + "://…" if "://" in where else where
