"""The paper that lets a reader forget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afc.answers import AnswerKind, Distrust, MessageRefused
from afc.keys import SIGNATURE_BYTES, KeyRing, sha256
from afc.receipt import RECEIPT_BYTES, Receipt, open_receipt, sign_receipt

RECEIPT = Receipt(AnswerKind.ACCEPTED, b"d" * 32, 9, 1, 200, 17, b"h" * 32, 1_772_582_400_000_000, "sim-test")


def why(data, ring, environment="sim-test"):
    with pytest.raises(MessageRefused) as refusal:
        open_receipt(data, ring.receipt_public(), environment)
    assert str(refusal.value) == refusal.value.reason.value
    return refusal.value.reason


@given(
    st.builds(
        Receipt,
        st.sampled_from([kind for kind in AnswerKind if kind.receipted]),
        st.binary(min_size=32, max_size=32),
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**16 - 1),
        st.integers(1, 2**32 - 1),
        st.integers(0, 2**63 - 1),
        st.binary(min_size=32, max_size=32),
        st.integers(0, 2**62),
        st.just("sim-test"),
    )
)
@settings(max_examples=30)
def test_what_the_office_signed_is_what_the_reader_reads(ring, receipt):
    """Both sides keep the receipt; in a dispute they must read the same."""
    data = sign_receipt(ring.receipt_private(), receipt)
    assert open_receipt(data, ring.receipt_public(), "sim-test") == receipt
    assert sign_receipt(ring.receipt_private(), open_receipt(data, ring.receipt_public(), "sim-test")) == data


def test_no_bit_of_a_receipt_can_be_changed(ring):
    """A forged receipt makes a reader forget money."""
    data = sign_receipt(ring.receipt_private(), RECEIPT)
    assert len(data) == RECEIPT_BYTES == 184
    for bit in range(8 * len(data)):
        forged = bytearray(data)
        forged[bit // 8] ^= 1 << bit % 8
        why(bytes(forged), ring)


def test_every_reason_not_to_believe_a_receipt_has_its_turn(ring):
    """The first reason that fits is the one that is told, however much else is wrong."""
    forged = sign_receipt(ring.receipt_private(), RECEIPT)[:-1] + b"?"
    assert why(forged, ring) is Distrust.SIGNATURE_WRONG
    assert why(forged, ring, "sim-other") is Distrust.ENVIRONMENT_FOREIGN
    forged = forged[:4] + b"\2" + forged[5:]
    assert why(forged, ring, "sim-other") is Distrust.FORMAT_UNKNOWN
    forged = b"AFCB" + forged[4:]
    assert why(forged, ring, "sim-other") is Distrust.NOT_THIS_KIND
    assert why(forged[:-1], ring, "sim-other") is Distrust.LENGTH_WRONG
    assert why(forged + b"?", ring, "sim-other") is Distrust.LENGTH_WRONG


def test_another_office_s_receipt_is_no_receipt(ring):
    """The test system and the real one stand in the same rack."""
    other = KeyRing.from_seed(8, "sim-test").receipt_private()
    assert why(sign_receipt(other, RECEIPT), ring) is Distrust.SIGNATURE_WRONG
    assert why(sign_receipt(ring.list_private(), RECEIPT), ring) is Distrust.SIGNATURE_WRONG


@pytest.mark.parametrize("answer", [AnswerKind.REJECTED, AnswerKind.RETRY])
def test_there_is_no_receipt_for_bytes_that_were_not_kept(ring, answer):
    """ "Rejected" with a signature under it would still make a careless reader forget."""
    with pytest.raises(AssertionError):
        sign_receipt(ring.receipt_private(), RECEIPT._replace(answer=answer))
    signed = sign_receipt(ring.receipt_private(), RECEIPT)[:-SIGNATURE_BYTES]
    signed = signed[:24] + int(answer).to_bytes(4, "little") + signed[28:]
    assert why(signed + ring.receipt_private().sign(sha256(signed)), ring) is Distrust.CONTENT_WRONG
