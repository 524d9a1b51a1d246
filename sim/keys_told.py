"""Opening and writing key stores from the command line, and what is said of them without telling a secret."""

from __future__ import annotations

import os
import warnings
from getpass import GetPassWarning
from pathlib import Path
from typing import Any

import click

from afc.keys import PURPOSES, KeyRing
from afc.keystore import KeyStore, open_store, seal_store
from afc.moment import from_us
from afc.refusal import Refused, nearest
from clearing.detail import write_durably
from clearing.store import FOREVER_US, KeyAct, SchemeKey, Store, shown
from sim.houses import read_deed, refuse_other_seed

PASSPHRASE = "AFC_KEYS_PASSPHRASE"
"""The environment variable that spares the question; for programs."""


def asked_passphrase(*, new: bool = False) -> str:
    """The passphrase, from the environment or from whoever sits there; a new one is asked for twice. It is asked only where
    it can be typed unseen."""
    given = os.environ.get(PASSPHRASE)
    if given is not None:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))
        except GetPassWarning:
            what = "there is no terminal at which the passphrase could be typed unseen"
            raise Refused("PASSPHRASE_MISSING", what, cure=f"Set {PASSPHRASE}, or type it at a terminal.") from None


def read_store(path: str, passphrase: str) -> KeyStore:
    """The key store in a file."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Refused("KEY_STORE_MISSING", f"cannot be read: {error.strerror}", where=path) from None
    return open_store(data, passphrase, path)


def write_store(path: str, store: KeyStore, passphrase: str, *, new: bool = False) -> None:
    """Write the file whole or not at all, for its owner alone; a new one never takes the place of another."""
    target, sealed = Path(path), seal_store(store, passphrase)
    if new and target.exists():
        raise Refused("KEY_STORE_EXISTS", "there is a file already", where=path, cure="Name another file.")
    try:
        write_durably(target, sealed, mode=0o600)
    except OSError as error:
        raise Refused("KEY_STORE_UNWRITTEN", f"cannot be written: {error.strerror}", where=path) from None


def ring_for(books: Store, keys: str | None, seed: int | None, folder: Path | None = None) -> KeyRing:
    """The ring of books: from a key store, or throw-away keys from a seed, which only a simulated environment takes.

    Books say with which seed they began; with another one, no reader would believe their receipts.
    """
    environment = books.meta().environment
    if keys is None:
        begun = read_deed(folder or books.folder).seed if seed is None else seed
        ring = KeyRing.from_seed(begun, environment)
        refuse_other_seed(books, ring)
        return ring
    store = read_store(keys, asked_passphrase())
    if store.environment != environment:
        what = f'the keys are of "{store.environment}", the books of "{environment}"'
        raise Refused("ENVIRONMENT_DIFFERS", what, where=keys, cure="Test keys and real books never meet.")
    return store.ring()


def books_of(where: str, store: KeyStore) -> Store:
    """Books that exist, and of the same environment as the keys."""
    books = Store.open(where)
    if books.meta().environment != store.environment:
        named = books.meta().environment
        books.close()
        what = f'the keys are of "{store.environment}", the books of "{named}"'
        raise Refused("ENVIRONMENT_DIFFERS", what, where=shown(where), cure="Test keys and real books never meet.")
    return books


def refuse_irrevocable(purpose: str) -> None:
    """Intake asks for the generation of taps alone; taking back any other would promise what nobody keeps."""
    if purpose not in PURPOSES:
        cure = nearest(purpose, PURPOSES) or f"Known: {', '.join(PURPOSES)}."
        raise Refused("PURPOSE_UNKNOWN", f'"{purpose}" is no purpose of keys', where="PURPOSE", cure=cure)
    if purpose == "device":
        cure = "One reader: afc device revoke. All of them: afc keys rotate FILE device, and enrol what they show."
        raise Refused("PURPOSE_NOT_REVOKED", "readers have keys of their own", where="PURPOSE", cure=cure)
    if purpose != "record":
        what = f"nothing that arrives is made under {purpose} keys"
        cure = f"Begin the next generation, and publish it: afc keys rotate FILE {purpose}; afc keys export FILE"
        raise Refused("PURPOSE_NOT_REVOKED", what, where="PURPOSE", cure=cure)


def public_parts(store: KeyStore) -> dict[str, Any]:
    """What everybody may know, and readers must: the keys that check receipts, lists, orders and manifests."""
    ring, versions = store.ring(), store.versions()
    keys = {
        "receipt": ring.receipt_public,
        "list": ring.list_public,
        "command": ring.command_public,
        "statement": ring.statement_public,
    }
    known = [purpose for purpose in keys if purpose in versions]  # a store may be older than a purpose
    parts = {purpose: {"version": versions[purpose], "ed25519": keys[purpose]().hex()} for purpose in known}
    return {"environment": store.environment} | parts


def generations(store: KeyStore, zone: Any, books: Store | None = None) -> list[dict[str, Any]]:
    """Each generation without its secret, and what the books say of it, where they are given."""
    newest = store.versions()
    acts = {(act.purpose, act.version): act for act in books.key_acts()} if books else {}
    states = {key[:2]: state_of(key, zone, acts.get(key[:2])) for key in books.scheme_keys()} if books else {}
    return [
        {
            "purpose": one.purpose,
            "version": one.version,
            "from": from_us(one.from_us, zone).isoformat(timespec="seconds"),
            "newest": one.version == newest[one.purpose],
            "state": states.get((one.purpose, one.version), "not in the books" if books else ""),
        }
        for one in sorted(store.generations, key=lambda one: (PURPOSES.index(one.purpose), one.version))
    ]


def state_of(key: SchemeKey, zone: Any, act: KeyAct | None) -> str:
    """How the books honour a generation, and who took it back, if anybody did."""
    if act:
        at = from_us(act.at_us, zone).isoformat(timespec="seconds")
        return f"taken back {at} by {act.first} and {act.second}: {act.because}"
    if key.to_us == FOREVER_US:
        return "in force"
    return f"honoured until {from_us(key.to_us + key.grace_us, zone).isoformat(timespec='seconds')}"
