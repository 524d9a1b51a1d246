"""Somebody opens the books with another program and changes what the bank said; an audit names it."""

from __future__ import annotations

import sqlite3

import pytest
from banker import Banker
from settling import METRO, TWO, Counter
from town_bank import ACCOUNT

THURSDAY = "2026-03-05"
OPEN_OR = "I11 every payment and call is open, confirmed or in a break"
SETTLED = "I11 what is settled is what the bank answered"
SUSPENSE = "I11 money in suspense is that of open breaks"
HOLDS = "I2 the bank holds what its last statement says"

TRICKS = {
    "a payment was made to look refused": (
        "UPDATE answer SET state = 'REJECTED' WHERE state = 'CONFIRMED'", {OPEN_OR}, "REJECTED".lower(),
    ),
    "an answer was taken away": ("UPDATE answer SET state = '' WHERE state = 'CONFIRMED'", {SETTLED}, "hanbit-metro"),
    "a break was hidden": ("DELETE FROM bank_break WHERE number = 2", {SUSPENSE}, "40"),
    "a break was made smaller": ("UPDATE bank_break SET minor = 30 WHERE number = 2", {SUSPENSE}, "30"),
    "a break was ended in silence": (
        "INSERT INTO resolution VALUES (2, 1, 'write-off', '', 'A', 'B', 'x', NULL)", {SUSPENSE}, "40",
    ),
    "one person ended it": (
        "UPDATE resolution SET because = ''", {"I17 every break was ended by two people"}, "B1",
    ),
    "the account was made to hold more": ("UPDATE bank_file SET closing = closing + 9", {HOLDS}, "ST-1"),
    "a statement was changed": (
        "UPDATE bank_file SET content = zeroblob(9)", {"I18 the bank's files are whole"}, "ST-1",
    ),
    "an execution was moved to another party": (
        "UPDATE payment SET party = 'hanbit-bus'", {SETTLED, "I11 positions net to zero and are what was paid"}, "",
    ),
}  # fmt: skip


@pytest.fixture
def office(office: Counter) -> Counter:
    """The payment is confirmed; a duplicate was written off, and a fee of 40 that nobody ordered is open."""
    banker = Banker(office.folder, ACCOUNT, "KRW", 1_000_000)
    banker.pay(METRO, 1527, THURSDAY)
    banker.pay(METRO, 1527, THURSDAY)
    banker.pay("FEE", 40, THURSDAY)
    office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06", 5)
    office.ask(f"settlement resolve B1 --as write-off {TWO} --at 2026-03-06T09:00:00+09:00")
    assert office.audit() == {}
    return office


@pytest.mark.parametrize("trick", TRICKS)
def test_each_trick_is_named(office: Counter, trick: str) -> None:
    change, broken, word = TRICKS[trick]
    with sqlite3.connect(office.db) as other:
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {name}")
        other.execute("PRAGMA ignore_check_constraints = ON")
        assert other.execute(change).rowcount
    found = office.audit(4)
    assert set(found) == broken, found
    assert any(word in offender for offender in found.values())
