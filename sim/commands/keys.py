"""`afc keys`: who may speak to the clearing house over the network."""

from __future__ import annotations

import click

from sim.output import Reply, answers, table

BOOKS = click.option("--db", "where", required=True, metavar="BOOKS", help="The books: a file or a URL.")


@click.group()
def keys() -> None:
    """Keys that the clearing house gives out and takes back."""


@keys.group("api")
def api() -> None:
    """Keys of the network interface, one for each program that a party runs."""


@api.command("make", epilog="Example:  afc keys api make depot-7 --party metro --db books.db")
@click.argument("name")
@click.option("--party", required=True, help="Whose key it is: sees and sends what is this party's.")
@BOOKS
@answers("afc.keys.api.make/1")
def make(name: str, party: str, where: str) -> Reply:
    """Make the key NAME. Its secret is told now and never again."""
    from clearing.api.keys import make_api_key
    from clearing.store import Store
    from sim.serving import now_us

    with Store.open(where) as store:
        key = make_api_key(store, party, name, now_us())
    text = f"{key.secret}\n\nkey {key.id} of {key.party}; send it as  Authorization: Bearer {key.secret[:8]}..."
    return Reply(key._asdict(), text, warnings=("the secret is kept nowhere: store it now",))


@api.command("list", epilog="Example:  afc keys api list --db books.db")
@BOOKS
@answers("afc.keys.api.list/1")
def list_(where: str) -> Reply:
    """Every key that there is and was, without its secret."""
    from clearing.store import FOREVER_US, Store

    with Store.open(where) as store, store.reading():
        parties = {party.number: party.id for party in store.parties()}
        found = store.api_keys()
    rows = [
        {"key": key.id, "party": parties[key.party], "from_us": key.from_us,
         "ended_us": None if key.to_us == FOREVER_US else key.to_us}
        for key in found
    ]  # fmt: skip
    body = [[key.id, parties[key.party], "in force" if key.to_us == FOREVER_US else "ended"] for key in found]
    return Reply(rows, table([["key", "party", "state"], *body]) if rows else "no keys yet")


@api.command("end", epilog="Example:  afc keys api end depot-7 --db books.db")
@click.argument("name")
@BOOKS
@answers("afc.keys.api.end/1")
def end(name: str, where: str) -> Reply:
    """Take the key NAME back: within a second it opens nothing any more."""
    from clearing.store import Store
    from sim.serving import now_us

    with Store.open(where) as store, store.begin():
        store.end_api_key(name, now_us())
    return Reply({"key": name}, f"key {name} has ended")
