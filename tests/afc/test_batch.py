"""What the clearing house is sent, and why it may say no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afc.answers import AnswerKind, BatchRefused, Reason
from afc.batch import HEADER, batch_bytes_max, digest_of, open_sealed, seal
from afc.keys import NO_DIGEST, KeyRing, pack_environment, sha256
from afc.limits import batch_taps_max, tap_amount_max
from afc.tap import TAP, TapKind

HERE = "sim-test"


def sealed_by(ring, taps, *, number=1, previous=NO_DIGEST) -> bytes:
    return seal(ring, device=9, epoch=1, number=number, previous=previous, taps=taps, environment=HERE)


def opened(sealed, ring, environment=HERE):
    return open_sealed(sealed, ring.device_public, environment)


def why(sealed: bytes, public_key_of: Callable[[int], bytes | None], environment: str = HERE) -> Reason:
    with pytest.raises(BatchRefused) as refusal:
        open_sealed(sealed, public_key_of, environment)
    assert refusal.value.code == refusal.value.reason.name
    assert str(refusal.value).endswith(refusal.value.reason.sentence)
    return refusal.value.reason


def test_a_batch_says_who_wrote_what_and_after_what(ring, taps_of):
    """The operator is paid from this, so nothing about it may be a matter of opinion."""
    first = opened(sealed_by(ring, taps_of([5, 6])), ring)
    assert (first.device, first.epoch, first.number, first.first_seq, first.last_seq) == (9, 1, 1, 1, 2)
    assert (first.previous, first.key_version, first.environment) == (NO_DIGEST, 1, HERE)
    assert np.array_equal(first.taps, taps_of([5, 6]))
    second = opened(sealed_by(ring, taps_of([7], first_seq=3), number=2, previous=first.digest), ring)
    assert second.previous == first.digest
    assert (second.first_seq, second.last_seq) == (3, 3)


def test_nobody_changes_a_tap_in_an_opened_batch(ring, taps_of):
    """Between custody and settlement the taps pass through many hands."""
    batch = opened(sealed_by(ring, taps_of([5])), ring)
    with pytest.raises(ValueError, match="read-only"):
        batch.taps["amount"] = 0


@given(st.lists(st.integers(1, 2**64 - 1), min_size=1, max_size=20), st.integers(2, 2**32 - 21), st.binary(min_size=32))
@settings(max_examples=40)
def test_a_batch_opened_and_sealed_again_has_the_same_bytes(ring, taps_of, cards, number, previous):
    """The same batch sent twice must be seen to be the same batch."""
    sealed = sealed_by(ring, taps_of(cards, first_seq=number), number=number, previous=previous[:31] + b"p")
    batch = opened(sealed, ring)
    assert sealed_by(ring, batch.taps, number=batch.number, previous=batch.previous) == sealed
    assert batch.digest == digest_of(sealed) == sha256(sealed[:-64])


def test_no_bit_of_a_batch_can_be_changed(ring, taps_of):
    """A depot's computer carries the batches, and it belongs to somebody who is paid by them."""
    sealed = sealed_by(ring, taps_of([5, 6], amount=[1400, 0]))
    public = ring.device_public(9)
    for bit in range(8 * len(sealed)):
        forged = bytearray(sealed)
        forged[bit // 8] ^= 1 << bit % 8
        assert why(bytes(forged), lambda _: public) in list(Reason)[: Reason.SIGNATURE_WRONG.rank]


@given(st.binary(max_size=400))
@settings(max_examples=100)
def test_noise_is_refused_by_name(ring, noise):
    """Anybody on the network can send bytes."""
    for sent in (noise, b"AFCB\1\0\0\0" + pack_environment(HERE) + noise):
        assert why(sent, ring.device_public).kind is AnswerKind.REJECTED


def test_a_batch_has_one_to_256_taps(ring, taps_of):
    """One tap of a quiet night is a batch; a reader that collects more than the limit has lost its mind."""
    for taps in (1, batch_taps_max):
        assert len(opened(sealed_by(ring, taps_of([5] * taps)), ring).taps) == taps
    one_more = signed(ring, header(taps_of([5] * 257)), taps_of([5] * 257))
    assert why(one_more, ring.device_public) is Reason.TOO_LARGE
    assert len(one_more) == batch_bytes_max + TAP.itemsize
    with pytest.raises(AssertionError):
        sealed_by(ring, taps_of([5] * 257))


def test_a_batch_of_another_city_or_of_the_test_system_is_not_ours(ring, taps_of):
    """Readers are moved between cities, and test readers end up on real buses."""
    sealed = sealed_by(ring, taps_of([5]))
    assert why(sealed, ring.device_public, "sim-other") is Reason.ENVIRONMENT_FOREIGN
    other = KeyRing.from_seed(8, HERE)
    assert why(sealed, other.device_public) is Reason.SIGNATURE_WRONG
    assert why(sealed, lambda _: None) is Reason.DEVICE_UNKNOWN


def test_one_reader_does_not_sign_for_another(ring, taps_of):
    """Who was on which bus decides who is paid."""
    taps = taps_of([5], device=10)
    assert why(signed(ring, header(taps, device=9), taps), ring.device_public) is Reason.RECORD_DEVICE
    sealed = seal(ring.device_private(9), device=10, epoch=1, number=1, previous=NO_DIGEST, taps=taps, environment=HERE)
    assert why(sealed, ring.device_public) is Reason.SIGNATURE_WRONG


def header(taps: np.ndarray, **changed: Any) -> dict[str, Any]:
    """The header that these taps ought to have, but for what is changed."""
    fields = {
        "magic": b"AFCB",
        "version": 1,
        "environment": pack_environment(HERE),
        "device": 9,
        "epoch": 1,
        "number": 1,
        "first_seq": int(taps["seq"][0]),
        "last_seq": int(taps["seq"][-1]),
        "tap_count": len(taps),
        "key_version": 1,
        "previous": NO_DIGEST,
        "parameters": 0,
        "lists": 0,
    }
    assert not changed.keys() - fields.keys()
    return fields | changed


def signed(ring: KeyRing, fields: dict[str, Any], taps: np.ndarray) -> bytes:
    """Bytes that the device really signed, whatever they say."""
    data = HEADER.pack(*fields.values()) + taps.tobytes()
    return data + ring.device_private(9).sign(sha256(data))


FLAWS = [
    (Reason.RECORD_AMOUNT, {"amount": tap_amount_max + 1}),
    (Reason.RECORD_GROUP, {"group": 0}),
    (Reason.RECORD_TIME, {"time_us": 0}),
    (Reason.RECORD_STATE, {"state": 2}),
    (Reason.RECORD_CARD, {"card": 0}),
    (Reason.RECORD_KIND, {"kind": max(TapKind) + 1}),
]
RECORDS = [
    (Reason.RECORD_SEQUENCE, {"seq": [1, 2, 4]}),
    (Reason.RECORD_DEVICE, {"epoch": 2}),
    (Reason.RECORD_KEY_VERSION, {"key_version": 2}),
    (Reason.RECORD_FORMAT, {"version": 2}),
]
HEADERS = [
    (Reason.KEY_VERSION_ZERO, {"key_version": 0}),
    (Reason.CHAIN_START_WRONG, {"previous": b"p" * 32}),
    (Reason.NUMBERING_WRONG, {"last_seq": 4}),
    (Reason.LENGTH_WRONG, {"tap_count": 4}),
    (Reason.COUNT_WRONG, {"tap_count": 0}),
    (Reason.ENVIRONMENT_FOREIGN, {"environment": b"sim-other".ljust(16, b"\0")}),
    (Reason.FORMAT_UNKNOWN, {"version": 2}),
    (Reason.NOT_A_BATCH, {"magic": b"AFCR"}),
]


def test_the_first_reason_that_fits_is_the_answer(ring, taps_of):
    """A clerk who reads the reason must be sent to the right cause, so a batch with every fault has a known answer.

    The faults are heaped up from the last rank to the first; each new one has to be the one that is told.
    """
    taps, told = taps_of([5, 6, 7]), []
    for reason, change in FLAWS:
        for field, value in change.items():
            taps[field][1:] = value
        batch = opened(signed(ring, header(taps_of([5, 6, 7])), taps), ring)
        assert batch.flaws == ((1, reason), (2, reason))
        assert batch.sound.tobytes() == taps[:1].tobytes()
        told.append(reason)
    for reason, change in RECORDS:
        for field, value in change.items():
            taps[field] = value
        assert why(signed(ring, header(taps_of([5, 6, 7])), taps), ring.device_public) is reason
        told.append(reason)
    forged = signed(ring, header(taps_of([5, 6, 7])), taps)[:-1] + b"?"
    assert why(forged, ring.device_public) is Reason.SIGNATURE_WRONG
    assert why(forged, lambda _: None) is Reason.DEVICE_UNKNOWN
    told += [Reason.SIGNATURE_WRONG, Reason.DEVICE_UNKNOWN]
    changed: dict[str, Any] = {}
    for reason, change in HEADERS:
        changed |= change
        data = signed(ring, header(taps_of([5, 6, 7]), **changed), taps)
        assert why(data, lambda _: None) is reason
        told.append(reason)
    assert why(data[:215], lambda _: None) is Reason.TOO_SHORT
    assert why(data + bytes(batch_bytes_max), lambda _: None) is Reason.TOO_LARGE
    told += [Reason.TOO_SHORT, Reason.TOO_LARGE]
    assert told == list(Reason)[: len(told)][::-1], "the list of reasons is in the order in which they are told"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("epoch", 1 + 2**16, Reason.RECORD_DEVICE), ("key_version", 1 + 2**8, Reason.RECORD_KEY_VERSION)],
)
def test_a_header_cannot_say_more_than_a_tap_can(ring, taps_of, field, value, reason):
    """The header has wider fields than the tap; a number must not pass because its lower half fits."""
    assert why(signed(ring, header(taps_of([5]), **{field: value}), taps_of([5])), ring.device_public) is reason


@pytest.mark.parametrize(
    ("number", "first_seq", "previous"),
    [(1, 1, b"p" * 32), (1, 4, NO_DIGEST), (2, 4, NO_DIGEST), (2, 1, b"p" * 32)],
)
def test_only_the_first_batch_of_an_epoch_begins_a_chain(ring, taps_of, number, first_seq, previous):
    """A reader that begins again in the middle would hide the taps before."""
    taps = taps_of([5], first_seq=first_seq)
    data = signed(ring, header(taps, number=number, previous=previous), taps)
    assert why(data, ring.device_public) is Reason.CHAIN_START_WRONG


@pytest.mark.parametrize(("number", "first_seq"), [(0, 2), (2, 0)])
def test_readers_count_their_batches_and_taps_from_one(ring, taps_of, number, first_seq):
    """A number before the first would stand before everything that its reader ever wrote."""
    taps = taps_of([5], first_seq=first_seq)
    sealed = signed(ring, header(taps, number=number, first_seq=first_seq, previous=b"p" * 32), taps)
    assert why(sealed, ring.device_public) is Reason.NUMBERING_WRONG


def test_what_a_known_reader_signed_is_kept_and_what_anybody_could_send_is_not():
    """Bytes with a good signature are evidence even when they are nonsense; the rest is only traffic."""
    from_anybody = list(Reason)[: Reason.SIGNATURE_WRONG.rank]
    assert {reason.kind for reason in from_anybody} == {AnswerKind.REJECTED}
    assert AnswerKind.REJECTED not in {reason.kind for reason in Reason if reason not in from_anybody}
    assert [kind for kind in AnswerKind if not kind.receipted] == [AnswerKind.REJECTED, AnswerKind.RETRY]


def test_every_answer_is_a_sentence_for_a_person():
    """The reason is read at four in the morning by somebody who did not write it."""
    for sentence in [kind.sentence for kind in AnswerKind] + [reason.sentence for reason in Reason]:
        assert sentence[0].isupper()
        assert sentence[-1] in ".?"
        assert len(sentence) <= 110
    assert len({reason.sentence for reason in Reason}) == len(Reason)
