"""Taps written by hand go the whole way: sealed, taken, closed, stated, paid, audited, and all of it again."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from commandline import ask, say
from house import HANBIT, HARBOUR, NORTH_GATE, THURSDAY, WEDNESDAY, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """One rider from North Gate to Harbour; nothing is closed yet."""
    office = Office(tmp_path)
    office.begin()
    inward = office.sealed("in", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    outward = office.sealed("out", HARBOUR, "exit 1/2 08:12 HB 0 18450")
    assert office.answers(inward, outward) == ["ACCEPTED", "ACCEPTED"]
    return office


def test_a_ride_is_charged_and_paid(office: Office) -> None:
    [day] = office.close(WEDNESDAY)
    assert (day["date"], day["taps"], day["charged_minor"], day["rated_otherwise"]) == (WEDNESDAY, 2, 1550, 0)
    folder = office.db.parent
    told = json.loads((folder / "statements" / WEDNESDAY / "hanbit-metro.json").read_text())
    assert told["total"]["minor"] == day["positions"]["hanbit-metro"] > 0
    assert (folder / "bank" / f"{WEDNESDAY}-pain001.xml").is_file()
    card = office.ask("card show 1")
    assert (card["balance_minor"], card["counters"]["counter"], len(card["journeys"])) == (18_450, 2, 1)
    assert office.audit() == {}
    assert office.replay() == []


def test_receipts_lie_beside_their_batches_and_cover_them(office: Office, tmp_path: Path) -> None:
    world = f"--world {HANBIT}"
    checked = ask(f"kit verify-receipt {tmp_path}/in.afc.receipt --batch {tmp_path}/in.afc {world}")
    assert checked["covers"] is True
    assert ask(f"kit verify-receipt {tmp_path}/in.afc.receipt --batch {tmp_path}/out.afc {world}", 4)["covers"] is False


def test_a_folder_is_taken_in_the_order_of_names_and_twice_is_once(office: Office, tmp_path: Path) -> None:
    first = office.ask(f"clearing ingest {tmp_path}")
    assert [row["answer"] for row in first["answers"]] == ["DUPLICATE", "DUPLICATE"]
    assert [Path(row["file"]).name for row in first["answers"]] == ["in.afc", "out.afc"]


def test_what_is_no_batch_is_rejected_and_said_so(office: Office, tmp_path: Path) -> None:
    (tmp_path / "bad.afc").write_bytes(b"rubbish")
    assert office.answers(tmp_path / "bad.afc", code=5) == ["REJECTED TOO_SHORT"]
    assert not (tmp_path / "bad.afc.receipt").exists()
    assert office.audit() == {}
    assert office.replay() == []


def test_a_late_tap_is_charged_in_the_open_date(office: Office) -> None:
    office.close(WEDNESDAY)
    late = office.sealed("late", HARBOUR, "entry 2 09:00 HB 1550 18450", after="out")
    assert office.answers(late, at="2026-03-05T09:00:00+09:00") == ["ACCEPTED"]
    assert office.ask("clearing run --through 2026-03-05 -q")[0]["charged_minor"] == 1550
    assert office.ask("clearing run -q") == [], "nothing is due any more"
    assert office.replay() == []


def test_closing_what_is_closed_is_no_mistake(office: Office) -> None:
    """A night job that is started twice ends well twice, whichever of the two verbs it uses. Tuesday is another matter: it had
    no taps, was passed over, and cannot be closed behind Wednesday."""
    office.close(WEDNESDAY)
    again = f"{WEDNESDAY} was closed before"
    assert again in say(f"clearing run --through {WEDNESDAY} -q --db {office.db}")
    assert again in say(f"clearing close {WEDNESDAY} -q --db {office.db}")
    assert office.close(WEDNESDAY) == []
    assert "DAY_CLOSED" in say(f"clearing run --through 2026-03-03 -q --db {office.db}", 3)


@pytest.mark.parametrize(
    ("start", "code", "cure"),
    [("2150-01-01", "CALENDAR_HORIZON", "until 2026-12-31"), ("1999-01-01", "NO_TARIFF", "begins 2024-10-05")],
)
def test_books_begin_on_a_date_that_the_pack_knows(tmp_path: Path, start: str, code: str, cure: str) -> None:
    """Its calendar ends with 2026, and its first tariff began in October 2024."""
    told = say(f"clearing init --db {tmp_path}/house/clearing.db --city {HANBIT} --start {start}", 3)
    assert code in told
    assert cure in told
    assert not (tmp_path / "house").exists()


def test_new_books_say_what_their_detail_waits_for(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.begin()
    told = say(f"clearing trips --db {office.db}", 3)
    assert "written when a date is closed" in told
    assert "afc clearing run --through" in told


def test_books_are_begun_once(office: Office, tmp_path: Path) -> None:
    city = f"--city {HANBIT}"
    assert "BOOKS_EXIST" in say(f"clearing init --db {office.db} {city}", 3)
    assert "BOOKS_EXIST" in say(f"clearing init --db {office.db.with_name('other.db')} {city}", 3)
    assert not office.db.with_name("other.db").exists()
    assert "BOOKS_MISSING" in say(f"clearing gaps --db {tmp_path / 'none.db'}", 3)
    assert "BOOKS_EXIST" in say(f"clearing replay --db {office.db} --to {office.db.with_name('other.db')}", 3)


def test_the_environment_may_name_the_books(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFC_DB", str(office.db))
    assert "0 gaps, 0 taps missing" in say("clearing gaps")
    assert "2 readers" not in say("device list")
    assert "two different books" in say(f"clearing gaps --db {office.db} --run last", 2)
    monkeypatch.setenv("AFC_RUNS", str(office.folder))
    assert "refused" in say("clearing audit 20260304-000000", 3), "a run that is named goes before the environment"


def test_one_changed_byte_is_named(office: Office) -> None:
    """Somebody drops the database's laws and changes one byte of a batch, then of a signature."""
    office.close(WEDNESDAY)
    office.close(THURSDAY)
    for at, check, words in ((100, "bytes of every batch are whole", "were changed"), (0, "signed by its reader", "")):
        with sqlite3.connect(office.db) as other:
            for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                other.execute(f"DROP TRIGGER {name}")
            whole = other.execute("SELECT sealed FROM batch WHERE position = 2").fetchone()[0]
            broken = bytearray(whole)
            broken[at - 1] ^= 1
            other.execute("UPDATE batch SET sealed = ? WHERE position = 2", (bytes(broken),))
        found = office.audit(4)
        assert any(check in name and "position 2" in told for name, told in found.items()), found
        differences = office.replay(4)
        assert words in differences[0]
        assert "2" in differences[0]
        with sqlite3.connect(office.db) as other:
            other.execute("UPDATE batch SET sealed = ? WHERE position = 2", (whole,))
    assert office.replay() == []
