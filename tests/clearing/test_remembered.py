"""A street that is simulated again: what the books have is not handed over twice, and what differs is refused."""

from __future__ import annotations

from multiprocessing import Pipe

import pytest
from office import HERE, NOON_US, Reader

from afc.keys import KeyRing
from afc.limits import intake_batches_max
from afc.refusal import Refused
from clearing.intake import Intake
from clearing.store import Store
from sim.collector import sender
from sim.remembered import Remembered, differs
from sim.world.line import Line, listening


def street(store: Store, ring: KeyRing) -> Remembered:
    """What readers report to, in a run that begins or goes on."""
    return Remembered(store, sender(Intake(store, ring, HERE)))


def test_readers_get_the_receipts_that_they_were_given_and_the_books_stay_as_they_are(
    store: Store, ring: KeyRing
) -> None:
    reader = Reader(ring, 1)
    calls = [[reader.batch(), reader.batch()], [reader.batch()], [reader.batch()]]
    first = street(store, ring)
    receipts = [first(call, NOON_US + n) for n, call in enumerate(calls[:2])]
    before = store.high(), list(store.submissions())
    again = street(store, ring)
    assert [again(call, NOON_US + n) for n, call in enumerate(calls[:2])] == receipts
    assert (store.high(), list(store.submissions())) == before, "nobody handed anything over"
    assert again(calls[2], NOON_US + 2)[0] is not None
    assert store.high()[0] == 4, "the third call is new"


def test_a_moment_of_which_the_first_call_was_kept_is_finished(store: Store, ring: KeyRing) -> None:
    reader = Reader(ring, 1)
    batches = [reader.batch(1) for _ in range(intake_batches_max + 1)]
    street(store, ring)(batches[:intake_batches_max], NOON_US)
    receipts = street(store, ring)(batches, NOON_US)
    assert store.high()[0] == len(batches) == len(set(receipts))


def test_a_street_that_comes_out_otherwise_is_refused(store: Store, ring: KeyRing) -> None:
    street(store, ring)([Reader(ring, 1).batch(2)], NOON_US)
    with pytest.raises(Refused, match="batch 1 and after came out otherwise") as refused:
        street(store, ring)([Reader(ring, 1).batch(3)], NOON_US)
    assert (refused.value.code, store.high()[0]) == ("RUN_DIFFERS", 1)


def test_a_refusal_comes_over_a_line_as_one() -> None:
    here, there = Pipe()
    with listening(there):
        raise differs("batch 1")
    line = Line(here, "the clearing house")
    with pytest.raises(Refused, match=r"batch 1 came out otherwise .* --fresh"):
        line.answer()
    line.close()
