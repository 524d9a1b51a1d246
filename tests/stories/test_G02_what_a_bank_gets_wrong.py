"""Every way in which a bank and its customers differ from what was ordered has a name, an age, and money in suspense.

One rider brings Hanbit Metro 1 527 won on Wednesday. The settlement account holds a million when its first statement opens.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from banker import Banker
from commandline import say
from house import HARBOUR, NORTH_GATE, WEDNESDAY
from settling import METRO, TWO, Counter
from town_bank import ACCOUNT

METRO_ACCOUNT = "001-0001"


@pytest.fixture(params=["02", "08"])
def banker(office: Counter, request: pytest.FixtureRequest) -> Banker:
    return Banker(office.folder, ACCOUNT, "KRW", 1_000_000, request.param)


THURSDAY = "2026-03-05"
LINES = {
    "as it should be": ([("pay", METRO, 1527, THURSDAY)], [], "CONFIRMED"),
    "found by amount and account": ([("pay", "", 1527, THURSDAY, METRO_ACCOUNT)], [], "CONFIRMED"),
    "not found by amount alone": ([("pay", "", 1527, THURSDAY)], ["UNMATCHED_DEBIT 1527"], "OPEN"),
    "paid twice": ([("pay", METRO, 1527, THURSDAY)] * 2, ["DUPLICATE 1527"], "CONFIRMED"),
    "paid in part": ([("pay", METRO, 1500, THURSDAY)], ["PARTIAL -27"], "PARTIAL"),
    "paid too much": ([("pay", METRO, 1600, THURSDAY)], ["WRONG_AMOUNT 73"], "WRONG_AMOUNT"),
    "came back": (
        [("receive", METRO, 1527, THURSDAY), ("pay", METRO, 1527, THURSDAY)], ["RETURNED -1527"], "RETURNED",
    ),
    "came back in part": ([("pay", METRO, 1527, THURSDAY), ("receive", METRO, 27, THURSDAY)], ["RETURNED -27"], "PARTIAL"),
    "paid on the day before": ([("pay", METRO, 1527, WEDNESDAY)], ["WRONG_DATE 0"], "CONFIRMED"),
    "paid to another": ([("pay", METRO, 1527, THURSDAY, "001-0002")], ["UNKNOWN_ACCOUNT 1527"], "UNKNOWN_ACCOUNT"),
    "a debit that nobody ordered": ([("pay", "RENT", 40, THURSDAY)], ["UNMATCHED_DEBIT 40"], "OPEN"),
    "money from a party": ([("receive", "", 40, THURSDAY, "001-0004")], ["UNMATCHED_CREDIT -40"], "OPEN"),
    "money from a stranger": ([("receive", "", 40, THURSDAY, "999")], ["UNKNOWN_ACCOUNT -40"], "OPEN"),
    "money back that never left": ([("receive", METRO, 1527, THURSDAY)], ["UNMATCHED_CREDIT -1527"], "OPEN"),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_each_is_named_and_its_money_stands_in_suspense(office: Counter, banker: Banker, case: str) -> None:
    """The same statement a second time changes nothing, and an audit finds the books whole."""
    lines, expected, state = LINES[case]
    for verb, *line in lines:
        getattr(banker, verb)(*line)
    statement = [banker.statement(THURSDAY)]
    assert office.take("reconcile", statement, "2026-03-06", 5 if expected else 0) == expected
    assert office.states() == {METRO: state}
    assert office.take("reconcile", statement, "2026-03-06") == []
    suspense = sum(int(word.split()[1]) for word in expected)
    assert sum(row[3] for row in office.breaks("2026-03-06", 5 if expected else 0)) == suspense
    assert office.audit() == {}


def test_a_line_left_out_of_a_statement_is_a_break_of_that_amount(office: Counter, banker: Banker) -> None:
    """The balances are right and a line is missing: books and bank hold the same, and the difference has a name."""
    statement = [banker.statement(THURSDAY, closing=1_000_000 - 1527)]
    assert office.take("reconcile", statement, "2026-03-06", 5) == ["BALANCE 1527"]
    assert office.states() == {METRO: "OPEN"}
    assert office.audit() == {}


def test_statements_come_in_turn_and_of_this_account(office: Counter, banker: Banker, tmp_path: Path) -> None:
    """One that opens with another balance is not taken before the one between; nor is one of another account."""
    first = banker.statement(THURSDAY)
    banker.pay(METRO, 1527, THURSDAY)
    second, third = banker.statement("2026-03-06"), banker.statement("2026-03-09")
    office.take("reconcile", [first], "2026-03-06")
    assert "STATEMENT_OUT_OF_TURN" in say(f"settlement reconcile {third} --db {office.db}", 3)
    office.take("reconcile", [second], "2026-03-06")
    office.take("reconcile", [third], "2026-03-10")
    other = Banker(tmp_path, "GB33BUKB20201555555555", "KRW", 998_473)
    other.files = 9
    assert "ACCOUNT_OTHER" in say(f"settlement reconcile {other.statement(THURSDAY)} --db {office.db}", 3)
    assert office.audit() == {}


def test_the_bank_refuses_and_two_people_have_it_paid_again(office: Counter, banker: Banker) -> None:
    """Refused means dead: only then is the payment made once more, under a new id that names the old one."""
    message = office.file().read_text().split("<MsgId>")[1].split("<")[0]
    assert "PAYMENT_NOT_DEAD" in say_refused(office, METRO, "retry", "2026-03-10"), "late is not dead"
    refused = [banker.status(message, **{METRO: "RJCT AC04"})]
    assert office.take("confirm", refused, THURSDAY, 5) == ["REJECTED -1527"]
    assert "ONE_PERSON" in say(
        f"settlement resolve B1 --as retry --by A --second a --because x --at 2026-03-06T09:00:00+09:00 --db {office.db}",
        3,
    )
    ended = f"settlement resolve B1 --as retry {TWO} --at 2026-03-06T09:00:00+09:00"
    again = office.ask(ended)["payment"]
    assert (again["end_to_end"], again["replaces"], again["minor"]) == (f"{WEDNESDAY}-r1-hanbit-metro", METRO, 1527)
    assert office.ask(ended)["again"] is True
    assert [path.name for path in sorted(office.file().parent.iterdir())] == [
        f"{WEDNESDAY}-pain001.xml", f"{WEDNESDAY}-r1-pain001.xml",
    ]  # fmt: skip
    banker.pay(again["end_to_end"], 1527, "2026-03-06")
    assert office.take("reconcile", [banker.statement("2026-03-06")], "2026-03-09") == []
    assert office.breaks("2026-03-20", 0) == []
    banker.pay(METRO, 1527, "2026-03-09")  # and then the bank carries out what it had refused
    assert office.take("reconcile", [banker.statement("2026-03-09")], "2026-03-10", 5) == ["CONTRADICTED 1527"]
    assert office.audit() == {}
    assert office.replay() == []


def say_refused(office: Counter, name: str, way: str, day: str) -> str:
    return say(f"settlement resolve {name} --as {way} {TWO} --at {day}T09:00:00+09:00 --db {office.db}", 3)


def test_silence_never_pays_again(office: Counter, banker: Banker) -> None:
    """Nothing comes for two banking days: it is late, nobody can order it again or write it off, and then it was paid."""
    assert office.breaks("2026-03-07", 0) == []
    assert office.breaks("2026-03-09", 0) == [], "a weekend lies between"
    assert office.breaks("2026-03-10") == [(METRO, "LATE", 3, 0)]
    for way in ("retry", "write-off", "credit:hanbit-metro"):
        assert "PAYMENT_NOT_DEAD" in say_refused(office, METRO, way, "2026-03-10")
    banker.pay(METRO, 1527, THURSDAY)
    assert office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-10") == []
    assert office.breaks("2026-03-10", 0) == []


def test_what_may_have_been_paid_after_all_is_never_paid_again(office: Counter, banker: Banker) -> None:
    """Refused on Thursday morning and on the statement in the evening: the bank contradicts itself, and nobody pays twice."""
    message = office.file().read_text().split("<MsgId>")[1].split("<")[0]
    office.take("confirm", [banker.status(message, group="RJCT")], THURSDAY, 5)
    banker.pay(METRO, 1527, THURSDAY)
    assert office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06", 5) == ["CONTRADICTED 1527"]
    for name in ("B1", "B2"):
        assert "PAYMENT_NOT_DEAD" in say_refused(office, name, "retry", "2026-03-06")
    assert sum(row[3] for row in office.breaks("2026-03-06")) == 0, "what is missing here is what is too much there"
    assert office.audit() == {}


def test_what_came_back_and_left_again_is_not_paid_again(office: Counter, banker: Banker) -> None:
    """Returned on Thursday, carried out once more on Friday."""
    banker.pay(METRO, 1527, THURSDAY)
    banker.receive(METRO, 1527, THURSDAY)
    office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06", 5)
    banker.pay(METRO, 1527, "2026-03-06")
    assert office.take("reconcile", [banker.statement("2026-03-06")], "2026-03-07", 5) == ["DUPLICATE 1527"]
    assert "PAYMENT_NOT_DEAD" in say_refused(office, "B1", "retry", "2026-03-07")


def test_money_paid_twice_is_taken_back_with_the_next_cycle(office: Counter, banker: Banker) -> None:
    """`credit:hanbit-metro` moves the 1 527 won that it has too many into its books; Thursday's position is so much less."""
    for _ in range(2):
        banker.pay(METRO, 1527, THURSDAY)
    office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06", 5)
    office.ask(f"settlement resolve B1 --as credit:hanbit-metro {TWO} --at 2026-03-06T09:00:00+09:00")
    assert office.breaks("2026-03-06", 0) == []
    [day] = office.close(THURSDAY)
    assert day["positions"]["hanbit-metro"] == -1527
    told = office.ask(f"statement show hanbit-metro {THURSDAY}")
    assert "S. Kim" in str(told), "the statement names who decided"
    [call] = office.ask(f"settlement plan --cycle {THURSDAY}")["payments"]
    assert (call["kind"], call["party"], call["minor"]) == ("call", "hanbit-metro", 1527)
    banker.receive("", 1527, "2026-03-06", text=f"refund for {THURSDAY}-hanbit-metro thank you")
    assert office.take("reconcile", [banker.statement("2026-03-06")], "2026-03-09") == []
    assert office.states(THURSDAY) == {f"{THURSDAY}-hanbit-metro": "CONFIRMED"}
    assert office.audit() == {}
    assert office.replay() == []


def test_a_late_tap_of_that_date_leaves_the_banks_entries_alone(office: Counter, banker: Banker) -> None:
    """The bank's answer stands in Thursday's books. A tap of Thursday comes on Friday: rides are priced again, payments not."""
    banker.pay(METRO, 1527, THURSDAY)
    office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06")
    outward = office.sealed("out3", HARBOUR, "exit 3/2 2026-03-05T08:12:00+09:00 HB 0 18450", after="out")
    assert office.answers(outward, at="2026-03-05T12:00:00+09:00") == ["ACCEPTED"]
    office.close(THURSDAY)
    taps = "entry 3/1 2026-03-05T08:00:00+09:00 NG 1550 18450"
    inward = office.sealed("in3", NORTH_GATE, taps, after="in")
    assert office.answers(inward, at="2026-03-06T12:00:00+09:00") == ["ACCEPTED"]
    office.close("2026-03-06")
    assert office.states() == {METRO: "CONFIRMED"}
    assert office.audit() == {}
    assert office.replay() == []


def test_what_nobody_can_explain_is_written_off(office: Counter, banker: Banker) -> None:
    """Whoever keeps the account bears it: the loss is its own, and no other position moves."""
    banker.pay("FEE", 40, THURSDAY)
    office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06", 5)
    office.ask(f"settlement resolve B1 --as write-off {TWO} --at 2026-03-06T09:00:00+09:00")
    [day] = office.close(THURSDAY)
    assert day["positions"] == {"(held)": 40, "hancard": -40}
    assert office.audit() == {}
    assert office.replay() == []
