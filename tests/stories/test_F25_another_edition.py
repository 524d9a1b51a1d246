"""The books go on under another edition of the pack: two people adopt it, and earlier dates stay what they were."""

from __future__ import annotations

import shutil
from pathlib import Path

from commandline import ask, say
from house import HANBIT, Office

WHO = '--by "B. Dorj" --second "S. Kim" --because "agreed in the council"'


def changed(pack: Path, file: str, old: str, new: str) -> None:
    """Somebody edits a file of a pack."""
    text = (pack / file).read_text("utf-8")
    assert text.count(old) == 1, old
    (pack / file).write_text(text.replace(old, new), "utf-8")


def begun(tmp_path: Path, start: str) -> Office:
    """Books whose pack lies in a folder of its own."""
    office = Office(tmp_path, pack=shutil.copytree(HANBIT, tmp_path / "hanbit"))
    say(f"clearing init --db {office.db} --city {office.pack} --cards 10 --balance 20000 --start {start}")
    return office


def test_the_last_day_of_the_calendar_is_closed_and_paid_once_the_next_year_is_known(tmp_path: Path) -> None:
    """Nobody has said yet on which day banks work in January: nothing is paid before that, and nothing is lost by it."""
    office, day = begun(tmp_path, "2026-01-01"), "2026-12-31"
    ride = office.sealed("1", 51, f"entry 1 {day}T12:10:00+09:00 NG 1550 18450")
    assert office.answers(ride, at=f"{day}T13:00:00+09:00") == ["ACCEPTED"]
    [refusal] = ask(f"clearing run --through {day} -q --db {office.db}", 3)
    assert refusal["code"] == "CALENDAR_HORIZON"
    assert [row["state"] for row in ask(f"clearing days --db {office.db}")] == ["closing"]
    changed(office.pack, "city.toml", "horizon = 2026-12-31", "horizon = 2027-01-10")
    assert office.ask(f"clearing adopt --from 2027-01-01 {WHO} --at 2026-12-31T15:00:00+09:00")["adopted"]
    assert office.close(day)
    assert ask(f"settlement plan --db {office.db}")
    assert office.audit() == {}
    assert office.replay() == []
