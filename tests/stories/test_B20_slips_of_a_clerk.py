"""Slips at the command line: a wrong year, a wrong seed, a wrong file; each is told, and the books are as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask, say
from house import HANBIT, NORTH_GATE, THURSDAY, WEDNESDAY, Office

TWO = '--by "B. Dorj" --second "S. Kim" --because "flash replaced"'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Books of the small town with one ride."""
    office = Office(tmp_path)
    office.begin()
    assert office.answers(office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")) == ["ACCEPTED"]
    return office


def code(office: Office, command: str) -> str:
    """By what name a command is refused."""
    return str(ask(f"{command} --db {office.db}", 3)[0]["code"])


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("clearing run --through 2099-01-01 -q", "DAY_NOT_OVER"),
        ("clearing run --through 2020-03-04 -q", "DAY_BEFORE_BOOKS"),
        (f"clearing close {WEDNESDAY} --at {WEDNESDAY}T12:00:00+09:00", "DAY_NOT_OVER"),
        ("clearing close 2020-03-04 --at 2026-03-05T06:00:00+09:00", "DAY_BEFORE_BOOKS"),
        ("clearing close 2026-03-06 --at 2026-03-07T06:00:00+09:00", "DAY_OUT_OF_TURN"),
        ("clearing close 2098-03-04 --at 2098-03-05T06:00:00+09:00", "TIME_TO_COME"),
    ],
)
def test_a_wrong_year_begins_no_date(office: Office, command: str, why: str) -> None:
    """What is closed is never opened again, so a slip must not close anything."""
    assert code(office, command) == why
    assert [(row["date"], row["state"]) for row in office.ask("clearing days")] == [(WEDNESDAY, "open")]
    office.close(WEDNESDAY)
    assert office.audit() == {}


def test_a_date_beyond_the_calendar_does_not_begin_to_close(office: Office) -> None:
    """Friday's payment would be made in a year whose holidays nobody knows."""
    office.close(WEDNESDAY)
    last = office.sealed("2", NORTH_GATE, "entry 2 2026-12-31T12:00:00+09:00 NG 1550 18450", after="1")
    assert office.answers(last, at="2026-12-31T13:00:00+09:00") == ["ACCEPTED"]
    assert code(office, "clearing close 2026-12-31 --at 2027-01-01T06:00:00+09:00") == "CALENDAR_HORIZON"
    assert [row["state"] for row in office.ask("clearing days")] == ["closed", "open"]
    office.close(THURSDAY)
    assert office.audit() == {}


def test_books_are_not_opened_with_another_seed(office: Office) -> None:
    """No reader would believe a receipt that is signed with it."""
    deed = office.db.parent / "house.toml"
    deed.write_text(deed.read_text().replace("seed = 7", "seed = 8"))
    assert code(office, "clearing days") == "SEED_DIFFERS"


@pytest.mark.parametrize(
    "command",
    [
        f"clearing init --city {HANBIT} --cards -1",
        f"device order {NORTH_GATE} --new-epoch {TWO} --through 99999999999",
        f"device order {NORTH_GATE} --new-epoch {TWO} --lost-from 0",
    ],
)
def test_a_number_that_cannot_be_is_a_slip_and_not_a_crash(office: Office, command: str) -> None:
    """Told like any other wrong option."""
    assert "is not in the range" in say(f"{command} --db {office.db}", 2)


@pytest.mark.parametrize("verb", ["list {store}", "rotate {store} record"])
def test_a_mistyped_name_makes_no_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """Whoever rotates keys in books that are not there would leave the true ones without the new generation."""
    monkeypatch.setenv("AFC_KEYS_PASSPHRASE", "correct horse")
    store, slip = tmp_path / "town.keys", tmp_path / "boooks.db"
    say(f"keys make --environment hanbit --out {store}")
    before = store.read_bytes()
    assert ask(f"keys {verb.format(store=store)} --db {slip}", 3)[0]["code"] == "BOOKS_MISSING"
    assert not slip.exists()
    assert store.read_bytes() == before


@pytest.mark.parametrize("purpose", ["device", "receipt", "list", "command", "statement"])
def test_only_what_arrives_under_a_generation_can_be_taken_back(office: Office, purpose: str) -> None:
    """Anything else would be a promise that nobody keeps; the way that does work is named."""
    [refusal] = ask(f"keys revoke {purpose} 1 {TWO} --db {office.db}", 3)
    assert refusal["code"] == "PURPOSE_NOT_REVOKED"
    assert "afc " in refusal["hint"]
