"""Whether a batch may stand: beside what the log holds of its reader, and by what the registers say of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from office import HERE, MORNING_US, NOON_US, Reader, served

from afc.answers import BatchRefused, Reason
from afc.batch import Batch, open_sealed
from afc.flaws import Flaw
from afc.keys import KeyRing
from afc.moment import DAY_US, HOUR_US
from clearing.authority import Authority
from clearing.custody import Chain, Claim, Register, chains, find_doubt, open_with_any
from clearing.store import Device, EditionAct, Kept, SchemeKey

RECORD = SchemeKey("record", 1, 0)


def digest(letter: str) -> bytes:
    return letter.encode() * 32


def kept(number: int, first: int, last: int, own: str, previous: str, epoch: int = 1) -> Kept:
    """A batch of reader 1 in the log."""
    taps = last - first + 1
    return Kept(number, digest(own), 1, epoch, number, first, last, taps, NOON_US, digest(previous), bytes(32))


def claim(number: int, first: int, last: int, own: str, previous: str) -> Claim:
    """A batch of reader 1 at the door."""
    return Claim(1, 1, number, first, last, last - first + 1, digest(previous), digest(own))


# Batch 2 with taps 11 to 20, called b, and batch 5 with taps 41 to 50, called e, have come so far.
LOG = [kept(2, 11, 20, "b", "a"), kept(5, 41, 50, "e", "d")]


@pytest.mark.parametrize(
    ("batch", "verdict"),
    [
        (claim(2, 11, 20, "b", "a"), LOG[0]),
        (claim(1, 1, 10, "a", "0"), None),
        (claim(3, 21, 30, "c", "b"), None),
        (claim(4, 31, 40, "d", "c"), None),
        (claim(6, 51, 60, "f", "e"), None),
        (claim(7, 61, 70, "g", "f"), None),
        # A range that touches what stands, from either side, from inside and from outside.
        (claim(7, 20, 25, "g", "f"), Reason.SEQUENCE_TAKEN),
        (claim(7, 5, 11, "g", "f"), Reason.SEQUENCE_TAKEN),
        (claim(7, 12, 13, "g", "f"), Reason.SEQUENCE_TAKEN),
        (claim(7, 1, 60, "g", "f"), Reason.SEQUENCE_TAKEN),
        (claim(7, 50, 51, "g", "f"), Reason.SEQUENCE_TAKEN),
        (claim(2, 11, 20, "x", "a"), Reason.SEQUENCE_TAKEN),
        # A number that stands already, with free taps.
        (claim(2, 21, 30, "x", "a"), Reason.NUMBER_TAKEN),
        # Other neighbours than those that stand, by name or by place.
        (claim(3, 21, 30, "c", "x"), Reason.CHAIN_BROKEN),
        (claim(3, 1, 10, "c", "b"), Reason.CHAIN_BROKEN),
        (claim(1, 1, 10, "x", "0"), Reason.CHAIN_BROKEN),
        (claim(1, 21, 30, "a", "0"), Reason.CHAIN_BROKEN),
        (claim(4, 31, 40, "x", "c"), Reason.CHAIN_BROKEN),
        (claim(4, 51, 60, "d", "c"), Reason.CHAIN_BROKEN),
        (claim(6, 51, 60, "f", "x"), Reason.CHAIN_BROKEN),
        (claim(6, 31, 40, "f", "e"), Reason.CHAIN_BROKEN),
    ],
)
def test_what_may_stand_beside_two_batches_of_a_reader(batch: Claim, verdict: Kept | Reason | None) -> None:
    """The same batch is found, a batch that fits may stand, and what contradicts them is told by the first reason."""
    assert chains(LOG)[1, 1].judge(batch) == verdict


def test_a_reader_begins_with_nothing_and_each_epoch_anew() -> None:
    """Batch 2 of epoch 1 says nothing about batch 2 of epoch 2."""
    assert Chain().judge(claim(2, 11, 20, "b", "a")) is None
    assert chains([kept(2, 11, 20, "b", "a", epoch=2)])[1, 1].judge(claim(2, 11, 20, "x", "a")) is None


@pytest.fixture
def opened(ring: KeyRing) -> Callable[..., Batch]:
    """The next batch of a reader 1 that has just begun."""
    return lambda **how: open_sealed(Reader(ring, 1).batch(**how), ring.device_public, HERE)


def doubt(
    batch: Batch, rows: list[Device], received_us: int, *, keys: tuple[SchemeKey, ...] = (RECORD,), **more: Any
) -> Reason | None:
    """The first doubt about a batch under the key of the first row, or under `key`."""
    register = Register(rows, keys, more.get("authority"))
    return find_doubt(batch, more.get("key", rows[0].public_key), register, received_us)


def test_a_reader_s_first_microsecond_in_service_counts(ring: KeyRing, opened: Callable[..., Batch]) -> None:
    """It tapped, sealed and reached the house in the microsecond in which its service began."""
    assert doubt(opened(at_us=NOON_US), [served(ring, 1, from_us=NOON_US)], NOON_US) is None


@pytest.mark.parametrize(
    ("at_us", "expected"),
    [
        ([MORNING_US, NOON_US + HOUR_US], None),
        ([NOON_US - 1, NOON_US + HOUR_US], None),
        ([NOON_US, NOON_US + HOUR_US], Reason.DEVICE_OUT_OF_SERVICE),
        ([MORNING_US, NOON_US + HOUR_US - 1], Reason.DEVICE_OUT_OF_SERVICE),
        ([MORNING_US - 1, NOON_US - 1], Reason.DEVICE_OUT_OF_SERVICE),
    ],
)
def test_between_two_times_of_service_nobody_is_paid(
    ring: KeyRing, opened: Callable[..., Batch], at_us: list[int], expected: Reason | None
) -> None:
    """The bus went from one operator to another by way of a workshop, where it stood from noon for an hour."""
    rows = [
        served(ring, 1, from_us=MORNING_US, to_us=NOON_US), served(ring, 1, operator=1, from_us=NOON_US + HOUR_US),
    ]  # fmt: skip
    assert doubt(opened(at_us=at_us), rows, NOON_US + 2 * HOUR_US) is expected


def test_another_reader_s_key_does_not_speak_for_this_one(ring: KeyRing, opened: Callable[..., Batch]) -> None:
    rows = [served(ring, 1)]
    assert doubt(opened(), rows, NOON_US) is None
    assert doubt(opened(), rows, NOON_US, key=ring.device_public(2)) is Reason.KEY_WITHDRAWN


@pytest.mark.parametrize(("received_us", "expected"), [(NOON_US - 1, Reason.KEY_WITHDRAWN), (NOON_US, None)])
def test_a_generation_is_honoured_from_its_first_microsecond(
    ring: KeyRing, opened: Callable[..., Batch], received_us: int, expected: Reason | None
) -> None:
    keys = (RECORD._replace(from_us=NOON_US),)
    assert doubt(opened(), [served(ring, 1)], received_us, keys=keys) is expected


@pytest.mark.parametrize(("received_us", "expected"), [(NOON_US - 1, None), (NOON_US, Reason.PARAMETERS_WITHDRAWN)])
def test_withdrawn_parameters_cost_a_batch_its_credit_from_then_on(
    ring: KeyRing, opened: Callable[..., Batch], received_us: int, expected: Reason | None
) -> None:
    """Version 3 had wrong fares. It was withdrawn at noon; who goes by 4, or came before noon, is believed."""
    authority = Authority([EditionAct("parameters", 3, "withdraw", "a", "b", "wrong fares", NOON_US)])
    old = opened()._replace(parameters=3)
    assert doubt(old, [served(ring, 1)], received_us, authority=authority) is expected
    assert doubt(old._replace(parameters=4), [served(ring, 1)], received_us, authority=authority) is None


def test_a_reader_s_first_epoch_is_that_of_its_first_day(ring: KeyRing, opened: Callable[..., Batch]) -> None:
    """It began with epoch 1 in the morning. At noon it went to another operator's depot, where it was entered with epoch 2."""
    rows = [served(ring, 1, to_us=NOON_US), served(ring, 1, from_us=NOON_US)._replace(first_epoch=2)]
    assert doubt(opened(), rows, NOON_US) is None
    assert doubt(opened()._replace(epoch=2), rows, NOON_US) is Reason.EPOCH_UNORDERED


def test_a_tap_that_cannot_be_says_nothing_of_the_time(ring: KeyRing, opened: Callable[..., Batch]) -> None:
    """One tap says the year 2001. With a flaw it speaks for nobody, also where no other tap is left to speak."""
    batch = opened(at_us=[MORNING_US, MORNING_US - 9_000 * DAY_US])
    rows = [served(ring, 1)]
    flaws = tuple(Flaw(row, Reason.RECORD_GROUP) for row in (1, 0))
    assert doubt(batch, rows, NOON_US) is Reason.TOO_LATE
    assert doubt(batch._replace(flaws=flaws[:1]), rows, NOON_US) is None
    assert doubt(batch._replace(flaws=flaws), rows, NOON_US) is None
    assert doubt(batch._replace(flaws=flaws[1:]), rows, NOON_US) is Reason.TOO_LATE


@pytest.mark.parametrize("signer", [1, 1001, 1002])
def test_a_batch_is_opened_by_whichever_key_its_reader_has_had(ring: KeyRing, signer: int) -> None:
    keys = [ring.device_public(device) for device in (1, 1001, 1002)]
    rows = [
        served(ring, 1, from_us=turn, to_us=turn + 1)._replace(public_key=public) for turn, public in enumerate(keys)
    ]
    sealed = Reader(ring, 1).batch(signed_by=signer)
    batch, key = open_with_any(sealed, Register(rows), HERE)
    assert (batch.device, key) == (1, ring.device_public(signer))
    with pytest.raises(BatchRefused) as refusal:
        open_with_any(Reader(ring, 1).batch(signed_by=7), Register(rows), HERE)
    assert refusal.value.reason is Reason.SIGNATURE_WRONG


def test_a_claim_is_what_the_batch_says_of_itself(opened: Callable[..., Batch]) -> None:
    """Its place in the log follows from the head before, its position, its arrival and its bytes."""
    batch = opened(taps=3)._replace(parameters=5, lists=6)
    one = Claim.of(batch)
    assert one == Claim(1, 1, 1, 1, 3, 3, bytes(32), batch.digest, 5, 6)
    assert one.name == (1, 1, 1, 3, 1, batch.digest)
    stands = one.kept(4, digest("h"), NOON_US)
    assert (stands.position, stands.taps, stands.parameters, stands.lists) == (4, 3, 5, 6)
    assert stands.head not in {one.kept(5, digest("h"), NOON_US).head, one.kept(4, digest("h"), NOON_US + 1).head}
    assert np.array_equal(batch.taps["seq"], [1, 2, 3])
