"""A reader comes to the last number that a tap can have. It stops there by name; it never begins again at nought."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afc.batch import open_sealed
from afc.refusal import Refused
from terminals.frames import FRAMES_FROM, SECTOR, Mark, pack_mark
from terminals.journal import SEQ_MAX, Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

HERE = "sim-test"


def nearly_done(left: int) -> BytesIO:
    """A medium whose reader has so many numbers left; all before them are receipted."""
    through = SEQ_MAX - left
    mark = pack_mark(Mark(2, through, 25_000_000, FRAMES_FROM, b"d" * 32))
    return BytesIO(mark.ljust(SECTOR, b"\0") + bytes(SECTOR))


def test_the_last_numbers_are_used_and_no_more(ring, taps_of):
    flash = nearly_done(2)
    journal = Journal(flash, 100)
    assert (journal.next_seq, journal.room) == (SEQ_MAX - 1, 2)
    journal.append(taps_of([5, 6], first_seq=SEQ_MAX - 1))
    assert journal.room == 0
    with pytest.raises(Refused) as refused:
        journal.append(taps_of([7], first_seq=0))
    assert refused.value.code == "NUMBERS_USED_UP"
    assert "epoch" in refused.value.cure
    assert Journal(flash, 100).unsent()["seq"].tolist() == [SEQ_MAX - 1, SEQ_MAX]


@given(st.integers(0, 4), st.integers(1, 6))
def test_what_does_not_fit_is_refused_whole(ring, taps_of, left, riders):
    """Five riders and three numbers: nobody is let in on a number that is not there."""
    journal = Journal(nearly_done(left), 100)
    if riders <= left:
        journal.append(taps_of([5] * riders, first_seq=journal.next_seq))
        return
    taps = taps_of([5] * riders)
    with pytest.raises(Refused, match=f"{left} are left"):
        journal.append(taps)
    assert len(journal.unsent()) == 0


def test_the_last_batch_of_an_epoch_is_a_batch_like_any_other(ring, taps_of):
    """What stands under the highest numbers is sealed and sent; then the epoch has nothing more to say."""
    journal = Journal(nearly_done(3), 100)
    taps = taps_of([5, 6, 7], first_seq=SEQ_MAX - 2)
    journal.append(taps)
    uplink = Uplink(Sam(ring, 9), journal, 9, 1, HERE)
    [sealed] = uplink.batches()
    batch = open_sealed(sealed, ring.device_public, HERE)
    assert (batch.first_seq, batch.last_seq, batch.number) == (SEQ_MAX - 2, SEQ_MAX, 25_000_001)
    assert uplink.batches() == [sealed]
