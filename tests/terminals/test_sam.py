"""The chip that holds the reader's keys."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from chips import COMMIT_AT, FARE, RATIFY_AT, Town
from cryptography.exceptions import InvalidSignature

from afc.actions import ACTION, Action
from afc.answers import AnswerKind, MessageRefused
from afc.batch import digest_of, seal
from afc.fares.codes import LOAD
from afc.keys import NO_DIGEST, SIGNATURE_BYTES, KeyRing, check_signature
from afc.orders import EpochOrder, sign_order
from afc.parameters import Parameters, sign_parameters
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from afc.tap import TapKind, TapState
from terminals.card.field import MOMENTS
from terminals.card.image import next_image, opened
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


def batch_of(sam, taps, epoch=1):
    """A batch of this SAM's reader."""
    first_seq = int(taps["seq"][0])
    chain = {"number": first_seq, "previous": NO_DIGEST if first_seq == 1 else b"p" * 32}
    return seal(sam.sign, device=9, epoch=epoch, taps=taps, environment="sim-test", **chain)


def test_a_signature_is_the_reader_s_own(ring, taps_of):
    """Who signs answers for it, so no other reader may be able to."""
    batch = batch_of(Sam(ring, 9), taps_of([5]))
    signature, digest = Sam(ring, 9).sign(batch[:-SIGNATURE_BYTES]), digest_of(batch)
    check_signature(ring.device_public(9), signature, digest)
    with pytest.raises(InvalidSignature):
        check_signature(ring.device_public(10), signature, digest)


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


def receipt_for(ring, batch, answer=AnswerKind.ACCEPTED, epoch=1):
    """The house's word for a batch; through which number is for the uplink to look at."""
    receipt = Receipt(answer, digest_of(batch), 9, epoch, 99, 1, b"h" * 32, MORNING_US, "sim-test")
    return sign_receipt(ring.receipt_private(), receipt)


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


def stamped(sam, taps):
    sam.stamp(taps)
    return taps


def test_only_a_receipt_for_what_was_taken_makes_room(ring, taps_of):
    """Old receipts, forged ones, and receipts for what was set aside leave the thief where he is."""
    sam = bounded(ring, count=2)
    first = batch_of(sam, stamped(sam, load(taps_of, 1)))
    sam.receive(receipt_for(ring, first))
    second = batch_of(sam, stamped(sam, np.concatenate([load(taps_of, 2), load(taps_of, 3)])))
    for useless in (receipt_for(ring, first), receipt_for(ring, second, AnswerKind.QUARANTINED)):
        sam.receive(useless)
    with pytest.raises(MessageRefused):
        sam.receive(receipt_for(KeyRing.from_seed(8, "sim-test"), second))
    with pytest.raises(Refused, match="ceiling"):
        sam.stamp(load(taps_of, 4))
    sam.receive(receipt_for(ring, second))
    sam.stamp(load(taps_of, 4))


def test_a_receipt_makes_room_for_what_stands_in_its_batch_and_for_nothing_else(ring, taps_of):
    """Batch 1 was set aside, or never came; batch 2 was taken. What batch 1 gave away still counts."""
    sam = bounded(ring, count=2)
    first, second = (batch_of(sam, stamped(sam, load(taps_of, seq))) for seq in (1, 2))
    sam.receive(receipt_for(ring, second))
    sam.stamp(load(taps_of, 3))
    with pytest.raises(Refused, match="ceiling"):
        sam.stamp(load(taps_of, 4))
    sam.receive(receipt_for(ring, first, AnswerKind.DUPLICATE))
    sam.stamp(load(taps_of, 4))


def test_a_batch_that_says_something_else_of_the_same_numbers_makes_no_room(ring, taps_of):
    """The thief keeps the batch with the loads to himself, and sends one with as many rides."""
    sam = bounded(ring, count=1)
    sam.stamp(load(taps_of, 1))
    sam.receive(receipt_for(ring, batch_of(sam, taps_of([5]))))
    with pytest.raises(Refused, match="ceiling"):
        sam.stamp(load(taps_of, 2))


def test_what_an_epoch_gave_makes_room_when_the_next_is_heard_of(ring, taps_of):
    """Its reader lost what it had; the scheme closed the epoch and hears from the new one."""
    sam = bounded(ring, count=1)
    sam.stamp(load(taps_of, 1))
    sam.begin(sign_order(ring.command_private(), EpochOrder(9, 2, 1, 1, MORNING_US), "sim-test"))
    with pytest.raises(Refused, match="ceiling"):
        sam.stamp(taps_of([5], epoch=2, kind=TapKind.LOAD, amount=1))
    ride = batch_of(sam, taps_of([5], epoch=2), epoch=2)
    sam.receive(receipt_for(ring, ride, epoch=2))
    sam.stamp(taps_of([5], first_seq=2, epoch=2, kind=TapKind.LOAD, amount=1))


def test_a_tap_counts_once_however_often_it_is_stamped(ring, taps_of):
    """At the bound the reader must still be able to say that it did not hear the end."""
    sam = bounded(ring, count=1)
    taps = stamped(sam, load(taps_of, 1))
    taps["state"] = TapState.UNRATIFIED
    lower = Parameters(2, MORNING_US, MORNING_US, sam_count_max=1, sam_minor_max=999)
    sam.take_parameters(sign_parameters(ring.list_private(), lower, "sim-test"))
    sam.stamp(taps)
    assert ring.macs_ok(taps).all()
    with pytest.raises(Refused, match="2 taps for 2000"):
        sam.stamp(load(taps_of, 2))


# -- cards pulled away from a top-up machine ---------------------------------------------------------------------------


@pytest.fixture
def machine(hanbit, ring) -> Town:
    """A machine at North Gate that may give two loads, for 100.00 together, before it hears from the office."""
    town = Town(hanbit, ring)
    told = Parameters(1, MORNING_US, MORNING_US, sam_count_max=2, sam_minor_max=10_000)
    town.lane("NG").sam.take_parameters(sign_parameters(ring.list_private(), told, "sim-test"))
    return town


def test_cards_pulled_away_too_early_do_not_use_the_ceiling_up(machine):
    """Twenty riders think better of it. The machine has given nothing and goes on; so it does when one comes back."""
    for n in range(20):
        assert not machine.hold(MOMENTS * 2 + n % (COMMIT_AT - MOMENTS * 2), kind=LOAD, amount=5_000).opened
    for _ in range(2):
        assert machine.hold(kind=LOAD, amount=5_000).opened
    answer = machine.hold(kind=LOAD, amount=5_000)
    assert (answer.opened, answer.fault.code, machine.paid()) == (False, "SAM_CEILING", -10_000)


@pytest.mark.parametrize("torn_at", range(COMMIT_AT, RATIFY_AT))
def test_a_load_at_the_bound_whose_end_nobody_heard_is_written_down(machine, torn_at):
    """The card may have the money by now: then a tap has to say so, whatever the ceiling says."""
    machine.hold(kind=LOAD, amount=5_000)
    machine.hold(torn_at, kind=LOAD, amount=5_000)
    taps = machine.written()
    assert taps["state"].tolist() == [TapState.COMMITTED, TapState.UNRATIFIED]
    assert machine.ring.macs_ok(taps).all()
    assert machine.hold(kind=LOAD, amount=1).fault.code == "SAM_CEILING"


def test_at_the_ceiling_the_bus_goes_on_and_a_load_by_order_waits(hanbit, ring):
    """The issuer's order gives value, so it is not carried out now; its rider rides."""
    orders = np.array([(7, 3, 2**62, 10_000, Action.LOAD, 0)], ACTION)
    town = Town(hanbit, ring, actions=orders)
    told = Parameters(1, MORNING_US, MORNING_US, sam_minor_max=9_999)
    town.lane("NG").sam.take_parameters(sign_parameters(ring.list_private(), told, "sim-test"))
    assert town.hold().opened
    assert (town.paid(), town.written()["kind"].tolist()) == (FARE, [TapKind.ENTRY])


def test_a_sam_lets_no_purse_gain_what_it_did_not_stamp(machine):
    """A thief with the whole reader asks it to vouch for any image; what was stamped once is good for one card once."""
    sam, before = machine.lane("NG").sam, machine.image()
    richer = opened(before)["state"].copy()
    richer["balance"] += 5_000
    after = next_image(before, richer, machine.written())
    with pytest.raises(Refused) as refusal:
        sam.allow(before, after)
    assert refusal.value.code == "SAM_NOT_STAMPED"
    machine.hold(kind=LOAD, amount=5_000)
    taps = machine.written().copy()
    sam.stamp(taps)
    with pytest.raises(Refused, match="taps for 0 were stamped"):
        sam.allow(before, after)


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
