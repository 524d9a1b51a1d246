"""No altered byte gets in, and what is refused leaves no trace but the line that says so."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from databases import Hand
from office import NOON_US

from afc.answers import AnswerKind, Reason
from afc.batch import HEADER, digest_of
from afc.keys import SIGNATURE_BYTES, KeyRing, sha256
from afc.tap import TAP

LOG_LINES = ("delivery", "submission")
PIECE = 512
ED25519_ORDER = 2**252 + 27_742_317_777_372_353_535_851_937_790_883_648_493


def tables(where: str) -> dict[str, list[Any]]:
    """Every row of every table but those where answers are noted, read by another program."""
    with Hand(where) as other:
        names = [name for name in other.tables() if name not in LOG_LINES]
        return {name: sorted(other.execute(f"SELECT * FROM {name}")) for name in names}


@pytest.fixture
def refused(where: str, store: Any, intake: Any) -> Callable[[Sequence[bytes]], list[Reason]]:
    """Hand over bytes that must be refused; their reasons. All tables are the same afterwards, row by row."""

    def hand_over(altered: Sequence[bytes]) -> list[Reason]:
        before, lines = tables(where), len(list(store.submissions()))
        answers = [
            one for at in range(0, len(altered), PIECE) for one in intake.take(altered[at : at + PIECE], NOON_US)
        ]
        assert {(answer.kind, answer.receipt) for answer in answers} == {(AnswerKind.REJECTED, None)}
        assert tables(where) == before
        assert len(list(store.submissions())) == lines + len(altered), "each was answered, and the answer noted"
        return [answer.reason for answer in answers]

    return hand_over


def flipped(sealed: bytes, bits: Sequence[int]) -> list[bytes]:
    """The batch with one bit the other way round, for each of these bits."""
    number = int.from_bytes(sealed, "little")
    return [(number ^ 1 << bit).to_bytes(len(sealed), "little") for bit in bits]


def test_every_bit_of_a_batch_counts(refused, intake, store, reader):
    """On the radio and in the depot's computer bits fall over. Before the true batch comes, and after it."""
    sealed = reader(1).batch(taps=2)
    altered = flipped(sealed, range(8 * len(sealed)))
    assert len(altered) == 8 * (HEADER.size + 2 * TAP.itemsize + SIGNATURE_BYTES)
    first = refused(altered)
    (answer,) = intake.take([sealed], NOON_US)
    assert answer.kind is AnswerKind.ACCEPTED, "nothing that was refused stands in its way"
    assert refused(altered) == first, "and the true one opens no door for them"
    assert intake.take([sealed], NOON_US)[0].receipt == answer.receipt
    assert first[8 * HEADER.size :] == [Reason.SIGNATURE_WRONG] * 8 * (2 * TAP.itemsize + SIGNATURE_BYTES)
    assert [kept.digest for kept in store.log()] == [digest_of(sealed)]


def test_every_cut_of_a_batch_is_refused_and_so_is_every_byte_too_many(refused, intake, reader):
    """The bus drove into the tunnel in the middle of the upload. What comes next time is whole, and is taken."""
    sealed = reader(1).batch(taps=2)
    cuts = [sealed[:length] for length in range(len(sealed))]
    longer = [sealed + bytes(more) for more in range(1, TAP.itemsize + 2)]
    ends = [sealed[start:] for start in range(1, len(sealed))]
    reasons = refused(cuts + longer + ends)
    assert set(reasons[: len(cuts) + len(longer)]) == {Reason.TOO_SHORT, Reason.LENGTH_WRONG}
    assert intake.take([sealed], NOON_US)[0].kind is AnswerKind.ACCEPTED


def test_a_full_batch_has_no_loose_bit_either(refused, intake, reader):
    """Two hundred taps: all bits of header and signature, and some thousand of the taps'."""
    sealed = reader(1).batch(taps=200)
    header, end = 8 * HEADER.size, 8 * (len(sealed) - SIGNATURE_BYTES)
    bits = [*range(header), *random.Random(200).sample(range(header, end), 2_000), *range(end, 8 * len(sealed))]
    refused(flipped(sealed, bits))
    refused([sealed[:length] for length in random.Random(201).sample(range(len(sealed)), 400)])
    assert intake.take([sealed], NOON_US)[0].kind is AnswerKind.ACCEPTED


def test_a_signature_has_one_form(refused, reader):
    """The same point with a larger number beside it verifies in careless libraries: two bytes for one batch."""
    sealed = reader(1).batch()
    number = int.from_bytes(sealed[-32:], "little")
    multiples = [sealed[:-32] + (number + n * ED25519_ORDER).to_bytes(32, "little") for n in range(1, 15)]
    assert refused(multiples) == [Reason.SIGNATURE_WRONG] * 14


def test_parts_of_two_true_batches_do_not_make_a_third(refused, intake, reader):
    """Header, taps and signature of two batches of one reader, in every mixture."""
    mine = reader(1)
    first, second = mine.batch(), mine.batch()
    borders = (0, HEADER.size, len(first) - SIGNATURE_BYTES, len(first))
    parts = [[one[a:b] for a, b in pairwise(borders)] for one in (first, second)]
    mixed = [parts[i][0] + parts[j][1] + parts[k][2] for i in (0, 1) for j in (0, 1) for k in (0, 1) if not i == j == k]
    assert refused(mixed) == [Reason.SIGNATURE_WRONG] * 6
    assert [answer.kind for answer in intake.take([second, first], NOON_US)] == [AnswerKind.ACCEPTED] * 2


def mislabelled(ring: KeyRing, sealed: bytes, field: str, value: int) -> bytes:
    """The batch as its reader would sign it if one field of its first tap said something else."""
    taps = np.frombuffer(
        sealed, TAP, offset=HEADER.size, count=(len(sealed) - SIGNATURE_BYTES - HEADER.size) // TAP.itemsize
    )
    altered = taps.copy()
    altered[field][0] = value
    body = sealed[: HEADER.size] + altered.tobytes()
    return body + ring.device_private(1).sign(sha256(body))


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("version", Reason.RECORD_FORMAT),
        ("key_version", Reason.RECORD_KEY_VERSION),
        ("device", Reason.RECORD_DEVICE),
        ("epoch", Reason.RECORD_DEVICE),
        ("seq", Reason.RECORD_SEQUENCE),
    ],
)
def test_a_truly_signed_batch_whose_taps_are_not_its_own_is_kept_aside(
    intake, store, reader, ring: KeyRing, field: str, reason: Reason
) -> None:
    """A reader with a broken program signs what cannot be; the good batch beside it in the call is taken."""
    wrong = mislabelled(ring, reader(1).batch(taps=2), field, 77)
    answers = intake.take([wrong, reader(2).batch()], NOON_US)
    assert [(answer.kind.name, answer.reason) for answer in answers] == [("QUARANTINED", reason), ("ACCEPTED", None)]
    [row] = store.quarantined()
    assert (row.device, row.reason, row.content) == (1, reason.name, wrong)
