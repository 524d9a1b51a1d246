"""A generation of keys is taken back: it can stop a whole city, so two people do it, and the books say who and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask, say
from house import NORTH_GATE, Office

REVOKE = "keys revoke record 1"
WHO = '--by "B. Dorj" --second "S. Kim" --because "a reader was opened"'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.begin()
    return office


def test_one_person_alone_stops_nobody(office: Office) -> None:
    """Without a second name, or without a reason, taps go on being believed."""
    assert "Missing option" in say(f"{REVOKE} --db {office.db}", 2)
    alone = WHO.replace("S. Kim", "b. dorj")
    assert ask(f"{REVOKE} {alone} --db {office.db}", 3)[0]["code"] == "ONE_PERSON"
    assert ask(f"{REVOKE} {WHO.replace('a reader was opened', ' ')} --db {office.db}", 3)[0]["code"] == "REASON_MISSING"
    ride = office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    assert office.answers(ride) == ["ACCEPTED"]


def test_the_books_keep_who_took_it_back_and_why(office: Office) -> None:
    """What comes later waits; twice changes nothing, and a replay has the act as well."""
    told = ask(f"{REVOKE} {WHO} --db {office.db}")
    assert (told["by"], told["second"], told["because"]) == ("B. Dorj", "S. Kim", "a reader was opened")
    again = ask(f'{REVOKE} --by "Somebody" --second "Else" --because "x" --db {office.db}')
    assert again == told
    ride = office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    assert office.answers(ride, at="2125-03-04T12:00:00+09:00", code=5) == ["QUARANTINED KEY_WITHDRAWN"]
    assert office.replay() == []
