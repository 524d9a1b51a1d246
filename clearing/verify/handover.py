"""What the house hands a party so that it can check its statement: one folder, every file of which the manifest vouches for.

manifest.json      signed; the same for everybody
statement.json     with statement.csv, statement.custody.csv and, where journeys were priced again, statement.repriced.csv
entries.json       the party's entries of the date, each as the list of facts that its identity is the digest of
registers.json     parties and readers
aside.json         taps of the party's own readers that were set aside, or that cards have not confirmed, with the reason
keys.json          public keys; compare them with those that came with the readers
extract/           an operator's extract
own/               with `own`: the party's sealed batches and receipts, for one that has kept none
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

from afc.refusal import Refused, nearest
from clearing import extract, manifest
from clearing.custody_told import holders
from clearing.detail import write_durably
from clearing.entry import canonical
from clearing.house import House
from clearing.ledger import journal
from clearing.netting import owner
from clearing.open_items import read_items
from clearing.store import Party, StatementFile, Store


def hand_over(house: House, party_id: str, day: date, out: Path, own: bool = False) -> int:
    """Write the folder; how many files it has."""
    party, told = party_of(house.store, party_id), statement_of(house.store, party_id, day)
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise Refused("FOLDER_NOT_EMPTY", "the folder holds something", where=str(out), cure="Name an empty one.")
    shutil.copyfile(house.folder / manifest.file_of(day), out / "manifest.json")
    for suffix in (".json", ".csv", ".custody.csv", ".repriced.csv"):
        sheet = (house.folder / told.file).with_suffix(suffix)
        if suffix != ".repriced.csv" or sheet.is_file():
            shutil.copyfile(sheet, out / f"statement{suffix}")
    entries = [
        entry for _, entry in journal(house.store, day) if any(owner(p.account) == party_id for p in entry.postings)
    ]
    put(out / "entries.json", [json.loads(canonical(entry)) for entry in entries])
    put(out / "registers.json", manifest.registers(house.store, day))
    mine = {device for device, holder in holders(house, 2**63 - 1).items() if holder == party.number}
    aside = [row for row in house.store.quarantined() if row.seq and row.device in mine]
    named = [(row.device, row.epoch, row.seq, row.reason) for row in aside] + unconfirmed(house, day, mine)
    put(out / "aside.json", [list(row) for row in named])
    ring = house.ring
    keys = {
        "environment": ring.environment,
        "receipt": ring.receipt_public().hex(),
        "statement": ring.statement_public().hex(),
    }
    put(out / "keys.json", keys)
    if "service_operator" in party.roles:
        extract.write(extract.extract_for(house, day, party.number), out / "extract")
    if own:
        copy_own(house.store, mine, out / "own")
    return sum(1 for path in out.rglob("*") if path.is_file())


def unconfirmed(house: House, day: date, devices: set[int]) -> list[tuple[int, int, int, str]]:
    """Taps at some readers of which nobody knew after a date whether they happened."""
    found = []
    for shard in range(house.shards):
        taps = read_items(house.detail(day.isoformat()), shard).unratified
        names = zip(*(taps[name].tolist() for name in ("device", "epoch", "seq")), strict=True)
        found += [(device, epoch, seq, "UNRATIFIED") for device, epoch, seq in names if device in devices]
    return found


def party_of(store: Store, party_id: str) -> Party:
    """A party of the register by id."""
    found = {party.id: party for party in store.parties()}
    if party_id not in found:
        raise Refused(
            "PARTY_UNKNOWN", f'no party is called "{party_id}"', cure=nearest(party_id, found) or "See city.toml."
        )
    return found[party_id]


def statement_of(store: Store, party_id: str, day: date) -> StatementFile:
    """What a party was told about a date."""
    for told in store.statements(day):
        if told.party == party_id:
            return told
    what = f"{party_id} was told nothing about {day}"
    raise Refused("STATEMENT_MISSING", what, cure="See: afc statement list")


def copy_own(store: Store, devices: set[int], out: Path) -> None:
    """The sealed batches of some readers with their receipts, as whoever collected them has them."""
    out.mkdir()
    for kept in [kept for kept in store.log() if kept.device in devices]:
        sealed = next(sealed for _, sealed in store.accepted(kept.position, kept.position))
        name = out / f"{kept.device}-{kept.epoch}-{kept.number}.afc"
        name.write_bytes(sealed)
        name.with_suffix(".afc.receipt").write_bytes(store.receipts([kept.position])[kept.position])


def put(path: Path, data: object) -> None:
    """An object in its one form."""
    write_durably(path, manifest.canonical(data) + b"\n")
