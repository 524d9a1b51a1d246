"""Rows picked as bytes are the rows that indexing picks."""

from __future__ import annotations

import numpy as np
import pytest

from afc.records import copy_of, rows_at, rows_of, rows_where
from afc.tap import TAP
from clearing.admit import spans


@pytest.fixture
def taps() -> np.ndarray:
    return np.frombuffer(np.random.default_rng(1).bytes(50 * TAP.itemsize), TAP)


def test_rows_are_those_that_indexing_gives(taps: np.ndarray) -> None:
    rows = np.array([7, 3, 3, 49])
    chosen = taps["amount"] > 0

    assert rows_at(taps, rows).tobytes() == taps[rows].tobytes()
    assert 0 < chosen.sum() < len(taps)
    assert rows_where(taps, chosen).tobytes() == taps[chosen].tobytes()
    assert rows_where(taps, np.zeros(50, bool)).tobytes() == b""
    assert rows_of([taps[:7], taps[:0], taps[9:]]).tobytes() == np.concatenate([taps[:7], taps[9:]]).tobytes()
    assert rows_of([taps[:0], taps[:0]]).dtype == TAP
    assert rows_of([taps[::2], taps[1::2]]).tobytes() == np.concatenate([taps[::2], taps[1::2]]).tobytes()


def test_where_all_rows_are_wanted_nothing_is_copied(taps: np.ndarray) -> None:
    assert rows_where(taps, np.ones(50, bool)) is taps
    assert rows_of([taps[:0], taps]) is taps

    copy = copy_of(taps)
    copy["amount"] = 0
    assert (taps["amount"] != 0).any()


def test_records_of_two_kinds_are_not_joined(taps: np.ndarray) -> None:
    with pytest.raises(AssertionError, match="one kind"):
        rows_of([taps, np.zeros(3, "<i8")])


@pytest.mark.parametrize("apart", [1, 10_000_000])
def test_a_reader_is_found_by_its_number(apart: int) -> None:
    register = np.array([2, 2, 5, 9, 9, 9], np.uint32) * np.uint32(apart)
    asked = np.array([9, 2, 5, 2], np.uint32) * np.uint32(apart)

    begin, end = spans(register, asked)
    assert begin.tolist() == [3, 0, 2, 0]
    assert end.tolist() == [6, 2, 3, 2]
