"""The manifest of a closed date: what the clearing house stands by in public, in one signed file.

It says which batches the date carries, in what order and since when, what was made of them, and under which pack, registers and
versions, all by digest. Whoever holds a receipt, a statement or detail of the date can hold it against the manifest; and two
manifests of one date are two stories, each signed.

There is one way to write it: JSON in UTF-8 without blanks, names in order, whole numbers only, digests in hex. The signature is
Ed25519 over the SHA-256 of that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature

from afc.keys import SIGNATURE_BYTES, KeyRing, check_signature
from afc.refusal import Refused
from clearing.close import Closed
from clearing.custody_told import facts_on, log_of, versions_on
from clearing.house import House
from clearing.netting import owner
from clearing.postings import Total
from clearing.registering import registers_on
from clearing.store import Store, next_head

FORM = "afc-manifest/1"
Facts = dict[str, Any]

EARLIER = ("deferred", "owed")
"""Kinds of accounts whose earlier movements decide what a date's agreements come to: passes sold, debts of a pool."""


def file_of(day: date) -> Path:
    """Where a date's manifest lies, below the house's folder."""
    return Path("statements") / day.isoformat() / "manifest.json"


def draw_up(house: House, closed: Closed, extracts: Mapping[int, bytes]) -> Facts:
    """The manifest of a date that is closed, before it is signed."""
    city, day = house.city, closed.clearing_date
    facts = {
        "form": FORM,
        "environment": house.ring.environment,
        "key_version": house.ring.statement_version,
        "city": city.id,
        "currency": city.currency,
        "decimals": city.exponent,
        "registers_sha256": hashlib.sha256(canonical(registers(house.store, day))).hexdigest(),
        "totals": totals_of(closed.totals),
        "again": {one.service_date.isoformat(): totals_of(one.totals) for one in closed.again},
        "earlier": {kind: moved_before(house.store, kind, day) for kind in EARLIER},
    } | from_books(house, day)
    number = {party.id: party.number for party in house.store.parties()}
    facts["extracts_sha256"] = {
        party: extracts[number[party]].hex() for party in facts["statements"] if number[party] in extracts
    }
    return facts


def from_books(house: House, day: date) -> Facts:
    """What of a manifest the books say at any later time, too."""
    store, city = house.store, house.city
    frozen, facts = store.day(day), facts_on(store, day)
    return {
        "clearing_date": day.isoformat(),
        "closed_before": before(store, day),
        "versions": versions_on(city, day, frozen.city, facts)._asdict(),
        "corrections": [list(one) for one in facts.corrections],
        "log": in_hex(log_of(house, frozen)._asdict()),
        "batches": [in_hex(row) for row in store.names(frozen.from_position, frozen.through_position)],
        "detail": [[s.kind, s.shard, s.rows, s.digest.hex()] for s in store.shards(day)],
        "entries_sha256": entries_digests(store, day)[""].hex(),
        "statements": statements_of(store, day),
        "day_sha256": frozen.digest.hex(),
    } | ({"closed_incomplete": list(consent[1:])} if (consent := store.find_consent(day)) else {})


def before(store: Store, day: date) -> str:
    """The date that was closed before this one, or nothing."""
    closed = [d.clearing_date for d in store.days() if d.clearing_date < day and d.state == "closed"]
    return max(closed).isoformat() if closed else ""


def statements_of(store: Store, day: date) -> Facts:
    """What each party was told, by digest: its statement and its entries."""
    entries = entries_digests(store, day)
    return {
        told.party: {
            "minor": told.minor,
            "statement_sha256": told.digest.hex(),
            "entries_sha256": entries.get(told.party, digest_of_entries(())).hex(),
        }
        for told in store.statements(day)
    }


def entries_digests(store: Store, day: date) -> dict[str, bytes]:
    """Each party's digest of its entries of a date, and under the empty name that of all: over their identities, sorted."""
    names: dict[str, list[bytes]] = {"": []}
    for _, _, facts in store.written(day):  # as they stand on disk, proven or not
        name, accounts = hashlib.sha256(facts).digest(), (account for account, _ in json.loads(facts)[-1])
        for party in {"", *map(owner, accounts)}:
            names.setdefault(party, []).append(name)
    return {party: digest_of_entries(mine) for party, mine in names.items()}


def digest_of_entries(names: Iterable[bytes]) -> bytes:
    """The digest of some entries, whatever their order."""
    return hashlib.sha256(b"".join(sorted(names))).digest()


def moved_before(store: Store, kind: str, day: date) -> list[list[Any]]:
    """What moved accounts of a kind on earlier dates: account, kind of entry, date, minor units."""
    return [[account, what, on.isoformat(), minor] for account, what, on, minor in store.moved_by_date(kind, day)]


def totals_of(totals: Iterable[Total]) -> list[list[Any]]:
    """What the date came to: every entry follows from these rows and the pack, by arithmetic.

    Shard (-1: the whole day), kind, operator, medium, category, product (places in the pack), quantity, minor units, service.
    """
    return sorted([*total] for total in totals)


def totals_from(rows: Iterable[Sequence[Any]]) -> list[Total]:
    """The totals of a manifest, as the books read them."""
    return [Total(*row) for row in rows]


def registers(store: Store, day: date) -> Facts:
    """Who the parties were when a date was closed, and whose each reader is and was, with the keys that it signs with."""
    parties, devices = registers_on(store, day)
    named = [[party.number, party.id, " ".join(party.roles)] for party in parties]
    return {"parties": named, "devices": [in_hex(device._asdict()) for device in devices]}


def in_hex(row: Any) -> Any:
    """A row with its bytes in hex."""
    if isinstance(row, dict):
        return {name: in_hex(value) for name, value in row.items()}
    if isinstance(row, tuple):
        return [in_hex(value) for value in row]
    return row.hex() if isinstance(row, bytes) else row


def canonical(facts: Any) -> bytes:
    """The one way to write it down."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sign(ring: KeyRing, facts: Facts) -> bytes:
    """The file: the facts and the house's signature over them."""
    signature = ring.statement_private().sign(hashlib.sha256(canonical(facts)).digest())
    return canonical({"manifest": facts, "signature": signature.hex()}) + b"\n"


def open_manifest(data: bytes, public: bytes, environment: str, where: str = "") -> Facts:
    """The facts of a file that the house has signed; anything else is refused."""
    cure = "Ask the clearing house for the file again, and others whether theirs is the same."
    try:
        told = json.loads(data)
        facts, signature = told["manifest"], bytes.fromhex(told["signature"])
        one_way = canonical(told) + b"\n" == data and facts["form"] == FORM and len(signature) == SIGNATURE_BYTES
    except (ValueError, KeyError, TypeError, RecursionError):
        one_way = False
    if not one_way:
        raise Refused("MANIFEST_MALFORMED", "this is no manifest in its one form", where=where, cure=cure)
    if facts["environment"] != environment:
        what = f'the manifest is of the environment "{facts["environment"]}", not "{environment}"'
        raise Refused("ENVIRONMENT_DIFFERS", what, where=where, cure="Test books and real books never meet.")
    try:
        check_signature(public, signature, hashlib.sha256(canonical(facts)).digest())
    except InvalidSignature:
        what = "the signature is not the clearing house's, or the file was changed after it was signed"
        raise Refused("SIGNATURE_WRONG", what, where=where, cure=cure) from None
    return dict(facts)


def chain_fault(facts: Facts) -> str:
    """Why the batches that a manifest lists do not lead from its first head to its last, or nothing."""
    log = facts["log"]
    position, head = log["from_position"] - 1, bytes.fromhex(log["head_before"])
    for _, received_us, digest in facts["batches"]:
        position += 1
        head = next_head(head, position, received_us, bytes.fromhex(digest))
    if position != log["through_position"]:
        return f"it lists batches up to position {position} and says that the date ends with {log['through_position']}"
    return "" if head.hex() == log["head"] else "its batches do not lead to the head that it names"


def positions(facts: Facts) -> dict[str, int]:
    """The place in the log of each batch that a manifest lists, by digest."""
    first: int = facts["log"]["from_position"]
    return {digest: first + i for i, (_, _, digest) in enumerate(facts["batches"])}
