"""A reader begins to count from 1 again: only when two people ordered it, and without anything disappearing."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask, say
from house import HARBOUR, NORTH_GATE, THURSDAY, WEDNESDAY, Office

TWO = '--by "B. Dorj" --second "S. Kim" --because "flash replaced"'
AT = "--at 2026-03-04T10:00:00+09:00"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Books of the small town, with one batch of three taps of the gate at North Gate."""
    office = Office(tmp_path)
    office.begin()
    taps = [f"entry {card} 08:0{card} NG 1550 18450" for card in (1, 2, 3)]
    assert office.answers(office.sealed("first", NORTH_GATE, *taps), at="2026-03-04T09:00:00+09:00") == ["ACCEPTED"]
    return office


def test_who_resets_a_reader_to_hide_its_taps_is_found_at_the_first_batch(office: Office) -> None:
    """A reset without an order hides a morning's taps behind a new beginning."""
    hidden = office.sealed("hidden", NORTH_GATE, "entry 4 09:30 NG 1550 18450", epoch=2)
    assert office.answers(hidden, code=5) == ["QUARANTINED EPOCH_UNORDERED"]
    [held] = office.ask("clearing quarantine list")
    release = f"clearing quarantine release {held['digest'][:16]} {TWO}"
    assert "ordered by nobody" in say(f"{release} --db {office.db}", 3)
    office.ask(f"device order {NORTH_GATE} --new-epoch {TWO} --at 2026-03-04T13:00:00+09:00")
    assert office.ask(f"{release} --at 2026-03-04T14:00:00+09:00")["waived"] == ["EPOCH_UNORDERED"]
    assert office.replay() == []


def test_a_replaced_reader_goes_on_at_the_same_place_and_both_lives_count(office: Office) -> None:
    """The gate got a new board in the lunch break."""
    told = office.ask(f"device order {NORTH_GATE} --new-epoch {TWO} {AT}")
    assert (told["epoch"], told["closed_seq"]) == (2, 3)
    new = office.sealed("new", NORTH_GATE, "entry 4 10:30 NG 1550 18450", epoch=2)
    assert office.answers(new) == ["ACCEPTED"]
    shown = office.ask(f"device show {NORTH_GATE}")
    assert [(epoch["epoch"], epoch["taps"]) for epoch in shown["epochs"]] == [(1, 3), (2, 1)]
    assert office.audit() == {}


def test_an_old_memory_that_turns_up_later_waits_for_a_person(office: Office) -> None:
    """The house had three taps when the order was made; the burnt reader had four after all."""
    office.ask(f"device order {NORTH_GATE} --new-epoch {TWO} {AT}")
    fourth = office.sealed("fourth", NORTH_GATE, "entry 4 08:30 NG 1550 18450", after="first")
    assert office.answers(fourth, code=5) == ["QUARANTINED EPOCH_CLOSED"]
    [held] = office.ask("clearing quarantine list")
    office.ask(f"clearing quarantine release {held['digest'][:16]} {TWO} --at 2026-03-04T14:00:00+09:00")
    assert office.ask(f"device show {NORTH_GATE}")["taps"] == 4


def test_what_the_reader_had_and_nobody_has_is_missing_until_it_comes(office: Office) -> None:
    """The broken reader showed five taps; the house has three. Two are missing, and stay so whatever begins anew."""
    order = f"device order {NORTH_GATE} --new-epoch {TWO} {AT}"
    assert "EPOCH_CLOSED_EARLY" in say(f"{order} --through 2 --db {office.db}", 3)
    office.ask(f"{order} --through 5")
    [gap] = office.ask("clearing gaps")
    assert (gap["epoch"], gap["first_seq"], gap["last_seq"], gap["worth_minor"]) == (1, 4, 5, 3100)
    close = f"clearing close {WEDNESDAY} --at 2026-03-05T06:00:00+09:00"
    [refusal] = ask(f"{close} --db {office.db}", 3)
    assert refusal["code"] == "DAY_INCOMPLETE"
    office.ask(f"{close} --incomplete {TWO}")
    assert list(office.audit(4)) == ["I8 no sequence number is missing"]


def test_a_reader_that_dies_again_before_its_first_upload_gets_a_third_epoch(office: Office) -> None:
    """The order is given again if it is only asked for again; what two people order anew is the next one."""
    order = f"device order {NORTH_GATE} --new-epoch"
    first = office.ask(f"{order} {TWO} {AT}")
    assert office.ask(f"{order} {TWO} {AT}") == first
    again = TWO.replace("flash replaced", "the new flash as well")
    assert office.ask(f"{order} --through 7 {again} {AT}")["epoch"] == 3
    assert [(gap["epoch"], gap["taps"]) for gap in office.ask("clearing gaps")] == [(2, 7)]


def test_an_epoch_of_which_nothing_ever_came_stands_in_the_way_of_its_date(office: Office) -> None:
    """A reader at Harbour dies before its first upload; it showed two taps."""
    office.ask(f"device order {HARBOUR} --new-epoch --through 2 {TWO} {AT}")
    [gap] = office.ask("clearing gaps")
    assert (gap["device"], gap["first_seq"], gap["last_seq"], gap["worth_minor"]) == (HARBOUR, 1, 2, 0)
    close = f"clearing close {WEDNESDAY} --at 2026-03-05T06:00:00+09:00"
    assert ask(f"{close} --db {office.db}", 3)[0]["code"] == "DAY_INCOMPLETE"
    office.ask(f"{close} --incomplete {TWO}")
    assert list(office.audit(4)) == ["I8 no sequence number is missing"]


def test_no_further_epoch_is_ordered_while_nothing_of_the_last_one_has_come(office: Office) -> None:
    """Somebody orders once more with another reason: the reader would have to begin epoch 3 and may not know of epoch 2."""
    order = f"device order {NORTH_GATE} --new-epoch"
    office.ask(f"{order} {TWO} {AT}")
    again = TWO.replace("flash replaced", "no answer yet")
    assert office.ask(f"{order} {again} {AT}", 3)[0]["code"] == "EPOCH_UNHEARD"
    assert office.ask(f"{order} --through 0 {again} {AT}")["epoch"] == 3, "it was begun, and lost before its first tap"


def test_taps_that_are_lost_for_good_are_declared_so_with_the_order(office: Office) -> None:
    """Two people say that the last two burnt with the bus."""
    office.ask(f"device order {NORTH_GATE} --new-epoch {TWO} {AT} --through 5 --lost-from 4")
    assert [(gap["first_seq"], gap["last_seq"], gap["state"]) for gap in office.ask("clearing gaps")] == [
        (4, 5, "lost")
    ]
    office.close(THURSDAY)
    assert office.audit() == {}
    assert office.replay() == []


def test_nothing_of_a_revoked_reader_enters_the_log_any_more(office: Office) -> None:
    """A stolen reader still signs; what it signs is evidence and not money, even with a clock of yesterday."""
    kept = office.sealed("kept", HARBOUR, "entry 5 08:00 HB 1550 18450")
    later = office.sealed("later", HARBOUR, "entry 6 08:01 HB 1550 18450", after="kept")
    assert office.answers(kept, at="2026-03-04T09:59:59+09:00") == ["ACCEPTED"]
    assert office.ask(f"device revoke {HARBOUR} {TWO} {AT}")["position"] == 2
    assert office.answers(later, at="2026-03-04T10:00:00+09:00", code=5) == ["QUARANTINED DEVICE_REVOKED"]
    assert office.answers(kept) == ["DUPLICATE"]
    [held] = office.ask("clearing quarantine list")
    told = say(f"clearing quarantine release {held['digest'][:16]} {TWO} --db {office.db}", 3)
    assert "Nobody can answer for that" in told
    assert office.replay() == []


def test_a_reader_shows_who_ordered_its_epochs_and_who_took_it_out_of_trust(office: Office) -> None:
    """Months later somebody asks who it was, when, and why."""
    office.ask(f"device order {NORTH_GATE} --new-epoch --through 5 --lost-from 4 {TWO} {AT}")
    stolen = '--by "S. Kim" --second "A. Bold" --because "stolen" --at 2026-03-04T11:00:00+09:00'
    office.ask(f"device revoke {NORTH_GATE} {stolen}")
    shown = office.ask(f"device show {NORTH_GATE}")
    who = {"at": "2026-03-04T10:00:00+09:00", "by": "B. Dorj", "second": "S. Kim", "because": "flash replaced"}
    assert shown["orders"] == [who | {"epoch": 2, "closed_seq": 5, "lost_from": 4}]
    told = {"at": "2026-03-04T11:00:00+09:00", "by": "S. Kim", "second": "A. Bold", "because": "stolen"}
    assert shown["revocation"] == told
    text = say(f"device show {NORTH_GATE} --db {office.db}")
    assert (
        "ordered    epoch 2 at 2026-03-04T10:00:00+09:00 by B. Dorj and S. Kim: flash replaced; the one before ends at"
        " sequence 5, lost from 4 on\n" in text
    )
    assert "revoked    2026-03-04T11:00:00+09:00 by S. Kim and A. Bold: stolen\n" in text
    other = office.ask(f"device show {HARBOUR}")
    assert (other["orders"], other["revocation"], other["revoked"]) == ([], None, "")


def test_what_waited_when_its_reader_was_revoked_is_not_released_any_more(office: Office) -> None:
    """It came while the reader was trusted, an hour before its own taps. Its position would be a later one all the same."""
    early = office.sealed("early", HARBOUR, "entry 5 08:00 HB 1550 18450")
    late = office.sealed("late", NORTH_GATE, "entry 6 08:00 NG 1550 18450", after="first")
    answers = office.answers(early, late, at="2026-03-04T07:00:00+09:00", code=5)
    assert answers == ["QUARANTINED CLOCK_AHEAD"] * 2
    office.ask(f"device revoke {HARBOUR} {TWO} {AT}")
    released = {}
    for held in office.ask("clearing quarantine list"):
        code = 3 if held["device"] == HARBOUR else 0
        released[held["device"]] = say(
            f"clearing quarantine release {held['digest'][:16]} {TWO} {AT} --db {office.db}", code
        )
    assert f"device {HARBOUR} was revoked" in released[HARBOUR]
    assert office.replay() == []


def test_one_person_alone_orders_nothing(office: Office) -> None:
    alone = '--by "B. Dorj" --second "b. dorj" --because "in a hurry"'
    for command in (f"order {NORTH_GATE} --new-epoch", f"revoke {NORTH_GATE}"):
        assert "ONE_PERSON" in say(f"device {command} {alone} --db {office.db}", 3)
