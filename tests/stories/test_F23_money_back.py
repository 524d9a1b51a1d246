"""Two people give money back, or move it, and the books say who and why; nobody gets back more than was paid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commandline import say
from house import HARBOUR, NORTH_GATE, Office

WEDNESDAY, THURSDAY, FRIDAY = "2026-03-04", "2026-03-05", "2026-03-06"
WHO = '--by "B. Dorj" --second "S. Kim" --because "the train stood still" --at 2026-03-05T10:00:00+09:00'
JOURNEY = f"J-{1:016x}-1"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Card 1 loads 3,000 and rides from North Gate to Harbour for 1,550; card 2 rides into debt."""
    office = Office(tmp_path)
    office.begin()
    gate = office.sealed(
        "gate",
        NORTH_GATE,
        "load 1/1 07:50 NG 3000 23000",
        "entry 1/2 08:00 NG 1550 21450",
        "entry 2/1 08:01 NG 20300 -300",
    )
    harbour = office.sealed("harbour", HARBOUR, "exit 1/3 08:12 HB 0 21450")
    assert office.answers(gate, harbour) == ["ACCEPTED", "ACCEPTED"]
    office.close(WEDNESDAY)
    return office


def accounts(office: Office) -> dict[str, int]:
    """What every account holds."""
    from clearing.store import Store

    with Store.open(str(office.db)) as store:
        return {account: minor for account, minor in store.balances().items() if minor}


def moved(office: Office, close: str) -> dict[str, int]:
    """By how much accounts change in a close."""
    before = accounts(office)
    office.close(close)
    after = accounts(office)
    changed = {name: after.get(name, 0) - before.get(name, 0) for name in before | after}
    return {name: minor for name, minor in changed.items() if minor}


def code(refused: Any) -> str:
    """The name of a refusal."""
    return str(refused[0]["code"])


def test_a_part_and_the_rest_come_back_and_not_a_unit_more(office: Office) -> None:
    assert office.ask(f"refund journey {JOURNEY} --amount 500 {WHO}")["ruling"] == "R-1"
    assert code(office.ask(f"refund journey {JOURNEY} --amount 1051 {WHO}", 3)) == "REFUND_TOO_LARGE"
    assert office.ask(f"refund journey {JOURNEY} --amount 1050 {WHO}")["ruling"] == "R-2"
    assert code(office.ask(f"refund journey {JOURNEY} --amount 1 {WHO}", 3)) == "REFUND_TOO_LARGE"
    assert moved(office, THURSDAY)["float:hancard:granted"] == -1550
    assert office.replay() == []


def test_the_same_request_is_sent_twice_and_counts_once(office: Office) -> None:
    """The line broke before the answer came, so the counter's program sends it again, a minute later."""
    asked = f"refund journey {JOURNEY} --amount 500 --ref counter-7/2026-03-05/1"
    first = office.ask(f"{asked} {WHO}")
    assert office.ask(f"{asked} {WHO.replace('10:00', '10:01')}") == first
    for other in (
        asked.replace("500", "501"),
        f"refund journey J-{2:016x}-1 --amount 500 --ref counter-7/2026-03-05/1",
    ):
        assert code(office.ask(f"{other} {WHO}", 3)) == "REF_USED"
    assert code(office.ask(f"{asked} {WHO.replace('S. Kim', 'J. Bat')}", 3)) == "REF_USED"
    assert office.ask(f"refund journey {JOURNEY} --amount 500 --ref another {WHO}")["ruling"] == "R-2"
    assert moved(office, THURSDAY)["float:hancard:granted"] == -1000
    assert office.ask(f"{asked} {WHO}") == first, "also when it is in the books"
    assert office.replay() == []


def test_a_dispute_sent_twice_is_one(office: Office) -> None:
    opened = f'dispute open {JOURNEY} --claim "the train stood" --ref web-1'
    assert office.ask(f"{opened} {WHO}") == office.ask(f"{opened} {WHO}")
    decided = "dispute decide R-1 --amount 300 --ref web-2"
    assert office.ask(f"{decided} {WHO}")["ruling"] == office.ask(f"{decided} {WHO}")["ruling"] == "R-2"
    assert code(office.ask(f"{decided.replace('web-2', 'web-3')} {WHO}", 3)) == "DISPUTE_DECIDED"
    assert moved(office, THURSDAY)["float:hancard:granted"] == -300


def test_operators_give_back_what_they_earned_and_statements_say_who_decided(office: Office) -> None:
    office.ask(f"refund journey {JOURNEY} --amount 500 {WHO}")
    assert moved(office, THURSDAY) == {"payable:hanbit-metro": 500, "float:hancard:granted": -500}
    told = json.loads((office.db.parent / "statements" / THURSDAY / "hanbit-metro.json").read_text())
    assert told["by_hand"] == ["R-1: B. Dorj and S. Kim: the train stood still"]
    [line] = [line for line in told["lines"] if line["kind"] == "refund"]
    assert (line["service_date"], line["minor"]) == (WEDNESDAY, -500)
    assert office.audit() == {}


def test_one_person_alone_gives_nothing_back(office: Office) -> None:
    alone = WHO.replace("S. Kim", "b. dorj")
    assert code(office.ask(f"refund journey {JOURNEY} --amount 500 {alone}", 3)) == "ONE_PERSON"
    assert moved(office, THURSDAY) == {}


def test_a_refund_is_taken_back_once_and_never_refunded(office: Office) -> None:
    office.ask(f"refund journey {JOURNEY} --amount 1550 {WHO}")
    assert code(office.ask(f"refund take-back R-1 {WHO}", 3)) == "NOT_POSTED_YET"
    there = moved(office, THURSDAY)
    assert code(office.ask(f"refund journey R-1 --amount 1 {WHO}", 3)) == "REFUND_OF_REFUND"
    office.ask(f"refund take-back R-1 {WHO}")
    assert code(office.ask(f"refund take-back R-1 {WHO}", 3)) == "TAKEN_BACK_BEFORE"
    assert moved(office, FRIDAY) == {account: -minor for account, minor in there.items()}
    assert office.ask(f"refund journey {JOURNEY} --amount 1550 {WHO}")["ruling"] == "R-3", "it may be given back anew"
    office.close("2026-03-07")
    assert office.audit() == {}
    assert office.replay() == []


def test_a_dispute_waits_until_it_is_decided(office: Office) -> None:
    office.ask(f'dispute open {JOURNEY} --claim "the gate stayed shut" {WHO}')
    assert code(office.ask(f'dispute open {JOURNEY} --claim "again" {WHO}', 3)) == "DISPUTE_OPEN"
    [waits] = office.ask("dispute list --now 2026-03-07T13:00:00+09:00")
    assert (waits["dispute"], waits["age"], waits["paid_minor"]) == ("R-1", "2 d 3 h", 1550)
    assert moved(office, THURSDAY) == {}
    office.ask(f"dispute decide R-1 --amount 1550 {WHO}")
    assert code(office.ask(f"dispute decide R-1 --reject {WHO}", 3)) == "DISPUTE_DECIDED"
    assert office.ask("dispute list") == []
    assert moved(office, FRIDAY) == {"payable:hanbit-metro": 1550, "float:hancard:granted": -1550}
    assert code(office.ask(f"refund journey {JOURNEY} --amount 1 {WHO}", 3)) == "REFUND_TOO_LARGE"
    assert office.replay() == []


def test_a_rejected_dispute_moves_nothing_and_keeps_its_reason(office: Office) -> None:
    office.ask(f'dispute open {JOURNEY} --claim "I was not there" {WHO}')
    office.ask(f"dispute decide R-1 --reject {WHO}")
    assert moved(office, THURSDAY) == {}
    [done] = office.ask("dispute list --all")
    assert (done["decided"], done["because"]) == ("rejected", "the train stood still")


def test_a_top_up_with_a_stolen_card_is_the_riders_debt(office: Office) -> None:
    """The operators keep what the ride brought."""
    assert code(office.ask(f"refund charge-back T-{NORTH_GATE}-1-2 --amount 1 {WHO}", 3)) == "NOT_A_LOAD"
    office.ask(f"refund charge-back T-{NORTH_GATE}-1-1 --amount 2000 {WHO}")
    assert code(office.ask(f"refund charge-back T-{NORTH_GATE}-1-1 --amount 1001 {WHO}", 3)) == "CHARGE_BACK_TOO_LARGE"
    assert moved(office, THURSDAY) == {"cash:hanbit-metro": -2000, "debt:hancard": 2000}
    assert office.audit() == {}


def test_a_replaced_card_takes_all_that_the_old_one_was_worth(office: Office) -> None:
    """Its purse and a refund that was granted to it; afterwards it is worth nothing."""
    office.ask(f"refund journey {JOURNEY} --amount 500 {WHO}")
    done = office.ask(f"refund replace 1 --new 3 {WHO}")
    assert done["facts"]["granted"] == {f"{1:016x}": -21_950, f"{3:016x}": 21_950}
    assert code(office.ask(f"refund replace 1 --new 3 {WHO}", 3)) == "NOTHING_TO_MOVE"
    assert moved(office, THURSDAY) == {"payable:hanbit-metro": 500, "float:hancard:granted": -500}
    assert office.audit() == {}
    assert office.replay() == []


def test_a_debt_is_written_off_and_old_value_expires(office: Office) -> None:
    """Card 2 was thrown away with 300 owed; card 4 lies in a drawer with 20,000."""
    office.ask(f"refund write-off 2 {WHO}")
    office.ask(f"refund expire 4 {WHO}")
    told = office.ask("card show 4")
    assert (told["balance_minor"], told["granted_minor"], told["worth_minor"]) == (20_000, -20_000, 0)
    assert [(one["kind"], one["granted_minor"], one["second"]) for one in told["rulings"]] == [
        ("expire", -20_000, "S. Kim")
    ]
    assert "worth      0 KRW by the rulings below" in say(f"card show 4 {office.where}")
    assert office.ask("card show 5")["rulings"] == []
    assert code(office.ask(f"refund write-off 2 {WHO}", 3)) == "NO_DEBT"
    assert code(office.ask(f"refund expire 4 {WHO}", 3)) == "NOTHING_LEFT"
    assert moved(office, THURSDAY) == {
        "float:hancard:granted": 19_700,
        "loss:hancard": 300,
        "breakage:hancard": -20_000,
    }
    assert office.audit() == {}
    assert office.replay() == []
