"""What two people decided stands. The same again changes nothing; something else is refused by name, never passed over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from banker import Banker
from house import HANBIT, NORTH_GATE, WEDNESDAY, Office
from settling import TWO, Counter, counter
from town_bank import ACCOUNT

THURSDAY, AT = "2026-03-05", "--at 2026-03-06T09:00:00+09:00"
SHOPS, KIOSK = "corner-shops", 65


@pytest.fixture
def office(tmp_path: Path) -> Counter:
    """One ride and one load on Wednesday, closed."""
    office = counter(tmp_path)
    assert office.answers(office.sealed("kiosk", KIOSK, "load 2 09:00 NG 5000 25000")) == ["ACCEPTED"]
    office.close(WEDNESDAY)
    return office


def code(office: Office, command: str) -> str:
    """By what name a command is refused."""
    return str(office.ask(command, 3)[0]["code"])


def test_a_slip_of_the_year_is_no_date_of_a_default(office: Counter) -> None:
    """A default of 2125 would never begin, and the right date could never be noted after it."""
    default = f"party default {SHOPS} {TWO} {AT}"
    assert code(office, f"{default} --from 2125-03-05") == "DATE_TO_COME"
    assert code(office, f"{default} --from 2001-03-05") == "DATE_BEFORE_BOOKS"
    assert office.ask(f"{default} --from {WEDNESDAY}")["from"] == WEDNESDAY
    assert office.ask(f"{default} --from {WEDNESDAY}")["from"] == WEDNESDAY, "the same again is the same"
    assert code(office, f"{default} --from {THURSDAY}") == "DEFAULT_DIFFERS"
    assert office.replay() == []


def test_a_bank_that_only_keeps_the_account_is_not_settled_here(office: Counter) -> None:
    banks = [row["party"] for row in office.ask("party list") if row["roles"] == ["settlement_bank"]]
    assert banks, "the town has such a bank"
    assert code(office, f"party default {banks[0]} --from {WEDNESDAY} {TWO} {AT}") == "UNKNOWN_PARTY"


def test_a_break_that_was_credited_is_not_written_off(office: Counter, tmp_path: Path) -> None:
    """60 won of the shops' call are missing; they owe them, and nobody says afterwards that they were forgiven."""
    office.ask("settlement instruct --at 2026-03-05T06:00:00+09:00")
    banker = Banker(tmp_path, ACCOUNT, "KRW", 1_000_000)
    banker.receive(f"{WEDNESDAY}-{SHOPS}", 4_900, THURSDAY, "001-0004")
    assert office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06", 5) == ["PARTIAL 60"]
    resolve = f"settlement resolve B1 {TWO} {AT}"
    assert (
        code(office, f"settlement resolve B1 {TWO} --at 2026-03-06T08:59:00+09:00 --as write-off") == "TIME_TOO_EARLY"
    )
    office.ask(f"{resolve} --as credit:{SHOPS}")
    assert office.ask(f"{resolve} --as credit:{SHOPS}")["again"]
    assert code(office, f"{resolve} --as write-off") == "RESOLVED_OTHERWISE"
    assert code(office, f"{resolve} --as credit:hanbit-metro") == "RESOLVED_OTHERWISE"


def adopting(tmp_path: Path) -> Office:
    """Books whose pack lies in a folder of its own, and was edited: the calendar goes on to 10 January."""
    office = Office(tmp_path, pack=shutil.copytree(HANBIT, tmp_path / "hanbit"))
    office.begin()
    assert office.answers(office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")) == ["ACCEPTED"]
    office.close(WEDNESDAY)
    text = (office.pack / "city.toml").read_text("utf-8")
    assert "horizon = 2026-12-31" in text
    (office.pack / "city.toml").write_text(text.replace("horizon = 2026-12-31", "horizon = 2027-01-10"), "utf-8")
    return office


def test_an_edition_counts_from_a_date_that_its_calendar_knows(tmp_path: Path) -> None:
    """From 2125 on it would never count, and every later one would come too early."""
    office = adopting(tmp_path)
    adopt = f"clearing adopt {TWO} {AT}"
    assert code(office, f"{adopt} --from 2125-03-06") == "DATE_TO_COME"
    assert code(office, f"{adopt} --from 2027-01-11") == "DATE_TO_COME"
    assert office.ask(f"{adopt} --from 2027-01-10")["adopted"]


def test_a_dry_run_tells_that_the_date_is_too_early_and_a_refusal_leaves_no_copy(tmp_path: Path) -> None:
    office = adopting(tmp_path)
    told = office.ask(f"clearing adopt --from {WEDNESDAY} --dry-run")["differences"]
    assert [row["what"].partition(":")[0] for row in told if row["refused"]] == ["EDITION_TOO_EARLY"]
    kept = sorted(path.name for path in (office.db.parent / "packs").iterdir())
    assert code(office, f"clearing adopt --from {WEDNESDAY} {TWO} {AT}") == "EDITION_TOO_EARLY"
    assert code(office, f'clearing adopt --from {THURSDAY} --by "A" --second "A" --because "x" {AT}') == "ONE_PERSON"
    assert sorted(path.name for path in (office.db.parent / "packs").iterdir()) == kept
    assert not any(row["refused"] for row in office.ask(f"clearing adopt --from {THURSDAY} --dry-run")["differences"])
    assert office.ask(f"clearing adopt --from {THURSDAY} {TWO} {AT}")["adopted"]
    assert len(list((office.db.parent / "packs").iterdir())) == len(kept) + 1
