"""A tap-in written at home with a leaked key: the way out shows it, once every reader that can have written it has told all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from test_suspicion import CARD_NUMBER, IN, Desk

from afc.city import City
from afc.keys import KeyRing
from afc.moment import HOUR_US, MINUTE_US
from afc.tap import NO_PATTERN, TapKind
from clearing.suspicion.finding import Suspicion
from clearing.suspicion.forged import forged_entries
from clearing.suspicion.log import heard_until

OUT, GATE, OTHER_GATE, BUS = TapKind.EXIT, 9, 10, 30
FOREVER_US = 2**62


def a_day(city: City, ring: KeyRing, log: list[tuple[int, int, int, int]], *, pattern: int, first: int = 2) -> Any:
    """An entry and an exit with counter `first + 1` at reader 9; the log has (reader, first, last, minutes after the exit)."""
    day: Any = Desk(city, ring, [(0, 1, IN, 1_500, 3_500), (60, first + 1, OUT, 100, 3_400)], pattern=pattern)
    exit_us = int(day.chains.taps["time_us"][1])
    rows = np.array([(device, 1, one, last, exit_us + after * MINUTE_US) for device, one, last, after in log], np.int64)
    names = ("device", "epoch", "first_seq", "last_seq", "received_us")
    columns = dict(zip(names, rows.reshape(-1, 5).T, strict=True))
    day.whole = SimpleNamespace(columns=columns, heard=heard_until(columns))
    day.house.store = SimpleNamespace(
        devices=lambda: [
            SimpleNamespace(device=device, from_us=0, to_us=FOREVER_US, service=service, vehicle=vehicle)
            for device, service, vehicle in ((GATE, 0, -1), (OTHER_GATE, 0, -1), (BUS, 1, 5))
        ]
    )
    return day


def found(day: Any) -> list[Suspicion]:
    return list(forged_entries(day))


def test_an_exit_whose_entry_nobody_wrote(hanbit: City, ring: KeyRing) -> None:
    """Both gates have reported after the exit, and neither lacks a number."""
    [one] = found(a_day(hanbit, ring, [(GATE, 1, 5, 30), (OTHER_GATE, 1, 8, 10)], pattern=NO_PATTERN))
    assert (one.kind, one.minor, one.devices, one.taps) == ("forged_entry", 0, (GATE,), ("T-9-1-2",))
    assert "all 2 readers" in one.sentence
    assert len(one.cards) == 1
    assert str(CARD_NUMBER) not in one.sentence


@pytest.mark.parametrize(
    "log",
    [
        [(GATE, 1, 5, 30)],
        [(GATE, 1, 5, 30), (OTHER_GATE, 1, 8, -10)],
        [(GATE, 1, 5, 30), (OTHER_GATE, 1, 3, -50), (OTHER_GATE, 5, 8, 10)],
        [(GATE, 1, 5, 30), (OTHER_GATE, 2, 8, 10)],
    ],
    ids=["silent", "not since", "a gap", "no beginning"],
)
def test_while_a_gate_may_still_tell_nothing_is_said(
    hanbit: City, ring: KeyRing, log: list[tuple[int, int, int, int]]
) -> None:
    assert found(a_day(hanbit, ring, log, pattern=NO_PATTERN)) == []


def test_an_entry_that_is_there_or_two_that_are_not_say_nothing(hanbit: City, ring: KeyRing) -> None:
    """Two missing counters may be a ride and a load; what they were nobody knows."""
    log = [(GATE, 1, 5, 30), (OTHER_GATE, 1, 8, 10)]
    assert found(a_day(hanbit, ring, log, pattern=NO_PATTERN, first=1)) == []
    assert found(a_day(hanbit, ring, log, pattern=NO_PATTERN, first=3)) == []


def test_a_reader_with_a_gap_has_never_told_all() -> None:
    log = {
        "device": np.array([1, 1, 1, 2]), "epoch": np.array([1, 1, 1, 1]), "first_seq": np.array([1, 4, 7, 1]),
        "last_seq": np.array([3, 5, 9, 2]), "received_us": np.array([1, 2, 3, HOUR_US]),
    }  # fmt: skip
    assert heard_until(log) == {1: -1, 2: HOUR_US}
