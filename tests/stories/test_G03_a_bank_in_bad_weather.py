"""The bank of the town is a program that others wrote; it is told to misbehave, and its own letters are taken in."""

from __future__ import annotations

from settling import METRO, TWO, Counter
from town_bank import open_bank

THURSDAY = "2026-03-05"


def test_the_bank_returns_a_payment(office: Counter) -> None:
    """It was paid on Thursday and came back on Friday: its money stands in suspense, and is ordered once more."""
    with open_bank("2026-03-05T08:00", "KRW", 1_000_000) as bank:
        bank.behave("return-later", days=1, reason="AC04")
        bank.send(office.file())
        bank.to("2026-03-06")
        assert office.take("reconcile", office.letters(bank, "camt.053"), "2026-03-06") == []
        bank.to("2026-03-07")
        assert office.take("reconcile", office.letters(bank, "camt.053"), "2026-03-07", 5) == ["RETURNED -1527"]
        assert office.breaks("2026-03-10") == [("B1", "RETURNED", 2, -1527)]
        again = office.ask(f"settlement resolve B1 --as retry {TWO} --at 2026-03-07T09:00:00+09:00")["payment"]
        bank.behave("accept")
        assert "<Dt>2026-03-09</Dt>" in office.file(again["cycle"]).read_text(), "banks rest on a Saturday"
        assert bank.send(office.file(again["cycle"]))["accepted"] == 1
        bank.to("2026-03-10")
        assert office.take("reconcile", office.letters(bank, "camt.053"), "2026-03-10") == []
    assert office.states() == {METRO: "RETURNED"}
    assert office.breaks("2026-03-20", 0) == []
    assert office.audit() == {}
    assert office.replay() == []


def test_the_bank_refuses_the_whole_file(office: Counter) -> None:
    """One word about the message is a word about each payment in it."""
    with open_bank("2026-03-05T08:00", "KRW", 1_000_000) as bank:
        bank.behave("reject-file")
        bank.send(office.file())
        assert office.take("confirm", office.letters(bank, "pain.002"), THURSDAY, 5) == ["REJECTED -1527"]
    assert office.states() == {METRO: "REJECTED"}


def test_the_bank_lacks_the_money(office: Counter) -> None:
    """AM04 names one payment; the account has less than it."""
    with open_bank("2026-03-05T08:00", "KRW", 1_000) as bank:
        bank.behave("insufficient-funds")
        bank.send(office.file())
        assert office.take("confirm", office.letters(bank, "pain.002"), THURSDAY, 5) == ["REJECTED -1527"]


def test_the_bank_says_nothing_and_pays(office: Counter) -> None:
    """No status report at all: late for a while, and then the statement settles it."""
    with open_bank("2026-03-05T08:00", "KRW", 1_000_000) as bank:
        bank.behave("silent")
        bank.send(office.file())
        assert bank.letters("pain.002", office.folder) == []
        assert office.breaks("2026-03-10") == [(METRO, "LATE", 3, 0)]
        bank.to("2026-03-06")
        assert office.take("reconcile", office.letters(bank, "camt.053"), "2026-03-10") == []
    assert office.breaks("2026-03-10", 0) == []


def test_the_bank_leaves_a_line_out(office: Counter) -> None:
    """Its balances are true, so the books follow them, and what is missing is a break of just that payment."""
    with open_bank("2026-03-05T08:00", "KRW", 1_000_000) as bank:
        bank.behave("statement-gap")
        bank.send(office.file())
        bank.to("2026-03-06")
        assert office.take("reconcile", office.letters(bank, "camt.053"), "2026-03-06", 5) == ["BALANCE 1527"]
    assert office.audit() == {}


def test_a_holiday_that_only_the_bank_knows(office: Counter) -> None:
    """It pays on Friday instead of Thursday: the money is right, the day is a break without money."""
    with open_bank("2026-03-04T20:00", "KRW", 1_000_000) as bank:
        bank.ask("PUT", "/_mock/holidays", [THURSDAY])
        bank.send(office.file())
        bank.to("2026-03-07")
        letters = office.letters(bank, "camt.053")
        assert office.take("reconcile", letters, "2026-03-07", 5) == ["WRONG_DATE 0"]
    assert office.states() == {METRO: "CONFIRMED"}
    office.ask(f"settlement resolve B1 --as write-off {TWO} --at 2026-03-09T09:00:00+09:00")
    assert office.breaks("2026-03-20", 0) == []
    assert office.audit() == {}


def test_money_comes_in_that_nobody_expected(office: Counter) -> None:
    """Two people find out whose it is; that party has it with its next cycle."""
    with open_bank("2026-03-05T08:00", "KRW", 1_000_000) as bank:
        bank.send(office.file())
        bank.to("2026-03-06")
        office.take("reconcile", office.letters(bank, "camt.053"), "2026-03-06")
        payer = {"name": "X", "iban": "NL14MOCK0000000002"}
        credit = {"account": "TOWN", "amount": 500, "note": "who am I", "debtor": payer}
        bank.ask("POST", "/_mock/credits", credit)
        bank.to("2026-03-07")
        told = office.take("reconcile", office.letters(bank, "camt.053"), "2026-03-07", 5)
        assert told == ["UNKNOWN_ACCOUNT -500"]
    office.ask(f"settlement resolve B1 --as credit:hanbit-bus {TWO} --at 2026-03-07T09:00:00+09:00")
    [day] = office.close(THURSDAY)
    assert day["positions"]["hanbit-bus"] == 500
    assert office.audit() == {}
    assert office.replay() == []
