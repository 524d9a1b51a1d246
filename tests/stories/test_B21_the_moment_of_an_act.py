"""An act has a moment, and keeps it for ever: not before what it is about, and not in time to come."""

from __future__ import annotations

from pathlib import Path

import pytest
from house import HARBOUR, NORTH_GATE, WEDNESDAY, Office

from afc.city import load_city
from afc.keys import KeyRing
from afc.keystore import make_store
from afc.limits import act_ahead_us_max
from afc.refusal import Refused
from clearing.house import House
from clearing.store import Store
from clearing.timely import refuse_untimely

WHO = '--by "B. Dorj" --second "S. Kim" --because "looked at it"'
JOURNEY = f"J-{1:016x}-1"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Card 1 rides from North Gate to Harbour; a batch of tomorrow is kept aside at noon; Wednesday is closed."""
    office = Office(tmp_path)
    office.begin()
    gate = office.sealed("gate", NORTH_GATE, "entry 1/1 08:00 NG 1550 18450")
    harbour = office.sealed("harbour", HARBOUR, "exit 1/2 08:12 HB 0 18450")
    early = office.sealed("early", NORTH_GATE, "entry 2 2026-03-05T08:00:00+09:00 NG 1550 18450", after="gate")
    assert office.answers(gate, harbour, early, code=5) == ["ACCEPTED", "ACCEPTED", "QUARANTINED CLOCK_AHEAD"]
    office.close(WEDNESDAY)
    return office


def refused(office: Office, command: str, at: str) -> str:
    """By what name an act at this moment is refused."""
    return str(office.ask(f"{command} --at {at}", 3)[0]["code"])


def test_a_slip_of_the_year_revokes_no_reader(office: Office) -> None:
    """2125 for 2026: nothing is noted, and the right moment counts afterwards."""
    for command in (f"device revoke {NORTH_GATE} {WHO}", f"device order {NORTH_GATE} --new-epoch {WHO}"):
        assert refused(office, command, "2125-03-05T10:00:00+09:00") == "TIME_TO_COME"
        assert refused(office, command, "2026-03-04T11:59:59+09:00") == "TIME_TOO_EARLY", "a batch came at noon"
    told = office.ask(f"device revoke {NORTH_GATE} {WHO} --at 2026-03-05T10:00:00+09:00")
    assert (told["device"], told["first"], told["position"]) == (NORTH_GATE, "B. Dorj", 2)
    assert office.replay() == []


def test_a_batch_is_not_let_in_before_it_came(office: Office) -> None:
    """The receipt is signed with that moment, and the log has it for good."""
    [held] = office.ask("clearing quarantine list")
    release = f"clearing quarantine release {held['digest']} {WHO}"
    assert refused(office, release, "2001-03-05T10:00:00+09:00") == "TIME_TOO_EARLY"
    assert refused(office, release, "2126-03-05T10:00:00+09:00") == "TIME_TO_COME"
    assert len(office.ask("clearing quarantine list")) == 1
    assert office.ask(f"{release} --at 2026-03-05T10:00:00+09:00")["position"] == 3


def test_a_journey_is_refunded_after_it_was_charged(office: Office) -> None:
    refund = f"refund journey {JOURNEY} --amount 500 {WHO}"
    assert refused(office, refund, "2020-03-05T10:00:00+09:00") == "TIME_TOO_EARLY"
    assert refused(office, refund, "2126-03-05T10:00:00+09:00") == "TIME_TO_COME"
    assert office.ask(f"{refund} --at 2026-03-05T10:00:00+09:00")["ruling"] == "R-1"
    assert refused(office, f"refund take-back R-1 {WHO}", "2026-03-05T09:59:00+09:00") == "TIME_TOO_EARLY"


def test_a_claim_is_decided_after_it_was_made(office: Office) -> None:
    office.ask(f'dispute open {JOURNEY} --claim "no train came" {WHO} --at 2026-03-05T10:00:00+09:00')
    decide = f"dispute decide R-1 --reject {WHO}"
    assert refused(office, decide, "2026-03-04T10:00:00+09:00") == "TIME_TOO_EARLY"
    assert office.ask(f"{decide} --at 2026-03-05T11:00:00+09:00")["kind"] == "rejected"
    assert office.replay() == []


def test_an_edition_goes_from_step_to_step_in_time(office: Office) -> None:
    """Approved before it was proposed, it would have been approved unread."""
    cards = office.folder / "lost.txt"
    cards.write_text("1\n")
    who = '--because "reported lost"'
    office.ask(f'clearing list propose denylist {cards} --canary 51 --by "A" {who} --at 2026-03-05T10:00:00+09:00')
    approve = f'clearing list approve denylist 1 --by "B" {who}'
    assert refused(office, approve, "2026-03-05T09:00:00+09:00") == "TIME_TOO_EARLY"
    assert refused(office, approve, "2126-03-05T11:00:00+09:00") == "TIME_TO_COME"
    assert office.ask(f"{approve} --at 2026-03-05T11:00:00+09:00")["state"] == "approved"


def test_a_date_on_which_nobody_tapped_is_over_by_the_clock_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in the books says that this Friday is over, and whoever says so is believed only if the clock agrees."""
    friday, at = "2026-03-06", "--at 2026-03-07T06:00:00+09:00"
    monkeypatch.setattr("sim.due.now_us", lambda: 1_772_700_000_000_000)  # Thursday 2026-03-05, in the evening
    early = office.sealed("next", HARBOUR, "entry 3 2026-03-05T09:00:00+09:00 HB 1550 18450", after="harbour")
    assert office.answers(early, at="2026-03-05T12:00:00+09:00") == ["ACCEPTED"]
    office.ask("clearing close 2026-03-05 --at 2026-03-06T06:00:00+09:00")
    assert office.ask(f"clearing close {friday} {at}", 3)[0]["code"] == "DAY_NOT_OVER"
    monkeypatch.setattr("sim.due.now_us", lambda: 1_772_900_000_000_000)  # Sunday 2026-03-08
    assert office.ask(f"clearing close {friday} {at}")["date"] == friday


def test_real_books_go_by_the_clock(tmp_path: Path) -> None:
    """Only books with throw-away keys are played in time to come; ten minutes are forgiven to a clock."""
    office = Office(tmp_path)
    office.begin()
    city, now_us = load_city(str(office.pack)), 1_772_700_000_000_000
    with Store.open(str(office.db)) as store:
        played = House(store, city, KeyRing.from_seed(7, "sim-hanbit"), office.db.parent)
        real = played._replace(ring=make_store("hanbit", now_us).ring())
        refuse_untimely(played, now_us + 86_400_000_000, now_us)
        refuse_untimely(real, now_us + act_ahead_us_max, now_us)
        with pytest.raises(Refused, match="still to come"):
            refuse_untimely(real, now_us + act_ahead_us_max + 1, now_us)
