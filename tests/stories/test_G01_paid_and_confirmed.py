"""A day is paid: planned, ordered once, taken by the bank, seen on its statement; and all of it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import say
from house import WEDNESDAY
from settling import METRO, Counter, counter
from town_bank import open_bank


@pytest.fixture
def office(tmp_path: Path) -> Counter:
    return counter(tmp_path, instruct="hand")


def test_what_is_planned_is_ordered_once(office: Counter) -> None:
    """The plan says why; the file is written by command, and a second command writes nothing."""
    office.close(WEDNESDAY)
    plan = office.ask("settlement plan")
    assert (plan["cycle"], plan["execution"], plan["status"]) == (WEDNESDAY, "2026-03-05", "due")
    [pay] = plan["payments"]
    assert (pay["party"], pay["kind"], pay["minor"], pay["why"]) == (
        "hanbit-metro",
        "pay",
        1527,
        {"payable:hanbit-metro": 1527},
    )
    assert not office.file().exists()
    [ordered] = office.ask("settlement instruct")
    assert (ordered["payments"], ordered["calls"]) == (1, 0)
    written = office.file().read_bytes()
    assert office.ask("settlement instruct") == []
    assert "nothing to order" in say(f"settlement instruct --db {office.db}")
    assert office.file().read_bytes() == written
    assert office.ask("settlement plan")["status"] == "instructed"


def test_the_bank_takes_it_pays_and_says_so(office: Counter) -> None:
    """Taken is not paid: only the statement proves that money moved. The same letters again change nothing."""
    office.close(WEDNESDAY)
    office.ask("settlement instruct")
    with open_bank("2026-03-05T08:00", "KRW", 1_000_000) as bank:
        assert bank.send(office.file())["status"] == "ACCP"
        taken = office.letters(bank, "pain.002")
        assert office.take("confirm", taken, "2026-03-05") == []
        assert office.states() == {METRO: "OPEN"}
        bank.to("2026-03-06")
        statement = office.letters(bank, "camt.053")
        assert office.take("reconcile", statement, "2026-03-06") == []
        assert office.states() == {METRO: "CONFIRMED"}
        assert office.take("confirm", taken, "2026-03-06") == office.take("reconcile", statement, "2026-03-06") == []
        assert bank.send(office.file())["reason"] == "DUPL", "the bank knows the same file again by its name"
    assert office.breaks("2026-03-20", code=0) == []
    assert office.audit() == {}
