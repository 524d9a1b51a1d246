"""A party's evidence: what it has kept itself, and what the house handed over, read from one folder and believed nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.batch import Batch
from afc.receipt import Receipt, open_receipt
from afc.refusal import Refused
from afc.tap import TAP
from clearing import extract, manifest
from clearing.admit import REGISTER
from clearing.custody import Register, open_with_any
from clearing.facts import Facts
from clearing.store import Device


class Own(NamedTuple):
    """A batch of the party's own reader with its receipt; what cannot be believed says why instead."""

    file: str
    batch: Batch | None
    receipt: Receipt | None
    fault: str


class Evidence(NamedTuple):
    """Everything in the folder."""

    manifest: manifest.Facts
    statement: dict[str, Any]
    statement_bytes: bytes
    csv_bytes: bytes | None
    again_bytes: bytes | None  # the sheet of journeys priced again
    entries: list[list[Any]]
    registers: dict[str, Any]
    devices: tuple[Device, ...]
    aside: dict[tuple[int, int, int], str]
    parts: list[extract.Part] | None
    own: list[Own]

    @property
    def party(self) -> int:
        """The number of the party whose statement it is."""
        wanted = self.statement["party"]["id"]
        return int(next(number for number, name, _ in self.registers["parties"] if name == wanted))

    @property
    def register(self) -> np.ndarray:
        """The readers as columns, as a close looks them up."""
        rows = [(d.device, d.from_us, d.operator, d.vehicle, d.service) for d in self.devices]
        return np.array(rows, REGISTER)

    @property
    def facts(self) -> Facts:
        """What people have found out about taps, as the manifest tells it."""
        return Facts(tuple((kind, decided) for kind, decided in self.manifest["corrections"]))

    def mine(self) -> set[int]:
        """The readers that are or were the party's."""
        return {device.device for device in self.devices if device.operator == self.party}

    def batches(self) -> list[Batch]:
        """The party's own batches that can be believed."""
        return [one.batch for one in self.own if one.batch is not None]


def read_evidence(statement: Path, folder: Path, keys: Path | None) -> Evidence:
    """All of it; refused if a file is not there or is nothing of the kind."""
    told = loaded(keys or folder / "keys.json")
    environment = str(told["environment"])
    data = (folder / "manifest.json").read_bytes()
    facts = manifest.open_manifest(data, bytes.fromhex(told["statement"]), environment, str(folder / "manifest.json"))
    registers = loaded(folder / "registers.json")
    devices = tuple(Device(**row | {"public_key": bytes.fromhex(row["public_key"])}) for row in registers["devices"])
    sheet, again = statement.with_suffix(".csv"), statement.with_suffix(".repriced.csv")
    return Evidence(
        facts,
        loaded(statement),
        statement.read_bytes(),
        sheet.read_bytes() if sheet.is_file() else None,
        again.read_bytes() if again.is_file() else None,
        loaded(folder / "entries.json"),
        registers,
        devices,
        {(device, epoch, seq): reason for device, epoch, seq, reason in loaded(folder / "aside.json")},
        extract.read(folder / "extract") if (folder / "extract").is_dir() else None,
        read_own(folder, Register(devices), bytes.fromhex(told["receipt"]), environment),
    )


def loaded(path: Path) -> Any:
    """A JSON file."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        cure = "Ask the clearing house for the folder again: afc statement evidence"
        raise Refused("EVIDENCE_MISSING", f"the file cannot be read: {error}", where=str(path), cure=cure) from None


def read_own(folder: Path, register: Register, receipt_key: bytes, environment: str) -> list[Own]:
    """Every sealed batch below the folder, in the order of names, opened with its reader's key, and its receipt."""
    found = []
    for path in sorted(folder.rglob("*.afc")):
        name, beside = str(path.relative_to(folder)), path.with_suffix(".afc.receipt")
        try:
            batch, _ = open_with_any(path.read_bytes(), register, environment)
        except Refused as refused:
            found.append(Own(name, None, None, refused.what))
            continue
        if not beside.is_file():
            found.append(Own(name, batch, None, ""))
            continue
        try:
            found.append(Own(name, batch, open_receipt(beside.read_bytes(), receipt_key, environment), ""))
        except Refused as refused:
            found.append(Own(name, batch, None, f"its receipt: {refused.what}"))
    return found


def taps_of(batches: list[Batch]) -> np.ndarray:
    """The taps of some batches, one behind the other."""
    return np.concatenate([np.zeros(0, TAP), *(batch.taps for batch in batches)])
