"""What a reader writes down for one tap, and what nobody should have written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afc import limits
from afc.answers import BatchRefused, Reason
from afc.flaws import find_flaws
from afc.tap import (
    NO_PATTERN,
    NO_STOP,
    TAP,
    UNCOUNTED,
    WITHOUT_CARD,
    TapKind,
    TapState,
    decode,
    encode,
    find_fault,
    is_ride,
    moved_minor,
)

KINDS = st.sampled_from([TapKind.ENTRY, TapKind.EXIT, TapKind.LOAD, TapKind.SALE])


@st.composite
def taps(draw: st.DrawFn) -> np.ndarray:
    """Any taps that may be, at the edges of what a field can say."""
    rows = draw(st.integers(1, 4))
    made = np.zeros(rows, TAP)
    for tap in made:
        tap["version"], tap["kind"], tap["clock"] = 1, draw(KINDS), draw(st.integers(0, 2))
        tap["card"], tap["counter"] = draw(st.integers(1, 2**64 - 1)), draw(st.integers(1, 2**32 - 1))
        tap["time_us"] = draw(st.integers(limits.tap_time_us_min, limits.tap_time_us_max))
        tap["group"] = draw(st.integers(1, limits.tap_group_max))
        tap["amount"] = draw(st.integers(0, limits.tap_amount_max))
        tap["balance"] = draw(st.integers(-limits.tap_balance_max, limits.tap_balance_max))
        tap["state"] = draw(st.integers(0, 1))
        for field in ("medium", "category", "product", "key_version", "tariff"):
            tap[field] = draw(st.integers(0, 2**8 - 1))
        for field in ("epoch", "pattern", "stop_seq"):
            tap[field] = draw(st.integers(0, 2**16 - 1))
        for field in ("device", "seq", "stop", "trip"):
            tap[field] = draw(st.integers(0, 2**32 - 1))
        tap["mac"] = draw(st.integers(0, 2**64 - 1))
    return made


@given(taps())
@settings(max_examples=60)
def test_what_is_read_is_what_was_written(made):
    """An auditor compares bytes, so there is one way to write a tap."""
    data = encode(made)
    assert len(data) == 72 * len(made)
    assert np.array_equal(decode(data), made)
    assert encode(decode(data)) == data


def test_nobody_changes_a_tap_that_was_read(taps_of):
    """What came from the evidence stays as it is; a program that wants another tap makes a copy."""
    tap = decode(encode(taps_of([5])))
    with pytest.raises(ValueError, match="read-only"):
        tap["amount"] = 0


def test_half_a_tap_is_no_tap():
    """A cut transmission must not be read as a cheaper one."""
    with pytest.raises(BatchRefused) as refusal:
        decode(bytes(71))
    assert refusal.value.reason is Reason.LENGTH_WRONG
    assert len(decode(b"")) == 0


AT_THE_LIMIT_AND_ONE_PAST = [
    ("version", 1, 2, Reason.RECORD_FORMAT),
    ("version", 1, 0, Reason.RECORD_FORMAT),
    ("kind", TapKind.ACTION, 10, Reason.RECORD_KIND),
    ("state", TapState.UNRATIFIED, 2, Reason.RECORD_STATE),
    ("kind", TapKind.ENTRY, 0, Reason.RECORD_KIND),
    ("card", 1, 0, Reason.RECORD_CARD),
    ("counter", 1, 0, Reason.RECORD_CARD),
    ("clock", 2, 3, Reason.RECORD_TIME),
    ("time_us", limits.tap_time_us_min, limits.tap_time_us_min - 1, Reason.RECORD_TIME),
    ("time_us", limits.tap_time_us_max, limits.tap_time_us_max + 1, Reason.RECORD_TIME),
    ("time_us", limits.tap_time_us_min, -1, Reason.RECORD_TIME),
    ("group", limits.tap_group_max, limits.tap_group_max + 1, Reason.RECORD_GROUP),
    ("group", 1, 0, Reason.RECORD_GROUP),
    ("amount", limits.tap_amount_max, limits.tap_amount_max + 1, Reason.RECORD_AMOUNT),
    ("amount", 0, -1, Reason.RECORD_AMOUNT),
    ("balance", limits.tap_balance_max, limits.tap_balance_max + 1, Reason.RECORD_AMOUNT),
    ("balance", -limits.tap_balance_max, -limits.tap_balance_max - 1, Reason.RECORD_AMOUNT),
    ("balance", 0, -(2**63), Reason.RECORD_AMOUNT),
]


@pytest.mark.parametrize(("field", "last_good", "first_bad", "reason"), AT_THE_LIMIT_AND_ONE_PAST)
def test_every_limit_is_taken_and_one_past_it_refused(taps_of, field, last_good, first_bad, reason):
    """A fare of minus one is a theft by a typing mistake; it has to stop at the door, under its name."""
    three = taps_of([5, 6, 7], **{field: [1, last_good, 1] if field != "time_us" else last_good})
    assert np.array_equal(decode(three.tobytes()), three)
    assert find_flaws(three) == ()
    three[field][0], three[field][1] = last_good, first_bad  # beside one that cannot be, the last that can be still is
    if reason is not Reason.RECORD_FORMAT:
        assert [(flaw.row, flaw.reason) for flaw in find_flaws(three)] == [(1, reason)]
    with pytest.raises(BatchRefused) as refusal:
        decode(three.tobytes())
    assert refusal.value.reason is reason
    assert str(refusal.value) == reason.sentence


def test_a_top_up_has_no_group_and_a_kiosk_no_pattern(taps_of):
    """A kiosk stands nowhere on a route and counts no riders."""
    load = taps_of([5], kind=TapKind.LOAD, group=0, stop=NO_STOP, pattern=NO_PATTERN, amount=10_000)
    assert decode(encode(load))["amount"] == 10_000


def test_only_an_exit_gives_money_back(taps_of):
    """A hold of 300 less a fare of 200 is an exit of -100. An entry or a top-up below zero would be a theft."""
    most = limits.tap_amount_max
    back = taps_of([5, 5, 5], kind=[TapKind.ENTRY, TapKind.EXIT, TapKind.EXIT], amount=[300, -100, -most])
    assert decode(encode(back))["amount"].tolist() == [300, -100, -most]
    for kind, amount in ((TapKind.ENTRY, -1), (TapKind.LOAD, -1), (TapKind.SALE, -100), (TapKind.EXIT, -most - 1)):
        wrong = taps_of([5, 5], kind=[TapKind.EXIT, kind], amount=[-100, amount])
        with pytest.raises(BatchRefused) as refusal:
            decode(wrong.tobytes())
        assert refusal.value.reason is Reason.RECORD_AMOUNT


def test_beside_money_given_back_the_others_keep_their_bounds(taps_of):
    """One exit of -5 has every amount looked at: nothing, and the most that a tap may take, are as good as ever."""
    kinds = [TapKind.EXIT, TapKind.ENTRY, TapKind.LOAD]
    assert find_fault(taps_of([5, 6, 7], kind=kinds, amount=[-5, 0, limits.tap_amount_max])) is None


def test_a_vehicle_trip_has_no_card_and_everything_else_has_one(taps_of):
    """Kilometres are paid to the operator and must never land in a rider's history, nor a ride in nobody's."""
    both = taps_of([5, 0], kind=[TapKind.ENTRY, TapKind.TRIP], counter=[1, 0], group=[1, 0], amount=[1400, 18_450])
    assert np.array_equal(decode(encode(both)), both)
    for swapped in ({"card": [0, 0]}, {"card": [5, 5]}, {"counter": [1, 1]}, {"counter": [0, 0]}):
        wrong = both.copy()
        for field, value in swapped.items():
            wrong[field] = value
        with pytest.raises(BatchRefused) as refusal:
            decode(wrong.tobytes())
        assert refusal.value.reason is Reason.RECORD_CARD


@pytest.mark.parametrize("kind", UNCOUNTED)
def test_what_leaves_no_trace_on_a_card_waits_for_no_card(taps_of, kind):
    """A driver logs on, riders pay in cash, an inspector reads a card: no counter, and nothing that a card confirms."""
    card = 0 if kind in WITHOUT_CARD else 5
    record = taps_of([card], kind=kind, counter=0, amount=2_000, balance=6_041)
    assert np.array_equal(decode(encode(record)), record)
    for field, value, reason in (("state", 1, Reason.RECORD_STATE), ("counter", 3, Reason.RECORD_CARD)):
        wrong = record.copy()
        wrong[field] = value
        with pytest.raises(BatchRefused) as refusal:
            decode(wrong.tobytes())
        assert refusal.value.reason is reason


def test_a_card_that_counts_from_nothing_is_told_at_any_number_of_its_reader(taps_of):
    """The counter stands beside the reader's own number, and a large one of these does not cover for it."""
    for seq in (1, 2**31, 2**32 - 1):
        assert find_fault(taps_of([5], first_seq=seq, counter=1)) is None
        assert find_fault(taps_of([5], first_seq=seq, counter=0)) is Reason.RECORD_CARD


def test_nobody_waits_for_an_inspection_to_be_confirmed(taps_of):
    """Nothing was written to the card, whether or not the record has a group."""
    for group in (0, 1):
        looked_at = taps_of([5], kind=TapKind.INSPECTION, counter=0, group=group)
        assert find_fault(looked_at) is None
        looked_at["state"] = TapState.UNRATIFIED
        assert find_fault(looked_at) is Reason.RECORD_STATE


def test_cash_is_for_riders(taps_of):
    """Cash of nobody would be a driver's mistake; the operator's boardings are counted from it."""
    with pytest.raises(BatchRefused) as refusal:
        decode(taps_of([0], kind=TapKind.CASH, counter=0, group=0, amount=2_000).tobytes())
    assert refusal.value.reason is Reason.RECORD_GROUP


def test_what_a_tap_does_to_its_purse(taps_of):
    """Riding takes it, loading fills it, money at an exit comes back; a pass is paid in cash, and its price moves no purse."""
    kinds = [TapKind.ENTRY, TapKind.EXIT, TapKind.EXIT, TapKind.LOAD, TapKind.ACTION, TapKind.SALE, TapKind.INSPECTION]
    made = taps_of(list(range(1, 8)), kind=kinds, amount=[1550, 100, -300, 5000, 700, 900, 30])
    assert moved_minor(made).tolist() == [-1550, -100, 300, 5000, 700, 0, 0]
    assert is_ride(made["kind"]).tolist() == [True, True, True, False, False, False, False]


def test_our_own_mistake_is_not_the_world_s(taps_of):
    """A reader that would write nonsense must stop in our tests, not in the street."""
    wrong = taps_of([5], amount=-1)
    with pytest.raises(AssertionError):
        encode(wrong)
