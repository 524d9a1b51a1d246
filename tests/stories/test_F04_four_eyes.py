"""A batch from a clock of tomorrow is kept aside; two people who have looked let it in, and its taps are charged."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import say
from house import NORTH_GATE, THURSDAY, WEDNESDAY, Office

NEXT_DAY = "2026-03-05T10:00:00+09:00"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.begin()
    today = office.sealed("today", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    early = office.sealed("early", NORTH_GATE, "entry 2 2026-03-05T08:00:00+09:00 NG 1550 18450", after="today")
    assert office.answers(today, early, code=5) == ["ACCEPTED", "QUARANTINED CLOCK_AHEAD"]
    office.close(WEDNESDAY)
    return office


def release(
    office: Office, by: str = "B. Dorj", second: str = "S. Kim", code: int = 0, digest: str = "", at: str = NEXT_DAY
) -> object:
    held = digest or office.ask("clearing quarantine list --all")[0]["digest"]
    why = '--because "the clock ran a day ahead"'
    return office.ask(f'clearing quarantine release {held} --by "{by}" --second "{second}" {why} --at {at}', code)


def test_two_people_let_it_in_and_it_is_charged(office: Office, tmp_path: Path) -> None:
    [held] = office.ask("clearing quarantine list --now 2026-03-06T13:30:00+09:00")
    assert (held["reason"], held["device"], held["taps"], held["bound_minor"]) == ("CLOCK_AHEAD", NORTH_GATE, 1, 1550)
    assert held["age"] == "2 d 1 h"
    done = release(office)
    assert isinstance(done, dict)
    assert (done["position"], done["waived"], done["again"]) == (2, ["CLOCK_AHEAD"], False)
    assert office.ask("clearing quarantine list") == []
    assert office.ask("clearing quarantine list --all")[0]["released"]["second"] == "S. Kim"
    [day] = office.close(THURSDAY)
    assert (day["date"], day["charged_minor"]) == (THURSDAY, 1550)
    assert office.audit() == {}
    assert office.answers(tmp_path / "early.afc", at=NEXT_DAY) == ["DUPLICATE"], "the reader may now forget it"
    assert office.replay() == []


def test_the_same_release_twice_changes_nothing(office: Office) -> None:
    first, second = release(office), release(office, "Somebody", "Else")
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert second == first | {"again": True}
    assert office.audit() == {}


@pytest.mark.parametrize(("by", "second"), [("B. Dorj", "B. Dorj"), ("B. Dorj", " b.  dorj "), ("B. Dorj", " ")])
def test_one_person_alone_is_refused(office: Office, by: str, second: str) -> None:
    assert release(office, by, second, code=3)[0]["code"] == "ONE_PERSON"  # type: ignore[index]
    assert len(office.ask("clearing quarantine list")) == 1
    held = office.ask("clearing quarantine list")[0]["digest"]
    told = say(f"clearing quarantine release {held} --by A --because why --db {office.db}", 2)
    assert "Missing option '--second'" in told


def test_a_digest_may_be_shortened_but_not_guessed(office: Office) -> None:
    held = office.ask("clearing quarantine list")[0]["digest"]
    for wrong, code in (("0", "DIGEST_TOO_SHORT"), (held[:3], "DIGEST_TOO_SHORT"), ("ffffffff", "DIGEST_UNKNOWN")):
        assert release(office, code=3, digest=wrong)[0]["code"] == code  # type: ignore[index]
    assert isinstance(release(office, digest=held[:8]), dict)


def test_who_releases_a_batch_has_seen_every_doubt_about_it(tmp_path: Path) -> None:
    """One tap of tomorrow and one of forty days ago in one batch: the list names the clock and the delay, and so does the
    release, for the two people answer for both."""
    office = Office(tmp_path)
    office.begin()
    old = "entry 2 2026-03-04T08:00:00+09:00 NG 1550 18450"
    both = office.sealed("both", NORTH_GATE, "entry 1 2026-04-16T08:00:00+09:00 NG 1550 18450", old)
    assert office.answers(both, at="2026-04-15T10:00:00+09:00", code=5) == ["QUARANTINED CLOCK_AHEAD"]
    [held] = office.ask("clearing quarantine list")
    assert held["reasons"] == ["CLOCK_AHEAD", "TOO_LATE"]
    assert "CLOCK_AHEAD, TOO_LATE" in say(f"clearing quarantine list --db {office.db}")
    two = '--by "B. Dorj" --second "S. Kim" --because "looked at it" --at 2026-04-15T12:00:00+09:00'
    told = say(f"clearing quarantine release {held['digest'][:8]} {two} --db {office.db}")
    assert [line.split()[1] for line in told.splitlines()[1:]] == ["CLOCK_AHEAD:", "TOO_LATE:"]


def test_a_batch_of_a_month_ago_is_charged_in_the_open_date(tmp_path: Path) -> None:
    """TOO_LATE: the bus stood in a depot for forty days."""
    office = Office(tmp_path)
    office.begin()
    late = office.sealed("late", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    april = "2026-04-15T10:00:00+09:00"
    other = office.sealed("other", NORTH_GATE, f"entry 2 {april} NG 1550 18450", after="late")
    assert office.answers(late, other, at=april, code=5) == ["QUARANTINED TOO_LATE", "ACCEPTED"]
    office.close("2026-04-15")
    [refusal] = release(office, at=NEXT_DAY, code=3)  # type: ignore[misc]
    assert refusal["code"] == "TIME_TOO_EARLY", "nobody knew of it in March"
    release(office, at="2026-04-16T09:00:00+09:00")
    assert [day["charged_minor"] for day in office.close("2026-04-16")] == [1550]
    assert office.audit() == {}
    assert office.replay() == []


def test_a_released_tap_that_its_card_has_passed_is_priced_where_it_belongs(office: Office) -> None:
    """The card rode on in the meantime: the late tap is charged on its own date, in the books of the next."""
    later = office.sealed("later", 52, "entry 2/2 2026-03-05T09:00:00+09:00 NG 1550 16900")
    assert office.answers(later, at=NEXT_DAY) == ["ACCEPTED"]
    office.close(THURSDAY)
    release(office)
    assert [day["charged_minor"] for day in office.close("2026-03-06")] == [1550]
    assert [row["date"] for row in office.ask("card show 2")["journeys"]] == [THURSDAY, THURSDAY]
    assert office.ask("clearing quarantine list") == []
    assert "I2 card value in the books is what the cards hold" not in office.audit()
    assert office.replay() == []


def test_a_released_copy_of_a_counter_is_evidence_and_moves_nothing(office: Office) -> None:
    """Another tap has the card's first counter already."""
    later = office.sealed("later", 52, "entry 2 2026-03-05T09:00:00+09:00 NG 1550 16900")
    assert office.answers(later, at=NEXT_DAY) == ["ACCEPTED"]
    office.close(THURSDAY)
    release(office)
    assert [day["charged_minor"] for day in office.close("2026-03-06")] == [0]
    [found] = office.ask("card show 2")["discrepancies"]
    assert (found["what"], found["minor"]) == ("COUNTER_REUSED", 1550)
    assert {row["reason"] for row in office.ask("clearing quarantine list")} == {"COUNTER_REUSED"}
    single = office.ask("clearing quarantine list")[0]["digest"]
    assert release(office, code=3, digest=single)[0]["code"] == "RELEASE_IMPOSSIBLE"  # type: ignore[index]
    assert office.replay() == []
