"""`afc keys`: the scheme's keys in their sealed file, and who may speak to the clearing house over the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.commands.hand import four_eyes
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.decision import Decision

BOOKS = click.option(
    "--db", "where", required=True, metavar="BOOKS", help="The books: a file, or postgresql+psycopg://user@host/name."
)


@click.group()
def keys() -> None:
    """Keys: make, list, rotate, revoke, export; and those of the network interface."""


@keys.command("make", epilog="Example:  afc keys make --environment seoul --out seoul.keys")
@click.option("--environment", required=True, metavar="NAME", help="Whose keys these are: 1 to 16 plain signs.")
@click.option("--out", required=True, metavar="FILE", help="Where the key store is written; it must not exist.")
@answers("afc.keys.make/1")
def make(environment: str, out: str) -> Reply:
    """Make the first generation of every key of an environment, in a file that a passphrase opens.

    The passphrase is asked for, or taken from AFC_KEYS_PASSPHRASE.
    """
    from afc.keystore import make_store
    from sim.keys_told import asked_passphrase, public_parts, write_store
    from sim.moments import now_us

    store = make_store(environment, now_us())
    write_store(out, store, asked_passphrase(new=True), new=True)
    return Reply(public_parts(store), f"{out}: keys of {environment}; who loses file or passphrase loses them all")


@keys.command("list", epilog="Example:  afc keys list seoul.keys --db books.db")
@click.argument("file")
@click.option("--db", "where", metavar="BOOKS", help="Books that say which generations are honoured.")
@answers("afc.keys.list/1")
def list_generations(file: str, where: str | None) -> Reply:
    """Every generation of every purpose, without its secret: records of cards, SAMs of readers, receipts, lists, orders.

    Keys of the network interface are listed by afc keys api list.
    """
    from zoneinfo import ZoneInfo

    from sim.keys_told import asked_passphrase, books_of, generations, read_store

    store, zone = read_store(file, asked_passphrase()), ZoneInfo("UTC")
    if where is None:
        rows = generations(store, zone)
    else:
        with books_of(where, store) as books, books.reading():
            rows = generations(store, zone, books)
    body = [
        [row["purpose"], str(row["version"]), row["from"], "newest" if row["newest"] else "", row["state"]]
        for row in rows
    ]
    return Reply(rows, table([["purpose", "version", "from", "", "books"], *body], right=(1,)))


@keys.command("rotate", epilog="Example:  afc keys rotate seoul.keys record --db books.db")
@click.argument("file")
@click.argument("purpose", metavar="record|device|receipt|list|command|statement")
@BOOKS
@answers("afc.keys.rotate/1")
def rotate(file: str, purpose: str, where: str) -> Reply:
    """Begin the next generation of a purpose, in the key store and in the books.

    What was made under the one before is honoured for 72 hours of arrival, whatever its own clock says.
    """
    from afc.keystore import rotated
    from sim.keys_told import asked_passphrase, books_of, read_store, write_store
    from sim.moments import now_us

    passphrase, at_us = asked_passphrase(), now_us()
    store = rotated(read_store(file, passphrase), purpose, at_us)
    version = store.versions()[purpose]
    with books_of(where, store) as books, books.begin():
        books.roll_scheme_key(purpose, version, at_us)
        write_store(file, store, passphrase)  # before the commit: a generation too many is harmless, one too few is not
    return Reply({"purpose": purpose, "version": version}, f"{purpose} keys are at generation {version}")


@keys.command(
    "revoke",
    epilog='Example:  afc keys revoke record 1 --by "B. Dorj" --second "S. Kim" --because "a reader was opened" --db books.db',
)
@click.argument("purpose", metavar="record")
@click.argument("version", type=click.IntRange(1, 255))
@BOOKS
@answers("afc.keys.revoke/1")
@four_eyes("Who takes it back.", "What was found out.")
def revoke(purpose: str, version: int, where: str, decision: Decision) -> Reply:
    """Take a generation of the keys of taps back: what arrives under it from now on waits in quarantine for a person.

    Every reader that still makes taps under it is kept aside, so two people decide it. Doing it twice changes nothing.

    A single reader is taken out of trust with afc device revoke. Other keys are replaced with afc keys rotate: whoever checks
    what they sign goes by the newest public part.
    """
    from clearing.keys_back import take_back
    from clearing.store import Store
    from sim.keys_told import refuse_irrevocable
    from sim.moments import now_us

    refuse_irrevocable(purpose)
    with Store.open(where) as books:
        act = take_back(books, purpose, version, decision, now_us())
    data = {
        "purpose": purpose, "version": version, "by": act.first, "second": act.second, "because": act.because,
        "at_us": act.at_us,
    }  # fmt: skip
    who = f"by {act.first} and {act.second}: {act.because}"
    return Reply(data, f"generation {version} of {purpose} keys is taken back {who}")


@keys.command("export", epilog="Example:  afc keys export seoul.keys --json")
@click.argument("file")
@answers("afc.keys.export/1")
def export(file: str) -> Reply:
    """The public part, for readers and partners: the keys that check receipts, lists with parameters, orders and manifests."""
    from sim.keys_told import asked_passphrase, public_parts, read_store

    parts = public_parts(read_store(file, asked_passphrase()))
    body = [[name, str(part["version"]), part["ed25519"]] for name, part in parts.items() if name != "environment"]
    return Reply(parts, table([["purpose", "version", "ed25519"], *body], right=(1,)))


@keys.group("api")
def api() -> None:
    """Keys of the network interface, one for each program that a party runs."""


@api.command("make", epilog="Example:  afc keys api make depot-7 --party metro --db books.db")
@click.argument("name")
@click.option("--party", required=True, help="Whose key it is: sees and sends what is this party's.")
@BOOKS
@answers("afc.keys.api.make/1")
def make_api(name: str, party: str, where: str) -> Reply:
    """Make the key NAME. Its secret is told now and never again."""
    from clearing.api.keys import make_api_key
    from clearing.store import Store
    from sim.moments import now_us

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
    from sim.moments import now_us

    with Store.open(where) as store, store.begin():
        store.end_api_key(name, now_us())
    return Reply({"key": name}, f"key {name} has ended")
