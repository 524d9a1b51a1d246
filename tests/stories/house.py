"""A clearing house in a folder, at the command line: a few verbs in the words of a fare clerk's worked example.

Readers of the small town have their numbers from the register: 51 lets in at North Gate, 56 lets out at Harbour.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from commandline import ask, say

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"
NORTH_GATE, HARBOUR = 51, 56
MORNING = "2026-03-04T08:00:00+09:00"
NOON = "2026-03-04T12:00:00+09:00"
WEDNESDAY, THURSDAY = "2026-03-04", "2026-03-05"


class Office:
    """The books below a folder, and what is done with them."""

    def __init__(self, folder: Path, db: str = "", pack: Path = HANBIT) -> None:
        self.folder, self.db, self.pack = folder, folder / "house" / "clearing.db", pack
        self.where = f"--db {db or self.db}" + (f" --folder {folder / 'house'}" if db else "")

    def begin(self, cards: int = 10, balance: int = 20_000) -> None:
        """New books with some blank cards."""
        say(f"clearing init {self.where} --city {self.pack} --cards {cards} --balance {balance}")

    def sealed(self, name: str, device: int, *taps: str, after: str = "", epoch: int = 1, versions: str = "") -> Path:
        """A batch that somebody wrote by hand: `entry 1 08:00 NG 1550 18450` is kind, card, clock, stop, amount, balance.

        `1/2` is card 1 with its counter at 2; a card that stands alone begins to count.
        """
        lines = []
        for kind, card, at, stop, amount, balance in (tap.split() for tap in taps):
            number, _, counter = card.partition("/")
            lines.append(f"{kind},{number},{counter},{when(at)},{stop},{amount},{balance}")
        records, out = self.folder / f"{name}.csv", self.folder / f"{name}.afc"
        records.write_text("\n".join(["kind,card,counter,time,stop,amount,balance", *lines]))
        before = f"--previous {self.folder / after}.afc" if after else f"--epoch {epoch}"
        say(f"kit sign --world {self.pack} --device {device} --records {records} --out {out} {before} {versions}")
        return out

    def answers(self, *batches: Path, at: str = NOON, code: int = 0) -> list[str]:
        """What is said to some batches, in order."""
        files = " ".join(map(str, batches))
        data = ask(f"clearing ingest {files} --received-at {at} {self.where}", code)
        return [f"{row['answer']} {row['reason']}".strip() for row in data["answers"]]

    def ask(self, question: str, code: int = 0) -> Any:
        """The data of a question to the books."""
        return ask(f"{question} {self.where}", code)

    def close(self, through: str) -> list[Any]:
        """Close what is due, and what it came to."""
        return list(self.ask(f"clearing run --through {through} -q"))

    def audit(self, code: int = 0) -> dict[str, str]:
        """What an audit finds wrong, by the name of the check."""
        found = self.ask("clearing audit", code)
        return {f"{one['invariant']} {one['name']}": one["first_offender"] for one in found if not one["ok"]}

    def replay(self, code: int = 0) -> list[str]:
        """What differs when everything is done again from what came in."""
        again = self.folder / f"again-{len(list(self.folder.iterdir()))}" / "clearing.db"
        return list(self.ask(f"clearing replay --to {again} -q", code)["differences"])


def when(clock: str) -> str:
    """`08:00` on Wednesday, or a moment in full."""
    return clock if "T" in clock else f"{WEDNESDAY}T{clock}:00+09:00"
