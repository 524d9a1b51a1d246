"""A reader's second batch is lost on the way: the gap is seen, and closes when the batch comes after all."""

from __future__ import annotations

from pathlib import Path

from house import NOON, NORTH_GATE, Office


def test_a_gap_opens_and_closes(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.begin()
    first = office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    second = office.sealed("2", NORTH_GATE, "entry 2 08:01 NG 1550 18450", "entry 3 08:02 NG 1550 18450", after="1")
    third = office.sealed("3", NORTH_GATE, "entry 4 08:03 NG 1550 18450", after="2")
    assert office.answers(first, third) == ["ACCEPTED", "ACCEPTED"]
    [gap] = office.ask("clearing gaps")
    assert (gap["device"], gap["first_seq"], gap["last_seq"], gap["taps"]) == (NORTH_GATE, 2, 3, 2)
    assert gap["since"] == NOON
    assert gap["held"] == []
    assert office.ask(f"device show {NORTH_GATE}")["missing"] == 2
    assert office.answers(second, at="2026-03-04T15:00:00+09:00") == ["ACCEPTED"]
    assert office.ask("clearing gaps") == []
    shown = office.ask(f"device show {NORTH_GATE}")
    assert (shown["batches"], shown["taps"], shown["epochs"][0]["through_seq"]) == (3, 4, 4)
    assert shown["last_contact"] == "2026-03-04T15:00:00+09:00"
    assert office.replay() == []


def test_a_gap_says_what_is_kept_aside_for_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.begin()
    first = office.sealed("1", NORTH_GATE, "entry 1 2026-03-09T08:00:00+09:00 NG 1550 18450")
    second = office.sealed("2", NORTH_GATE, "entry 2 08:01 NG 1550 18450", after="1")
    assert office.answers(first, second, code=5) == ["QUARANTINED CLOCK_AHEAD", "ACCEPTED"]
    [gap] = office.ask("clearing gaps")
    [held] = office.ask("clearing quarantine list")
    assert gap["held"] == [held["digest"]]


def test_a_reader_that_never_sent_anything_is_silent(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.begin(cards=0)
    assert len(office.ask("device list --silent")) == len(office.ask("device list")) == 77
    assert office.ask("device show 999", 3)[0]["code"] == "DEVICE_UNKNOWN"
