"""The chip that holds the reader's keys."""

from __future__ import annotations

from contextlib import suppress

import pytest
from cryptography.exceptions import InvalidSignature

from afc.answers import AnswerKind, MessageRefused
from afc.keys import KeyRing, check_signature
from afc.parameters import Parameters, sign_parameters
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from afc.tap import TapKind
from terminals.sam import Sam

MORNING_US = 1_772_582_400_000_000


def test_a_stamped_tap_passes_at_the_clearing_house(ring, taps_of):
    """The operator stands between reader and clearing house, and must not be able to change a tap."""
    taps = taps_of([5, 6], mac=0, key_version=0)
    taps["mac"] = 0
    Sam(ring, 9).stamp(taps)
    assert taps["key_version"].tolist() == [1, 1]
    assert ring.macs_ok(taps).all()


def test_a_sam_stamps_only_for_its_own_reader(ring, taps_of):
    """A SAM taken out of a bus must not make rides of another bus."""
    with pytest.raises(AssertionError):
        Sam(ring, 10).stamp(taps_of([5], device=9))


def test_a_signature_is_the_reader_s_own(ring):
    """Who signs answers for it, so no other reader may be able to."""
    digest = b"d" * 32
    check_signature(ring.device_public(9), Sam(ring, 9).sign(digest), digest)
    with pytest.raises(InvalidSignature):
        check_signature(ring.device_public(10), Sam(ring, 9).sign(digest), digest)


def test_a_sam_knows_whom_to_believe(ring):
    """Receipts and lists are checked with what was put in at personalisation, not with what the network says."""
    sam = Sam(ring, 9)
    assert (sam.receipt_public, sam.list_public) == (ring.receipt_public(), ring.list_public())
    assert sam.environment == "sim-test"


def test_stamping_nothing_is_no_trouble(ring, taps_of):
    """A stop where nobody boards."""
    nobody = taps_of([])
    Sam(ring, 9).stamp(nobody)
    assert len(nobody) == 0


# -- what a SAM gives away between two contacts ------------------------------------------------------------------------


def bounded(ring, count=3, minor=10_000):
    """A SAM whose parameters let it give so much without a receipt."""
    sam = Sam(ring, 9)
    told = Parameters(1, MORNING_US, MORNING_US, sam_count_max=count, sam_minor_max=minor)
    sam.take_parameters(sign_parameters(ring.list_private(), told, "sim-test"))
    return sam


def receipt_for(ring, through_seq, answer=AnswerKind.ACCEPTED):
    return sign_receipt(
        ring.receipt_private(), Receipt(answer, b"d" * 32, 9, 1, through_seq, 1, b"h" * 32, MORNING_US, "sim-test")
    )


def load(taps_of, seq, amount=1_000):
    return taps_of([5], first_seq=seq, kind=TapKind.LOAD, amount=amount)


@pytest.mark.parametrize(("amount", "given"), [(100, 300), (1_000, 3_000), (4_000, 8_000), (10_001, 0)])
def test_a_stolen_sam_gives_no_more_than_its_ceiling(ring, taps_of, amount, given):
    """T26: three top-ups, or 100.00, whichever is met first; then the chip itself stamps nothing that gives value."""
    sam, loss = bounded(ring), 0
    for seq in range(1, 100):
        taps = load(taps_of, seq, amount)
        taps["mac"] = 0
        with suppress(Refused):
            sam.stamp(taps)
        loss += amount if taps["mac"][0] else 0
    assert loss == given
    with pytest.raises(Refused) as refusal:
        sam.stamp(load(taps_of, 100, 10_001))
    assert refusal.value.code == "SAM_CEILING"


def test_riders_go_on_paying_where_value_is_not_given_any_more(ring, taps_of):
    """The ceiling stops top-ups, not the bus."""
    sam = bounded(ring, count=1)
    sam.stamp(load(taps_of, 1))
    sam.stamp(taps_of([5, 6, 7], first_seq=2))
    for fields in (
        {"kind": TapKind.SALE, "amount": 1},
        {"kind": TapKind.EXIT, "amount": -1},
        {"kind": TapKind.ACTION, "product": 1, "amount": 1},
    ):
        with pytest.raises(Refused, match="without a receipt"):
            sam.stamp(taps_of([5], first_seq=5, **fields))


def test_only_a_receipt_for_what_was_taken_makes_room(ring, taps_of):
    """Old receipts, forged ones, and receipts for what was set aside leave the thief where he is."""
    sam = bounded(ring, count=2)
    sam.stamp(load(taps_of, 1))
    sam.receive(receipt_for(ring, 1))
    sam.stamp(load(taps_of, 2))
    sam.stamp(load(taps_of, 3))
    for useless in (receipt_for(ring, 1), receipt_for(ring, 3, AnswerKind.QUARANTINED)):
        sam.receive(useless)
    with pytest.raises(MessageRefused):
        sam.receive(receipt_for(KeyRing.from_seed(8, "sim-test"), 3))
    with pytest.raises(Refused, match="ceiling"):
        sam.stamp(load(taps_of, 4))
    sam.receive(receipt_for(ring, 3))
    sam.stamp(load(taps_of, 4))


def test_a_ceiling_is_not_lifted_by_older_or_forged_parameters(ring, taps_of):
    """The scheme raises it, nobody else."""
    sam = bounded(ring, count=1)
    sam.stamp(load(taps_of, 1))
    wide = Parameters(1, MORNING_US, MORNING_US)
    sam.take_parameters(sign_parameters(ring.list_private(), wide, "sim-test"))
    with pytest.raises(MessageRefused):
        sam.take_parameters(sign_parameters(ring.receipt_private(), wide._replace(version=2), "sim-test"))
    with pytest.raises(Refused, match="ceiling"):
        sam.stamp(load(taps_of, 2))
    sam.take_parameters(sign_parameters(ring.list_private(), wide._replace(version=2), "sim-test"))
    sam.stamp(load(taps_of, 2))
