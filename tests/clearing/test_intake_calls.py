"""Calls after one another: what is begun while another is kept, what comes in between, and what is given again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

import pytest
from office import HERE, NOON_US, Reader, served

from afc.answers import AnswerKind, Reason
from afc.batch import digest_of
from afc.keys import KeyRing
from afc.limits import intake_batches_max
from afc.moment import HOUR_US
from afc.receipt import open_receipt
from clearing.intake import Intake
from clearing.store import Revocation, Said, Store, Unavailable

Make = Callable[[int], Reader]


def test_every_call_is_answered_in_its_turn(intake: Intake, reader: Make) -> None:
    """Two batches, none, and one that cannot be read."""
    mine = reader(1)
    first, second = mine.batch(), mine.batch()
    answers = list(intake.take_all([[first, second], [], [b"x"], [first]], lambda: NOON_US))
    assert [[answer.kind.name for answer in call] for call in answers] == [
        ["ACCEPTED", "ACCEPTED"], [], ["REJECTED"], ["DUPLICATE"],
    ]  # fmt: skip
    assert list(intake.take_all([], lambda: NOON_US)) == []


def test_a_call_is_judged_by_the_registers_as_they_stand_when_it_is_kept(
    store: Store, intake: Intake, ring: KeyRing, reader: Make
) -> None:
    """Reader 9 is enrolled after the seals of its first call were looked at, and before anything was written."""
    stranger = reader(9).batch()

    def calls() -> Iterator[Sequence[bytes]]:
        yield [stranger]
        with store.begin():
            store.register_devices([served(ring, 9)])
        yield [b""]

    (answer,), _ = intake.take_all(calls(), lambda: NOON_US)
    assert (answer.kind, answer.digest) == (AnswerKind.ACCEPTED, digest_of(stranger))


def test_a_revoked_reader_ends_at_the_position_that_was_named(store: Store, intake: Intake, reader: Make) -> None:
    """Its SAM is in wrong hands. Up to position 3 what it wrote is believed; the log is at 2, and two more batches come."""
    mine, other = reader(1), reader(2)
    intake.take([mine.batch(), other.batch()], NOON_US)
    with store.begin():
        store.revoke_device(Revocation(1, 3, "a", "b", "stolen", NOON_US))
    answers = intake.take([mine.batch(), mine.batch(), other.batch()], NOON_US + 1)
    assert [answer.reason for answer in answers] == [None, Reason.DEVICE_REVOKED, None]


def test_a_batch_that_is_set_aside_is_noted_as_a_whole(store: Store, intake: Intake, reader: Make) -> None:
    mine = reader(1)
    late = mine.batch(at_us=NOON_US + 99 * HOUR_US)
    intake.take([late], NOON_US)
    (row,) = store.quarantined()
    assert (row.device, row.epoch, row.seq, row.reason, row.content) == (1, 1, 0, "CLOCK_AHEAD", late)


def test_a_delivery_is_taken_once_more_with_the_answers_that_it_had(store: Store, intake: Intake, reader: Make) -> None:
    """Other books have kept one batch of three. Of what they rejected only the digest and the reason are left."""
    mine = reader(1)
    good, missing = mine.batch(), digest_of(b"gone")
    handed = [Said(missing, "REJECTED", "TOO_SHORT", None), good, good]
    answers = intake.repeat(handed, NOON_US)
    assert [(answer.kind.name, answer.reason, answer.digest) for answer in answers] == [
        ("REJECTED", Reason.TOO_SHORT, missing), ("ACCEPTED", None, digest_of(good)), ("DUPLICATE", None, digest_of(good)),
    ]  # fmt: skip
    assert [said.reason for said in store.submissions()] == ["TOO_SHORT", "", ""]
    assert [sealed for _, sealed in store.accepted(1, store.high()[0])] == [good]


def test_books_that_cannot_even_be_read_mean_try_again(
    store: Store, intake: Intake, reader: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register cannot be asked, so nothing is known of anybody: not a word against the batch, and no receipt."""
    sealed = reader(1).batch()

    def fail() -> NoReturn:
        raise Unavailable("somebody moves the books", Reason.DATABASE_BUSY)

    with monkeypatch.context() as outage:
        outage.setattr(store, "meta", fail)
        (answer,) = intake.take([sealed], NOON_US)
    assert answer == (AnswerKind.RETRY, Reason.DATABASE_BUSY, digest_of(sealed), None)
    assert intake.take([sealed], NOON_US)[0].kind is AnswerKind.ACCEPTED


def test_as_many_as_fit_are_answered_one_by_one(intake: Intake) -> None:
    answers = intake.take([b""] * intake_batches_max, NOON_US)
    assert [answer.reason for answer in answers] == [Reason.TOO_SHORT] * intake_batches_max


def test_the_house_may_sign_with_a_key_alone(store: Store, ring: KeyRing, reader: Make) -> None:
    """A server that holds nothing but the key of its receipts is believed as the ring is."""
    (answer,) = Intake(store, ring.receipt_private(), HERE).take([reader(1).batch(taps=3)], NOON_US)
    assert answer.receipt is not None
    receipt = open_receipt(answer.receipt, ring.receipt_public(), HERE)
    assert (receipt.answer, receipt.position, receipt.through_seq) == (AnswerKind.ACCEPTED, 1, 3)
