"""Bringing books up: from any released schema to the newest, all steps in one transaction, and what stands is not touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from afc.refusal import Refused
from clearing.store import opening
from clearing.store.places import shown_url, url_of
from clearing.store.tables import SCHEMA_VERSION, meta

FIRST_RELEASED = 3
_HERE = Path(__file__).resolve().parent / "migrations"


class Standing(NamedTuple):
    """What a database holds: whose books, of which schema, how many rows a table, and what durability stands on."""

    schema_version: int
    newest: int
    environment: str
    city: str
    rows: dict[str, int]
    settings: dict[str, str]


def status(where: str) -> Standing:
    """How books stand, of whatever schema they are."""
    with _connected(where) as connection:
        url = url_of(where)
        version, environment = opening.standing(connection, url)
        names = sorted(inspect(connection).get_table_names())
        rows = {
            name: int(connection.execute(select(func.count()).select_from(table(name))).scalar_one()) for name in names
        }
        city = str(connection.execute(select(meta.c.city)).scalar_one())
        return Standing(version, SCHEMA_VERSION, environment, city, rows, opening.kind_of(url).settings(connection))


def migrate(where: str, told: Callable[[int], None] = lambda _: None) -> tuple[int, int]:
    """Bring books to the newest schema; from and to. A cut anywhere leaves them as they were."""
    url = url_of(where)
    kind = opening.kind_of(url)
    with _connected(where) as connection:
        kind.begin(connection, kind.WRITE)
        try:
            before, _ = opening.standing(connection, url)
            _refuse_unknown(before, shown_url(url))
            for step in _steps(before):
                _take(connection, step)
                told(int(step.revision))
            connection.execute(meta.update().values(schema_version=SCHEMA_VERSION))
            kind.commit(connection)
        except BaseException:
            if not connection.invalidated:
                connection.execute(text("ROLLBACK"))
            raise
    return before, SCHEMA_VERSION


@contextmanager
def _connected(where: str) -> Iterator[Connection]:
    url = url_of(where)
    kind = opening.kind_of(url)
    if not kind.is_there(url):
        raise Refused("BOOKS_MISSING", "there are no books here", where=shown_url(url), cure="Is it spelt right?")
    connection: Connection = kind.connect(url, 5.0)
    try:
        yield connection
    except DBAPIError as error:
        if (passing := kind.passing(error)) is None:
            raise
        raise passing from error
    finally:
        connection.close()
        connection.engine.dispose()


def _refuse_unknown(version: int, where: str) -> None:
    if FIRST_RELEASED <= version <= SCHEMA_VERSION:
        return
    what = f"the books have schema {version}, and this program knows {FIRST_RELEASED} to {SCHEMA_VERSION}"
    raise Refused("SCHEMA_DIFFERS", what, where=where, cure="Open them with the version that wrote them.")


def _steps(version: int) -> list[Any]:
    """The revisions that are still to be taken, in their order."""
    found = [*_script().iterate_revisions("head", str(version))]
    return found[::-1]


def _script() -> Any:
    try:
        from alembic.script import ScriptDirectory
    except ImportError:
        cure = "Install the postgres extra, which brings it: pip install 'afc[postgres]'."
        raise Refused("EXTRA_MISSING", "alembic is not installed", cure=cure) from None
    return ScriptDirectory(str(_HERE), version_locations=[str(_HERE / "versions")])


def _take(connection: Connection, step: Any) -> None:
    """One revision, in the transaction that is open."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    with Operations.context(MigrationContext.configure(connection)):
        step.module.upgrade()
