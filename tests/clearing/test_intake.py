"""What a reader is told about its batches, and when it may forget them."""

from __future__ import annotations

import sqlite3
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import HERE, MORNING_US, NOON_US, served

from afc.answers import AnswerKind, Reason
from afc.batch import digest_of
from afc.keys import NO_DIGEST
from afc.limits import clock_ahead_us_max, intake_batches_max, key_overlap_hours_max, late_days_max
from afc.moment import DAY_US, HOUR_US
from afc.receipt import open_receipt
from afc.refusal import Refused
from clearing.intake import Intake
from clearing.store import FOREVER_US, Store, postgres
from clearing.unseal import processes

OK, AGAIN, CONFLICT = AnswerKind.ACCEPTED, AnswerKind.DUPLICATE, AnswerKind.CONFLICT
REJECTED, ASIDE, RETRY = AnswerKind.REJECTED, AnswerKind.QUARANTINED, AnswerKind.RETRY


def kinds(answers) -> list[AnswerKind]:
    return [answer.kind for answer in answers]


def logged(store: Store) -> list[bytes]:
    return [sealed for _, sealed in store.accepted(1, store.high()[0])]


def test_a_batch_is_kept_and_its_receipt_names_its_place(store, intake, ring, reader):
    """The reader may forget what the receipt covers, and can later prove that it was here."""
    sealed = reader(1).batch(taps=3)
    (answer,) = intake.take([sealed], NOON_US)
    assert (answer.kind, answer.reason, answer.digest) == (OK, None, digest_of(sealed))
    receipt = open_receipt(answer.receipt, ring.receipt_public(), HERE)
    assert (receipt.answer, receipt.device, receipt.through_seq, receipt.position) == (OK, 1, 3, 1)
    assert (receipt.head, receipt.received_us) == (store.high()[1], NOON_US)
    assert logged(store) == [sealed]


def test_the_same_batch_again_gets_the_same_receipt(store, intake, reader):
    """The first receipt was lost on the radio. The rider must not pay twice for that."""
    sealed = reader(1).batch()
    first, at_once = intake.take([sealed, sealed], NOON_US)
    (later,) = intake.take([sealed], NOON_US + HOUR_US)
    assert (first.kind, at_once.kind, later.kind) == (OK, AGAIN, AGAIN)
    assert first.receipt == at_once.receipt == later.receipt
    assert logged(store) == [sealed]


def test_batches_may_arrive_in_any_order(tmp_path, ring, reader):
    """Each order of three batches ends in the same three batches, each once."""
    source = reader(1)
    batches = [source.batch() for _ in range(3)]
    for i, order in enumerate(permutations(batches)):
        with Store.open(str(tmp_path / f"{i}.db"), environment=HERE) as store:
            with store.begin():
                store.register_devices([served(ring, 1)])
            intake = Intake(store, ring, HERE)
            assert all(intake.take([sealed], NOON_US)[0].kind is OK for sealed in order)
            assert sorted(logged(store)) == sorted(batches)


def test_other_content_under_the_same_numbers_is_kept_but_posts_nothing(store, intake, reader):
    """A restored or copied reader. What stood first stands; the other one is evidence."""
    mine = reader(1)
    twin = mine.twin()
    first, other = mine.batch(amount=500), twin.batch(amount=900)
    assert kinds(intake.take([first, other], NOON_US)) == [OK, CONFLICT]
    (again,) = intake.take([other], NOON_US)
    assert (again.kind, again.reason) == (CONFLICT, Reason.SEQUENCE_TAKEN)
    assert logged(store) == [first]
    assert [row.content for row in store.quarantined()] == [other]


def test_a_range_that_reaches_into_another_is_a_conflict(store, intake, reader):
    """Re-batching with other borders is not the same content under the same numbers."""
    mine = reader(1)
    begin = mine.batch(taps=2)
    twin = mine.twin()
    (long, short) = (mine.batch(taps=6), twin.batch(taps=3))
    later = twin.batch(taps=2)
    assert kinds(intake.take([begin, long], NOON_US)) == [OK, OK]
    assert kinds(intake.take([short, later], NOON_US)) == [CONFLICT, CONFLICT]


def test_the_same_number_with_free_sequences_is_a_conflict_too(intake, reader):
    """Batch 2 cannot be two batches, even where their taps do not touch."""
    mine = reader(1)
    mine.batch()
    twin = mine.twin()
    twin.seq += 10
    assert kinds(intake.take([mine.batch(), twin.batch()], NOON_US)) == [OK, CONFLICT]


def test_a_batch_that_names_another_predecessor_is_set_aside(store, intake, reader):
    """Somebody took a batch out between the two."""
    mine = reader(1)
    first = mine.batch()
    mine.previous = bytes(31) + b"x"
    second = mine.batch()
    answers = intake.take([first, second], NOON_US)
    assert [(answer.kind, answer.reason) for answer in answers] == [(OK, None), (ASIDE, Reason.CHAIN_BROKEN)]
    mine = reader(2)
    first = mine.batch()
    mine.previous = bytes(31) + b"y"
    second = mine.batch()
    assert kinds(intake.take([second], NOON_US)) == [OK]
    assert kinds(intake.take([first], NOON_US)) == [ASIDE], "and the other way round"


def test_a_receipt_for_evidence_names_no_place_in_the_log(intake, ring, reader):
    """The reader may forget the bytes; nobody may later claim that they were money."""
    mine = reader(1)
    twin = mine.twin()
    _, answer = intake.take([mine.batch(), twin.batch(amount=1)], NOON_US)
    receipt = open_receipt(answer.receipt, ring.receipt_public(), HERE)
    assert (receipt.answer, receipt.position, receipt.head) == (CONFLICT, 0, NO_DIGEST)


def test_a_bad_batch_does_not_delay_the_good_ones(store, intake, reader):
    """One card company's bad file once stopped 57 % of a city's buses."""
    good = [reader(1).batch(), reader(2).batch()]
    unsigned = bytearray(reader(3).batch())
    unsigned[100] ^= 1
    stranger = reader(77).batch()
    answers = intake.take([b"", good[0], bytes(unsigned), stranger, b"\0" * 500, good[1]], NOON_US)
    assert kinds(answers) == [REJECTED, OK, REJECTED, REJECTED, REJECTED, OK]
    assert [answer.reason for answer in answers if answer.reason] == [
        Reason.TOO_SHORT, Reason.SIGNATURE_WRONG, Reason.DEVICE_UNKNOWN, Reason.NOT_A_BATCH,
    ]  # fmt: skip
    assert logged(store) == good
    assert not list(store.quarantined()), "anybody could have sent those bytes: keeping them would fill the disk"
    assert [said.answer for said in store.submissions()] == [kind.name for kind in kinds(answers)], (
        "but all were answered"
    )


@given(st.integers(0, 10_000), st.integers(1, 255), st.integers(0, 400))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_bytes_make_intake_fall_over(intake, reader, at, flip, length):
    """Each mutation gets an answer of its own, and its neighbour is never told anything else than before."""
    good, bad = reader(1).batch(), bytearray(reader(2).batch())
    bad[at % len(bad)] ^= flip
    answers = intake.take([bytes(bad), good, bytes(bad[:length])], NOON_US)
    assert answers[0].kind in (REJECTED, ASIDE)
    assert answers[1].kind in (OK, AGAIN)
    assert answers[2].kind is REJECTED


def test_taps_of_a_reader_out_of_service_wait_for_a_person(store, intake, ring, reader):
    """Nobody would be paid for them: the register names no operator at that time."""
    with store.begin():
        store.register_devices([served(ring, 8, from_us=MORNING_US, to_us=NOON_US)])
    mine = reader(8)
    early, in_time, late = mine.batch(at_us=MORNING_US - 1), mine.batch(at_us=MORNING_US), mine.batch(at_us=NOON_US)
    answers = intake.take([early, in_time, late], NOON_US + HOUR_US)
    assert [(answer.kind, answer.reason) for answer in answers] == [
        (ASIDE, Reason.DEVICE_OUT_OF_SERVICE), (OK, None), (ASIDE, Reason.DEVICE_OUT_OF_SERVICE),
    ]  # fmt: skip
    with store.begin():
        store.register_devices([served(ring, 8, operator=1, from_us=NOON_US)])
    assert kinds(intake.take([late], NOON_US + HOUR_US)) == [ASIDE], "the same bytes get the same answer"


def test_a_vehicle_that_changes_hands_at_noon_is_served_all_day(store, intake, ring, reader):
    """One batch holds taps of both operators; each tap is judged by the row of its time."""
    with store.begin():
        store.end_device(1, NOON_US)
        store.register_devices([served(ring, 1, operator=1, from_us=NOON_US)])
    sealed = reader(1).batch(taps=4, at_us=[NOON_US - 2, NOON_US - 1, NOON_US, NOON_US + 1])
    assert kinds(intake.take([sealed], NOON_US + 2)) == [OK]


@pytest.mark.parametrize(("hours", "expected"), [(key_overlap_hours_max - 1, OK), (key_overlap_hours_max, ASIDE)])
def test_an_old_key_is_heard_for_three_days(store, intake, ring, reader, hours, expected):
    """Readers that stood in a depot over a weekend still upload; a key from last year does not."""
    with store.begin():
        store.end_device(1, NOON_US)
        store.register_devices([served(ring, 1, from_us=NOON_US)._replace(public_key=ring.device_public(1001))])
    old, new = reader(1).batch(), reader(1).batch(amount=600, signed_by=1001)
    received_us = NOON_US + hours * HOUR_US
    assert intake.take([old], received_us)[0].kind is expected
    assert intake.take([new], received_us)[0].kind is (CONFLICT if expected is OK else OK)


@pytest.mark.parametrize(
    ("at_us", "reason"),
    [
        (NOON_US + clock_ahead_us_max, None),
        (NOON_US + clock_ahead_us_max + 1, Reason.CLOCK_AHEAD),
        (NOON_US - late_days_max * DAY_US, None),
        (NOON_US - late_days_max * DAY_US - 1, Reason.TOO_LATE),
    ],
)
def test_taps_from_a_moved_clock_wait_for_a_person(intake, reader, at_us, reason):
    """No money moves on the word of a clock that cannot be right."""
    assert intake.take([reader(1).batch(at_us=at_us)], NOON_US)[0].reason is reason


def test_a_busy_database_means_try_again(store, where, ring, reader):
    """Nothing was decided, so nothing may be said that the reader could take for a decision."""
    sealed = [reader(1).batch(), b"rubbish"]
    with Store.open(where, environment=HERE, busy_s=0.01) as other:
        intake = Intake(other, ring, HERE)
        with store.begin():
            answers = intake.take(sealed, NOON_US)
            assert [(a.kind, a.reason, a.receipt) for a in answers] == [(RETRY, Reason.DATABASE_BUSY, None)] * 2
        assert kinds(intake.take(sealed, NOON_US)) == [OK, REJECTED]


def test_books_that_may_not_be_written_to_are_called_so(store, intake, reader):
    """Somebody has mounted the disk read-only after an error; no other writer is to be looked for."""
    if store._kind is postgres:
        pytest.skip("test_postgres.py has every reason of the server")
    store._connection.exec_driver_sql("PRAGMA query_only = ON")
    (answer,) = intake.take([reader(1).batch()], NOON_US)
    assert (answer.kind, answer.reason) == (RETRY, Reason.STORE_READ_ONLY)


def test_a_full_disk_means_no_receipt_and_no_trace(store, intake, reader):
    """The fault is ours; the reader keeps its taps, and the books are as they were."""
    if store._kind is postgres:
        pytest.skip("the server's disk is filled in test_postgres.py")
    pages = store._connection.exec_driver_sql("PRAGMA page_count").scalar()
    store._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    sealed = [reader(1).batch(taps=200) for _ in range(1)] + [reader(2).batch(taps=200), reader(3).batch(taps=200)]
    answers = intake.take(sealed, NOON_US)
    assert [(answer.kind, answer.reason, answer.receipt) for answer in answers] == [
        (RETRY, Reason.STORE_FULL, None)
    ] * 3
    assert logged(store) == []
    store._connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    assert kinds(intake.take(sealed, NOON_US)) == [OK, OK, OK]


def test_a_receipt_never_comes_before_the_commit(store, intake, reader, monkeypatch):
    """If the commit fails, nobody may hold a receipt."""

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("power cut")

    monkeypatch.setattr(store, "quarantine", fail)
    with pytest.raises(sqlite3.OperationalError):
        intake.take([reader(1).batch()], NOON_US)
    assert logged(store) == []
    assert store.receipts([1]) == {}


def test_a_newly_enrolled_reader_is_known_at_once(store, intake, ring, reader):
    """The register is read again when it has changed, and only then."""
    sealed = reader(8).batch()
    assert kinds(intake.take([sealed], NOON_US)) == [REJECTED]
    with store.begin():
        store.register_devices([served(ring, 8, to_us=FOREVER_US)])
    assert kinds(intake.take([sealed], NOON_US)) == [OK]


def test_more_than_fits_is_refused_by_name(intake):
    """The limit is part of the contract with collectors."""
    with pytest.raises(Refused, match="4096 fit"):
        intake.take([b""] * (intake_batches_max + 1), NOON_US)
    assert intake.take([], NOON_US) == []


def test_several_processes_give_the_same_answers_also_when_the_register_changes(where, store, ring, reader):
    """Checking signatures on every core changes the time it takes and nothing else."""
    readers = [reader(device) for device in (1, 2, 3)]
    sealed = [each.batch(taps=1) for _ in range(70) for each in readers]
    stranger = reader(9)
    with processes(where, HERE, 2) as unseal:
        intake = Intake(store, ring, HERE, unseal)
        assert set(kinds(intake.take(sealed, NOON_US))) == {OK}
        assert logged(store) == sealed
        before = intake.take([stranger.batch()], NOON_US)[0]
        with store.begin():
            store.register_devices([served(ring, 9)])
        after = intake.take([stranger.twin().batch(), reader(9).batch()], NOON_US)
    assert (before.reason, kinds(after)) == (Reason.DEVICE_UNKNOWN, [OK, OK])
