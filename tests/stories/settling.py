"""Settling at the command line: two riders and a shop, and what the bank of the town makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from commandline import ask
from house import HANBIT, HARBOUR, NORTH_GATE, Office
from town_bank import Bank, town_with_iban

METRO = "2026-03-04-hanbit-metro"
TWO = '--by "B. Dorj" --second "S. Kim" --because "the bank was asked"'


class Counter(Office):
    """An office whose settlement account is at a bank that answers."""

    def ride(self, card: int = 1) -> None:
        """One rider from North Gate to Harbour on Wednesday, which brings Hanbit Metro 1 527 won."""
        inward = self.sealed("in", NORTH_GATE, f"entry {card} 08:00 NG 1550 18450")
        outward = self.sealed("out", HARBOUR, f"exit {card}/2 08:12 HB 0 18450")
        assert self.answers(inward, outward) == ["ACCEPTED", "ACCEPTED"]

    def file(self, cycle: str = "2026-03-04") -> Path:
        """A cycle's payment file."""
        return self.db.parent / "bank" / f"{cycle}-pain001.xml"

    def states(self, cycle: str = "2026-03-04") -> dict[str, str]:
        """The bank's last word on each payment and call."""
        return {row["end_to_end"]: row["state"] for row in self.ask(f"settlement plan --cycle {cycle}")["payments"]}

    def take(self, verb: str, files: list[Path], day: str, code: int = 0) -> list[str]:
        """Hand in what the bank sent; the breaks that it opens."""
        assert files, "the bank sent nothing"
        names = " ".join(map(str, files))
        told = ask(f"settlement {verb} {names} --at {day}T09:00:00+09:00 --db {self.db}", code)
        return [f"{one['kind']} {one['minor']}" for row in told for one in row["breaks"]]

    def breaks(self, on: str, code: int = 5) -> list[tuple[Any, ...]]:
        """Open breaks: name, kind, age in banking days, money in suspense."""
        told = self.ask(f"settlement breaks --on {on}", code)
        return [(one["name"], one["kind"], one["age"], one["minor"]) for one in told]

    def letters(self, bank: Bank, form: str) -> list[Path]:
        """What the bank has put into the mailbox since."""
        return bank.letters(form, self.folder)


def counter(folder: Path, **settlement: str) -> Counter:
    """An office with one ride on Wednesday, not closed yet."""
    office = Counter(folder, pack=town_with_iban(HANBIT, folder, **settlement))
    office.begin()
    office.ride()
    return office
