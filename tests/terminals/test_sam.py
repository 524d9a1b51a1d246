"""The chip that holds the reader's keys."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature

from afc.keys import check_signature
from terminals.sam import Sam


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
