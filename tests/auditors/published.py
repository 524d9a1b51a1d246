"""What is published about the town's weekend, and a house that lies: it has the keys, and signs again what it has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commandline import ask

from afc.keys import KeyRing
from clearing import extract, manifest

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"
FRIDAY, SATURDAY = "2026-03-06", "2026-03-07"
RING = KeyRing.from_seed(8, "sim-hanbit")  # as the scenario has it
Facts = dict[str, Any]


def verified(folder: Path, code: int = 0, city: Path = HANBIT) -> dict[str, str]:
    """What a party finds: the first difference of each check that has one."""
    told = ask(f"statement verify {folder}/statement.json --evidence {folder} --city {city}", code)
    return {check["name"]: check["first"] for check in told["checks"] if not check["ok"]}


class Liar:
    """Changes what is published in a folder and makes digests and signature fit again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts: Facts = json.loads((folder / "manifest.json").read_bytes())["manifest"]
        self.statement: Facts = json.loads((folder / "statement.json").read_bytes())
        self.party = self.statement["party"]["id"]

    def line(self, kind: str, minor: int) -> None:
        """A line and the total come to so much more."""
        next(line for line in self.statement["lines"] if line["kind"] == kind)["minor"] += minor
        self.statement["total"]["minor"] += minor

    def parts(self, change: Callable[[list[extract.Part]], None]) -> None:
        """The extract says something else."""
        parts = extract.read(self.folder / "extract")
        change(parts)
        extract.write(parts, self.folder / "extract")
        digest = extract.whole(part.digest for part in extract.read(self.folder / "extract")).hex()
        self.facts["extracts_sha256"][self.party] = self.statement["custody"]["extract_sha256"] = digest

    def drop(self, at: int) -> None:
        """The log never had this batch, and what came after it has moved up."""
        self.facts["batches"].pop(at)
        log, head = self.facts["log"], bytes.fromhex(self.facts["log"]["head_before"])
        for i, (_, received_us, digest) in enumerate(self.facts["batches"]):
            head = manifest.next_head(head, log["from_position"] + i, received_us, bytes.fromhex(digest))
        log["through_position"] -= 1
        log["head"] = head.hex()
        self.statement["custody"]["log"] = {name: log[name] for name in self.statement["custody"]["log"]}

    def sign(self) -> None:
        """Publish it."""
        data = json.dumps(self.statement, ensure_ascii=False, indent=1).encode() + b"\n"
        (self.folder / "statement.json").write_bytes(data)
        noted = self.facts["statements"][self.party]
        noted["statement_sha256"] = hashlib.sha256(data).hexdigest()
        noted["minor"] = self.statement["total"]["minor"]
        (self.folder / "manifest.json").write_bytes(manifest.sign(RING, self.facts))
