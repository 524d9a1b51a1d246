"""Books on a server go on under another edition like books in a file, and what comes late of before is priced again by it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import databases
from commandline import say
from house import HANBIT, HARBOUR, NORTH_GATE, THURSDAY, WEDNESDAY, Office
from test_F25_another_edition import FRIDAY, WHO, dearer, wrong


def adopted(folder: Path, db: str = "") -> dict[str, Any]:
    """Card 1 goes in at North Gate on Wednesday and again on Thursday; from Friday on a ride begins at 1650. Only then come
    Wednesday's way out, which prices the card's Wednesday and Thursday again, and a Wednesday's ride of card 2."""
    folder.mkdir()
    office = Office(folder, db, pack=shutil.copytree(HANBIT, folder / "hanbit"))
    say(f"clearing init {office.where} --city {office.pack} --cards 10 --balance 20000 --start {WEDNESDAY}")
    first = office.sealed("wed", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    assert office.answers(first) == ["ACCEPTED"]
    office.close(WEDNESDAY)
    again = office.sealed("thu", NORTH_GATE, f"entry 1/3 {THURSDAY}T08:00:00+09:00 NG 1550 16900", after="wed")
    assert office.answers(again, at=f"{THURSDAY}T12:00:00+09:00") == ["ACCEPTED"]
    office.close(THURSDAY)
    before = office.ask("clearing days")
    dearer(office.pack)
    office.ask(f"clearing adopt --from {FRIDAY} {WHO} --at {THURSDAY}T20:00:00+09:00")
    late = office.sealed("late", HARBOUR, "exit 1/2 08:20 HB 0 18450", "entry 2 18:00 HB 1550 18450")
    friday = office.sealed("fri", NORTH_GATE, f"entry 3 {FRIDAY}T08:00:00+09:00 NG 1650 18350", after="thu")
    assert office.answers(late, friday, at=f"{FRIDAY}T20:00:00+09:00") == ["ACCEPTED", "ACCEPTED"]
    [told] = office.close(FRIDAY)
    assert (told["date"], told["charged_minor"], told["rated_otherwise"]) == (FRIDAY, 1550 + 1650, 0)
    days = office.ask("clearing days")
    assert [row["digest"] for row in days[:2]] == [row["digest"] for row in before]
    assert office.audit() == {}
    assert office.replay() == []
    old, new = (office.db.parent / "packs" / row["digest"] for row in office.ask("clearing packs"))
    assert [wrong(office, day, pack) for day, pack in ((WEDNESDAY, old), (THURSDAY, old), (FRIDAY, new))] == [
        [],
        [],
        [],
    ]
    return {"days": [row["digest"] for row in days], "balances": office.ask("ledger trial-balance")}


def test_adopting_and_pricing_again_come_to_the_same_on_both_databases(tmp_path: Path) -> None:
    in_a_file = adopted(tmp_path / "file")
    with databases.place("postgresql", tmp_path) as url:
        assert adopted(tmp_path / "server", url) == in_a_file
