"""How taps leave the reader, and what it takes to make it forget them."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afc.answers import AnswerKind, Distrust, MessageRefused
from afc.batch import Batch, open_sealed
from afc.keys import NO_DIGEST, KeyRing
from afc.limits import uplink_batch_taps_max
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

HERE = "sim-test"


class Depot:
    """One reader and the medium in it; `plug_in` is what happens when the driver turns the key."""

    def __init__(self, ring: KeyRing, taps_of) -> None:
        self.ring, self.taps_of, self.flash = ring, taps_of, BytesIO()
        self.plug_in()

    def plug_in(self) -> None:
        self.flash = BytesIO(self.flash.getvalue())
        self.journal = Journal(self.flash, 10_000)
        self.uplink = Uplink(Sam(self.ring, 9), self.journal, 9, 1, HERE)

    def tap(self, *cards: int, **fields) -> None:
        self.journal.append(self.taps_of(list(cards), first_seq=self.journal.next_seq, **fields))

    def opened(self) -> list[Batch]:
        return [open_sealed(sealed, self.ring.device_public, HERE) for sealed in self.uplink.batches()]

    def left(self) -> list[int]:
        return self.journal.unsent()["card"].tolist()


@pytest.fixture
def depot(ring, taps_of) -> Depot:
    return Depot(ring, taps_of)


def receipt_for(ring, batch: Batch, **changed) -> bytes:
    receipt = Receipt(AnswerKind.ACCEPTED, batch.digest, 9, 1, batch.last_seq, 1, b"h" * 32, 1, HERE)
    return sign_receipt(ring.receipt_private(), receipt._replace(**changed))


def test_a_batch_is_sent_until_it_is_receipted_and_then_never_again(depot, ring):
    """A line that breaks costs time, not money."""
    depot.tap(5, 6)
    (first,) = depot.uplink.batches()
    assert depot.uplink.batches() == [first]
    depot.uplink.receive(receipt_for(ring, depot.opened()[0]))
    assert depot.uplink.batches() == []
    assert depot.left() == []


def test_a_batch_sent_again_has_the_same_bytes_also_after_a_power_cut(depot):
    """Two batches with one number and other bytes look like fraud, and somebody would be asked about it."""
    depot.tap(5, 6)
    sent = depot.uplink.batches()
    depot.tap(7)
    depot.plug_in()
    again = depot.uplink.batches()
    assert again[:1] == sent
    assert [batch.taps["card"].tolist() for batch in depot.opened()] == [[5, 6], [7]]
    depot.plug_in()
    assert depot.uplink.batches() == again


def test_batches_are_a_chain_over_power_cuts_and_receipts(depot, ring):
    """A batch that is left out must be missed, also when the ones around it were sent on different days."""
    seen = []
    for cards in ([5, 6], [7], [8, 9, 10]):
        depot.tap(*cards)
        (batch,) = depot.opened()
        seen.append(batch)
        depot.uplink.receive(receipt_for(ring, batch))
        depot.plug_in()
    assert [(batch.number, batch.first_seq, batch.last_seq) for batch in seen] == [(1, 1, 2), (2, 3, 3), (3, 4, 6)]
    assert [batch.previous for batch in seen] == [NO_DIGEST, seen[0].digest, seen[1].digest]


def test_a_long_day_is_cut_into_batches_of_200(depot, taps_of):
    """A batch is resent whole, so it must not be a whole day."""
    depot.tap(*range(1, 2 * uplink_batch_taps_max + 2))
    batches = depot.opened()
    assert [len(batch.taps) for batch in batches] == [200, 200, 1]
    assert np.array_equal(np.concatenate([batch.taps for batch in batches]), depot.journal.unsent())


def test_taps_under_new_keys_begin_a_new_batch(depot):
    """The header says which generation of keys the taps carry, so there is one in each batch."""
    depot.tap(5, 6, 7, key_version=[1, 1, 2])
    assert [(batch.key_version, len(batch.taps)) for batch in depot.opened()] == [(1, 2), (2, 1)]


def test_a_quiet_reader_sends_nothing(depot):
    """A bus in the garage."""
    assert depot.uplink.batches() == []


def test_a_forged_receipt_erases_nothing(depot, ring):
    """Whoever can make a reader forget can steal a day's fares without touching a card."""
    depot.tap(5, 6)
    good = receipt_for(ring, depot.opened()[0])
    before = depot.flash.getvalue()
    for bit in range(8 * len(good)):
        forged = bytearray(good)
        forged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(MessageRefused):
            depot.uplink.receive(bytes(forged))
    assert depot.flash.getvalue() == before
    assert depot.left() == [5, 6]


def test_a_receipt_for_somebody_else_erases_nothing(depot, ring):
    """Receipts pass through the depot's computer, which has hundreds of readers to mix up."""
    depot.tap(5, 6)
    (batch,) = depot.opened()
    stranger = KeyRing.from_seed(8, HERE)
    other_city = KeyRing.from_seed(7, "sim-other")
    foreign = {
        receipt_for(ring, batch, device=10): Distrust.READER_OTHER,
        receipt_for(ring, batch, epoch=2): Distrust.READER_OTHER,
        receipt_for(ring, batch, through_seq=1): Distrust.COVERS_OTHERS,
        receipt_for(ring, batch, through_seq=3): Distrust.COVERS_OTHERS,
        receipt_for(ring, batch, environment="sim-other"): Distrust.ENVIRONMENT_FOREIGN,
        receipt_for(stranger, batch): Distrust.SIGNATURE_WRONG,
        receipt_for(other_city, batch, environment="sim-other"): Distrust.ENVIRONMENT_FOREIGN,
    }
    for receipt, reason in foreign.items():
        with pytest.raises(MessageRefused) as refusal:
            depot.uplink.receive(receipt)
        assert refusal.value.reason is reason
    depot.uplink.receive(receipt_for(ring, batch, digest=b"other batch".ljust(32)))
    assert depot.left() == [5, 6]
    assert len(depot.uplink.batches()) == 1


@pytest.mark.parametrize("answer", [kind for kind in AnswerKind if kind.receipted])
def test_any_signed_answer_means_that_the_bytes_are_kept(depot, ring, answer):
    """Quarantine is the office's trouble; the reader has handed the taps over and may forget them."""
    depot.tap(5)
    said = depot.uplink.receive(receipt_for(ring, depot.opened()[0], answer=answer))
    assert said.answer is answer
    assert depot.left() == []


def test_a_receipt_out_of_turn_waits_for_the_ones_before_it(depot, ring):
    """Lines swap messages; a hole in the reader's memory would look like taps that were removed."""
    depot.tap(5)
    depot.uplink.batches()
    depot.tap(6)
    first, second = depot.opened()
    depot.uplink.receive(receipt_for(ring, second))
    assert depot.left() == [5, 6]
    assert [batch.number for batch in depot.opened()] == [1]
    depot.uplink.receive(receipt_for(ring, first))
    assert depot.left() == []
    for late in (first, second):
        depot.uplink.receive(receipt_for(ring, late))
    assert depot.uplink.batches() == []


def test_a_receipt_that_was_out_of_turn_at_the_power_cut_is_asked_for_again(depot, ring):
    """Sending twice does no harm, forgetting does: so after a cut the reader believes only its medium."""
    depot.tap(5)
    depot.uplink.batches()
    depot.tap(6)
    depot.uplink.receive(receipt_for(ring, depot.opened()[1]))
    depot.plug_in()
    assert [batch.number for batch in depot.opened()] == [1, 2]


def test_a_medium_from_another_city_is_not_sent_in_this_one_s_name(depot, ring):
    """Readers are sold on with their memory in them."""
    depot.tap(5)
    depot.uplink.batches()
    other = KeyRing.from_seed(7, "sim-other")
    with pytest.raises(Refused, match="batch 1 would not have the bytes any more") as refusal:
        Uplink(Sam(other, 9), depot.journal, 9, 1, "sim-other")
    assert refusal.value.code == "JOURNAL_DAMAGED"
    assert depot.left() == [5]


@given(st.lists(st.sampled_from(["tap", "send", "power", "lose", "oldest", "newest"]), max_size=30))
@settings(max_examples=60)
def test_whatever_the_line_does_every_tap_arrives_once_and_in_order(ring, taps_of, happenings):
    """A month of a bad line: taps, sendings, power cuts, lost and swapped receipts, in any order."""
    depot, office, tapped = Depot(ring, taps_of), {}, 0
    for happening in [*happenings, "send", "oldest", *["oldest"] * 30]:
        waiting = depot.opened() if happening != "tap" else []
        if happening == "tap":
            tapped += 2
            depot.tap(tapped - 1, tapped)
        elif happening == "power":
            depot.plug_in()
        elif waiting:
            for batch in waiting:
                assert office.setdefault(batch.number, batch).digest == batch.digest
            if happening in ("oldest", "newest"):
                depot.uplink.receive(receipt_for(ring, waiting[0 if happening == "oldest" else -1]))
    assert depot.left() == []
    arrived = [card for number in sorted(office) for card in office[number].taps["card"].tolist()]
    assert arrived == list(range(1, tapped + 1))
