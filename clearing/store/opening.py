"""Opening the books: durable, or not at all.

A receipt tells a reader that it may forget its taps, so a database that can lose a commit in a power cut loses fares for
good. The settings that prevent it are read back and, where they do not hold, refused.
"""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import URL

from afc.keys import FIRST_VERSION, PURPOSES
from afc.refusal import Refused
from clearing.store import postgres, sqlite, triggers
from clearing.store.places import POSTGRES, shown_url, url_of
from clearing.store.tables import FOREVER_US, GRACE_US, SCHEMA_VERSION, asked, meta, metadata, scheme_key


def kind_of(url: URL) -> ModuleType:
    """What only one kind of database can say: `sqlite` or `postgres`, the same functions in both."""
    return postgres if url.get_backend_name() == POSTGRES else sqlite


def make_database(where: str) -> bool:
    """On a server, make the database itself where it is missing; was it?"""
    url = url_of(where)
    return url.get_backend_name() == POSTGRES and postgres.make_database(url)


def is_new(connection: Connection) -> bool:
    """Is there nothing in this database yet?"""
    return not inspect(connection).get_table_names()


def create(connection: Connection, environment: str, city: str) -> None:
    """The tables, their laws, and the row that says whose books these are."""
    assert triggers.APPEND_ONLY, "importing the triggers is what attaches them to the tables"
    metadata.create_all(connection)
    row = {"id": 1, "schema_version": SCHEMA_VERSION, "environment": environment, "city": city, "registers": 0}
    connection.execute(meta.insert(), row)
    first = {"version": FIRST_VERSION, "from_us": 0, "to_us": FOREVER_US, "grace_us": GRACE_US}
    connection.execute(scheme_key.insert(), [{"purpose": purpose} | first for purpose in PURPOSES])


def refuse_foreign(connection: Connection, url: URL, environment: str) -> None:
    """Books of another schema or of another environment are not written to."""
    where = shown_url(url)
    version, found = standing(connection, url)
    if version != SCHEMA_VERSION:
        older = version < SCHEMA_VERSION
        raise Refused(
            "SCHEMA_DIFFERS",
            f"the books have schema {version}, this program writes schema {SCHEMA_VERSION}",
            where=where,
            cure="Bring them up with `afc db migrate --db`."
            if older
            else "Open them with the version that wrote them.",
        )
    if environment and found != environment:
        raise Refused(
            "ENVIRONMENT_DIFFERS",
            f'the books belong to the environment "{found}", not "{environment}"',
            where=where,
            cure="Test taps and real taps never meet: name another database.",
        )


def standing(connection: Connection, url: URL) -> tuple[int, str]:
    """The schema and the environment of books, whatever version wrote them."""
    if not inspect(connection).has_table("meta"):
        what = "this database holds something else"
        raise Refused("DATABASE_FOREIGN", what, where=shown_url(url), cure="Name another one.")
    version, environment = connection.exec_driver_sql("SELECT schema_version, environment FROM meta").one()
    return int(version or 0), str(environment)  # a torn file may hold nothing there


def prepare(connection: Connection) -> None:
    """What a connection needs for itself and nobody else sees."""
    asked.create(connection)
