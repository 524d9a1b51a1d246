"""A new epoch: by a signed order, never by itself, and never while taps would disappear."""

from __future__ import annotations

from io import BytesIO

import pytest

from afc.answers import AnswerKind, Distrust, MessageRefused
from afc.batch import open_sealed
from afc.orders import EpochOrder, sign_order
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from terminals.epoch import begin_epoch
from terminals.frames import FRAMES_FROM, SECTOR, Mark, pack_mark
from terminals.journal import SEQ_MAX, Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

HERE = "sim-test"
NOW_US = 1_772_582_400_000_000


def order(ring, epoch=2, closed_seq=2, device=9, key=None):
    key = key or ring.command_private()
    return sign_order(key, EpochOrder(device, epoch, closed_seq, 0, NOW_US), HERE)


@pytest.fixture
def sam(ring) -> Sam:
    return Sam(ring, 9)


@pytest.fixture
def old(taps_of) -> Journal:
    """The journal of epoch 1 with two taps."""
    journal = Journal(BytesIO(), 100)
    journal.append(taps_of([5, 6]))
    return journal


def test_a_reader_does_not_begin_an_epoch_by_itself(sam):
    """T28: whoever wipes a reader finds a SAM that still counts in the old epoch."""
    with pytest.raises(Refused, match="nobody ordered epoch 2"):
        Uplink(sam, Journal(BytesIO(), 100), 9, 2, HERE)


def test_by_an_order_it_counts_from_one_and_still_sends_what_is_left(ring, sam, old, taps_of):
    """F19: both epochs' taps count."""
    before = Uplink(sam, old, 9, 1, HERE)
    journal, uplink = begin_epoch(sam, order(ring), old, BytesIO(), 100)
    journal.append(taps_of([7], epoch=2))
    (last,), (first,) = before.batches(), uplink.batches()
    assert [open_sealed(one, ring.device_public, HERE)[1:5] for one in (last, first)] == [(1, 1, 1, 2), (2, 1, 1, 1)]
    batch = open_sealed(last, ring.device_public, HERE)
    receipt = Receipt(AnswerKind.ACCEPTED, batch.digest, 9, 1, 2, 1, b"h" * 32, NOW_US, HERE)
    before.receive(sign_receipt(ring.receipt_private(), receipt))
    assert not before.batches()


def test_an_order_that_would_lose_taps_is_refused_by_the_reader(ring, sam, old):
    """The house had one tap when it closed the epoch; the reader holds two."""
    with pytest.raises(Refused, match="taps 2 to 2 are in this reader"):
        begin_epoch(sam, order(ring, closed_seq=1), old, BytesIO(), 100)
    assert sam.epoch == 1


@pytest.mark.parametrize("receipted", [0, 2])
def test_an_epoch_begins_on_an_empty_medium(ring, sam, taps_of, receipted):
    """The old medium put back, with taps or with only their receipt on it: the numbers would not begin at 1."""
    flash = BytesIO()
    old = Journal(flash, 100)
    old.append(taps_of([5, 6]))
    old.acknowledge(receipted)
    before = flash.getvalue()
    with pytest.raises(Refused) as refusal:
        begin_epoch(sam, order(ring), None, flash, 100)
    assert (refusal.value.code, sam.epoch, flash.getvalue()) == ("EPOCH_MEDIUM_USED", 1, before)
    journal, _ = begin_epoch(sam, order(ring), None, BytesIO(), 100)
    assert (journal.next_seq, sam.epoch) == (1, 2)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"device": 10}, Distrust.READER_OTHER),
        ({"epoch": 3}, Distrust.READER_OTHER),
        ({"epoch": 1}, Distrust.READER_OTHER),
        ({"key": "list"}, Distrust.SIGNATURE_WRONG),
    ],
)
def test_an_order_for_another_reader_or_time_or_by_another_hand_is_not_obeyed(ring, sam, changed, reason):
    """An order is kept and played again to make a reader forget; it is for one epoch only."""
    if "key" in changed:
        changed = {"key": ring.list_private()}
    with pytest.raises(MessageRefused) as refusal:
        begin_epoch(sam, order(ring, **changed), None, BytesIO(), 100)
    assert (refusal.value.reason, sam.epoch) == (reason, 1)


def test_an_order_is_obeyed_once(ring, sam):
    begin_epoch(sam, order(ring), None, BytesIO(), 100)
    with pytest.raises(MessageRefused):
        begin_epoch(sam, order(ring), None, BytesIO(), 100)


def test_at_the_last_number_the_reader_asks_for_an_order_and_never_begins_at_one_again(taps_of):
    """F18: 4 294 967 295 taps; the counter does not turn over in silence."""
    flash = BytesIO(bytes(FRAMES_FROM))
    flash.seek(SECTOR)
    flash.write(pack_mark(Mark(1, SEQ_MAX - 1, 40, FRAMES_FROM, b"d" * 32)))
    journal = Journal(flash, 100)
    assert (journal.next_seq, journal.room) == (SEQ_MAX, 1)
    with pytest.raises(Refused) as refusal:
        journal.append(taps_of([5, 6], seq=[SEQ_MAX, 0]))
    assert refusal.value.code == "NUMBERS_USED_UP"
    journal.append(taps_of([5], first_seq=SEQ_MAX))
    with pytest.raises(Refused, match="next epoch"):
        journal.append(taps_of([6], seq=[1]))
    assert journal.room == 0
