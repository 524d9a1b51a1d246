"""A reader burns in the depot. What it had not sent will never come: two people say so, and the books stop waiting."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask, say
from house import NORTH_GATE, THURSDAY, WEDNESDAY, Office

BOTH = '--by "B. Dorj" --second "S. Kim" --because "burnt in the depot"'
RANGE = f"--device {NORTH_GATE} --from 2 --to 3"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The second of three batches, taps 2 and 3, has not come."""
    office = Office(tmp_path)
    office.begin()
    first = office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    office.sealed("2", NORTH_GATE, "entry 2 08:01 NG 1550 18450", "entry 3 08:02 NG 1550 18450", after="1")
    third = office.sealed("3", NORTH_GATE, "entry 4 08:03 NG 1750 18250", after="2")
    assert office.answers(first, third) == ["ACCEPTED", "ACCEPTED"]
    return office


def waive(office: Office, who: str = BOTH, range_: str = RANGE, code: int = 0) -> dict[str, object]:
    """Declare it lost."""
    told: dict[str, object] = office.ask(f"clearing gaps waive {range_} {who} --at 2026-03-04T13:00:00+09:00", code)
    return told


def test_two_people_declare_it_lost(office: Office) -> None:
    [gap] = office.ask("clearing gaps")
    assert (gap["state"], gap["taps"], gap["worth_minor"], gap["waiver"]) == ("open", 2, 3300, None)
    assert "I8 no sequence number is missing" in office.audit(4)
    assert waive(office)["again"] is False
    [gap] = office.ask("clearing gaps")
    assert (gap["state"], gap["taps"], gap["worth_minor"]) == ("lost", 2, 3300)
    assert (gap["waiver"]["by"], gap["waiver"]["because"]) == ("B. Dorj", "burnt in the depot")
    assert office.ask(f"device show {NORTH_GATE}")["missing"] == 0
    assert office.audit() == {}
    told = say(f"clearing gaps --db {office.db}")
    assert "0 gaps, 0 taps missing; 1 declared lost, 2 taps" in told
    [day] = office.close(WEDNESDAY)
    assert day["charged_minor"] == 1550 + 1750, "an estimate is no money"
    assert (day["incomplete"], day["lost"]) == ([], [{"device": NORTH_GATE, "epoch": 1, "taps": 0, "lost": 2}])
    assert office.audit() == {}
    assert office.replay() == []


def test_the_same_twice_changes_nothing(office: Office) -> None:
    waive(office)
    again = waive(office, '--by "Somebody" --second "Else" --because "another reason"')
    assert again["again"] is True
    assert again["waiver"]["by"] == "B. Dorj"  # type: ignore[index]
    assert len(office.ask("clearing gaps")) == 1


@pytest.mark.parametrize(
    ("who", "range_", "code"),
    [
        ('--by Kim --second " kim" --because "burnt"', RANGE, "ONE_PERSON"),
        ('--by Kim --second Dorj --because " "', RANGE, "REASON_MISSING"),
        (BOTH, f"--device {NORTH_GATE} --from 1 --to 3", "NOT_MISSING"),
        (BOTH, f"--device {NORTH_GATE} --from 3 --to 4", "NOT_MISSING"),
        (BOTH, f"--device {NORTH_GATE} --from 3 --to 2", "NOT_MISSING"),
        (BOTH, f"--device {NORTH_GATE} --from 5 --to 9", "NOT_MISSING"),
        (BOTH, f"--device {NORTH_GATE} --epoch 2 --from 2 --to 3", "NOT_MISSING"),
    ],
)
def test_what_cannot_be_declared(office: Office, who: str, range_: str, code: str) -> None:
    """One person alone, no reason, numbers that came, numbers that nobody knows to have been used."""
    [refusal] = waive(office, who, range_, 3)
    assert refusal["code"] == code  # type: ignore[index]
    assert [gap["state"] for gap in office.ask("clearing gaps")] == ["open"]


def test_a_part_may_be_lost_and_the_rest_may_come(office: Office) -> None:
    waive(office, range_=f"--device {NORTH_GATE} --from 3 --to 3")
    assert [(gap["first_seq"], gap["last_seq"], gap["state"]) for gap in office.ask("clearing gaps")] == [
        (2, 2, "open"), (3, 3, "lost"),
    ]  # fmt: skip
    [refusal] = waive(office, code=3)
    assert refusal["code"] == "WAIVED_BEFORE"  # type: ignore[index]
    assert "lacks sequences 2 to 2" in office.audit(4)["I8 no sequence number is missing"]


def test_what_comes_after_all_is_taken_and_the_declaration_is_overtaken(office: Office) -> None:
    """A second reader had read its flash out before the fire."""
    waive(office)
    assert office.answers(office.folder / "2.afc") == ["ACCEPTED"]
    [row] = office.ask("clearing gaps")
    assert (row["state"], row["taps"], row["worth_minor"]) == ("overtaken", 2, 0)
    [day] = office.close(WEDNESDAY)
    assert (day["charged_minor"], day["incomplete"], day["lost"]) == (6400, [], [])
    assert office.audit() == {}
    assert office.replay() == []


def test_a_close_tells_what_it_lacks_and_a_later_declaration_does_not_change_it(office: Office) -> None:
    """Wednesday closes with the gap open, and says so for ever; on Thursday two people declare it lost."""
    told = say(f"clearing run --through {WEDNESDAY} -q --db {office.db}")
    assert f"{WEDNESDAY} was closed without 2 taps of device {NORTH_GATE}; see: afc clearing gaps" in told
    waive(office)
    [day] = office.close(THURSDAY)
    assert (day["incomplete"], day["lost"][0]["lost"]) == ([], 2)
    with_gap, without = (lacked(office, day) for day in (WEDNESDAY, THURSDAY))
    assert (with_gap, without) == ([(2, 3, 0)], [(2, 3, 1)])
    assert office.audit() == {}
    assert office.replay() == [], "a replay declares it lost between the same two closes"


def lacked(office: Office, day: str) -> list[tuple[int, int, int]]:
    """First and last number and waiver, as the books have it."""
    import sqlite3

    with sqlite3.connect(office.db) as books:
        rows = books.execute("SELECT first_seq, last_seq, waiver FROM shortfall WHERE clearing_date = ?", (day,))
        return list(rows.fetchall())


def test_replay_lets_an_act_go_first_where_it_did(office: Office) -> None:
    """A batch kept aside fills part of a gap; the rest is declared lost after it was released, and only then is it a range."""
    fourth = office.sealed("4", NORTH_GATE, "entry 5 2026-03-04T18:00:00+09:00 NG 1550 18450", after="3")
    office.sealed("5", NORTH_GATE, "entry 6 09:00 NG 1550 18450", after="4")
    sixth = office.sealed("6", NORTH_GATE, "entry 7 09:30 NG 1550 18450", after="5")
    assert office.answers(fourth, sixth, code=5) == ["QUARANTINED CLOCK_AHEAD", "ACCEPTED"]
    [held] = office.ask("clearing quarantine list")
    waive(office)
    office.ask(f"clearing quarantine release {held['digest']} {BOTH} --at 2026-03-04T14:00:00+09:00")
    waive(office, range_=f"--device {NORTH_GATE} --from 6 --to 6")
    office.close(WEDNESDAY)
    assert office.audit() == {}
    assert office.replay() == []


def test_whose_books_are_written_to_has_to_be_said() -> None:
    assert ask("clearing gaps waive --device 1 --from 1 --to 1 --by a --second b --because c", 3)[0]["code"] == (
        "BOOKS_UNNAMED"
    )
