"""`afc db`: the database under the books. Make it, bring it up, look at it."""

from __future__ import annotations

import click

from sim.output import Reply, answers

DB = click.option(
    "--db",
    required=True,
    metavar="URL",
    envvar="AFC_DB",
    show_envvar=True,
    help="A file, or postgresql+psycopg://user@host/name.",
)


@click.group()
def db() -> None:
    """The database under the books: make it, bring it up to this version, look at it."""


@db.command("init", epilog="Example:  afc db init --db postgresql+psycopg://clerk@localhost/books --city ulaanbaatar")
@DB
@click.option("--city", required=True, metavar="PACK", help="A pack's name or folder.")
@answers("afc.db.init/1")
def init(db: str, city: str) -> Reply:
    """Make a database for the books of a pack's simulated environment: tables and laws, and nothing in them yet.

    On a server the database itself is made where it is missing, in UTF-8, if the user may. `afc clearing init` then begins the
    books in it; that user needs no right to make databases.
    """
    from afc.city import load_city
    from afc.keys import sim_environment
    from clearing.store import SCHEMA_VERSION, Store, make_database, shown

    pack = load_city(city)
    environment = sim_environment(pack.id)
    made = make_database(db)
    Store.open(db, environment=environment, city=pack.digest).close()
    data = {"db": shown(db), "environment": environment, "schema_version": SCHEMA_VERSION, "database_made": made}
    return Reply(
        data, f"{shown(db)}: ready for books of {pack.name}, environment {environment}, schema {SCHEMA_VERSION}"
    )


@db.command("migrate", epilog="Example:  afc db migrate --db house/clearing.db")
@DB
@answers("afc.db.migrate/1")
def migrate(db: str) -> Reply:
    """Bring books of an older version up to this one. All of it happens, or nothing; what stands in them is not touched.

    Make a copy of the books first all the same. Needs the postgres extra, also for books in a file.
    """
    from clearing.store import migrate as bring_up
    from clearing.store import shown

    steps: list[int] = []
    before, after = bring_up(db, steps.append)
    data = {"db": shown(db), "from": before, "to": after, "steps": steps}
    text = f"schema {before} to {after}, {len(steps)} steps" if steps else f"schema {after} already, nothing to do"
    return Reply(data, f"{shown(db)}: {text}")


@db.command("status", epilog="Example:  afc db status --db house/clearing.db")
@DB
@answers("afc.db.status/1")
def status(db: str) -> Reply:
    """Schema, environment, city pack, rows of each table, and the settings that durability stands on."""
    from clearing.store import shown, status_of

    found = status_of(db)
    lines = [
        f"database     {shown(db)}",
        f"schema       {found.schema_version}"
        + ("" if found.schema_version == found.newest else f" of {found.newest}"),
        f"environment  {found.environment}",
        f"city         {found.city}",
        *(f"setting      {name} = {value}" for name, value in found.settings.items()),
        *(f"rows         {count:>9}  {name}" for name, count in found.rows.items()),
    ]
    return Reply(found._asdict() | {"db": shown(db)}, "\n".join(lines))
