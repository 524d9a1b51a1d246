"""One tap that cannot be stops no other: which it is, and that the quick look and the close one never part."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afc import limits
from afc.answers import BatchRefused, Reason
from afc.flaws import Flaw, find_flaws, sound, without
from afc.tap import TAP, TapKind, decode, find_fault

TapsOf = Callable[..., np.ndarray]
EDGES = {
    "kind": [*range(11), 255],
    "clock": [0, 2, 3],
    "group": [0, 1, limits.tap_group_max, limits.tap_group_max + 1],
    "card": [0, 1, 2**64 - 1],
    "counter": [0, 1, 2**32 - 1],
    "time_us": [
        limits.tap_time_us_min, limits.tap_time_us_min - 1, limits.tap_time_us_max, limits.tap_time_us_max + 1, -1, 2**63 - 1,
    ],
    "amount": [0, -1, limits.tap_amount_max, limits.tap_amount_max + 1, -limits.tap_amount_max, -(2**31)],
    "balance": [0, -1, limits.tap_balance_max, limits.tap_balance_max + 1, -limits.tap_balance_max - 1, -(2**63)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("kind", max(TapKind) + 1, Reason.RECORD_KIND),
        ("card", 0, Reason.RECORD_CARD),
        ("time_us", 2**63 - 1, Reason.RECORD_TIME),
        ("group", 61, Reason.RECORD_GROUP),
        ("amount", -1, Reason.RECORD_AMOUNT),
        ("balance", -(2**63), Reason.RECORD_AMOUNT),
    ],
)
def test_one_tap_of_three_cannot_be(taps_of: TapsOf, field: str, value: int, reason: Reason) -> None:
    three = taps_of([5, 6, 7])
    three[field][1] = value
    assert find_flaws(three) == (Flaw(1, reason),)
    assert sound(three).tolist() == [True, False, True]
    assert without(three, find_flaws(three))["card"].tolist() == [5, 7]


def test_a_tap_with_two_flaws_has_the_first_reason(taps_of: TapsOf) -> None:
    two = taps_of([5, 6])
    two["amount"], two["kind"][0] = -1, max(TapKind) + 1
    assert find_flaws(two) == (Flaw(0, Reason.RECORD_KIND), Flaw(1, Reason.RECORD_AMOUNT))


def test_nothing_is_wrong_with_nothing(taps_of: TapsOf) -> None:
    assert find_flaws(np.empty(0, TAP)) == ()
    assert find_flaws(taps_of([5, 6])) == ()


@given(st.lists(st.fixed_dictionaries({field: st.sampled_from(edges) for field, edges in EDGES.items()}), max_size=6))
@settings(max_examples=300)
def test_the_quick_look_and_the_close_one_agree(rows: list[dict[str, int]]) -> None:
    """`find_fault` looks at extremes and `find_flaws` at every tap: each tap by itself has the same reason in both."""
    taps = np.zeros(len(rows), TAP)
    taps["version"] = 1
    for tap, row in zip(taps, rows, strict=True):
        for field, value in row.items():
            tap[field] = value
    alone = [(i, find_fault(taps[i : i + 1])) for i in range(len(taps))]
    assert find_flaws(taps) == tuple(Flaw(i, reason) for i, reason in alone if reason is not None)
    good = without(taps, find_flaws(taps))
    assert decode(good.tobytes()).tobytes() == good.tobytes()


def test_flaws_far_apart_are_found_where_they_are(taps_of: TapsOf) -> None:
    """More taps than are looked at together."""
    many = np.repeat(taps_of([5]), 40_000)
    for row in (0, 16_383, 16_384, 39_999):
        many["kind"][row] = TapKind.TRIP
    assert [flaw.row for flaw in find_flaws(many)] == [0, 16_383, 16_384, 39_999]


def test_what_tools_read_without_a_batch_is_refused_whole(taps_of: TapsOf) -> None:
    """Records in a row, without an envelope that somebody signed, are a file: it is right or it is not."""
    three = taps_of([5, 6, 7])
    three["kind"][1] = max(TapKind) + 1
    with pytest.raises(BatchRefused):
        decode(three.tobytes())
