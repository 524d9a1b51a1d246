"""Who can make a tap, and who can only check one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afc.keys import KeyRing, pack_environment
from afc.refusal import Refused
from afc.tap import MACED, TAP, TapKind


def test_a_seed_never_makes_the_keys_of_a_real_city():
    """Somebody will try to start production with the seed from the tutorial."""
    with pytest.raises(Refused, match="throw-away keys, and 'seoul' is not a simulated environment") as refusal:
        KeyRing.from_seed(7, "seoul")
    assert refusal.value.cure == "Give it a name that begins with sim-."
    assert KeyRing.from_seed(7, "sim-seoul").throw_away


@pytest.mark.parametrize("name", ["", "sim-seventeen-char", "sim-서울", "sim-\n"])
def test_an_environment_has_a_short_plain_name(name):
    """The name stands in sixteen bytes of every signed message, on readers without our alphabet."""
    with pytest.raises(Refused, match="is not the name of an environment"):
        KeyRing.from_seed(7, name)
    assert len(pack_environment("sim-sixteen-char")) == 16


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_has_64_bits(seed):
    """A seed that is cut short would be another run under the same name."""
    with pytest.raises(Refused, match="64 bits"):
        KeyRing.from_seed(seed, "sim-test")
    KeyRing.from_seed(2**64 - 1, "sim-test")


def test_a_ring_does_not_print_its_keys(ring):
    """Rings end up in logs and in bug reports."""
    assert repr(ring) == str(ring) == "KeyRing('sim-test', throw-away keys)"


def test_the_same_seed_is_the_same_ring_and_any_other_is_another():
    """A run is repeated from its seed; two runs must not be able to read each other's taps."""
    cards = np.array([1, 2, 3], np.uint64)

    def everything(ring: KeyRing) -> list[bytes]:
        return [ring.card_keys(cards), ring.device_public(1), ring.receipt_public(), ring.list_public()]

    ring = everything(KeyRing.from_seed(7, "sim-a"))
    assert ring == everything(KeyRing.from_seed(7, "sim-a"))
    for other in (KeyRing.from_seed(8, "sim-a"), KeyRing.from_seed(7, "sim-b")):
        assert all(ours != theirs for ours, theirs in zip(ring, everything(other), strict=True))


def test_no_two_keys_of_a_ring_are_the_same(ring):
    """One broken card must open nothing but itself: not the next card, not a reader, not the next generation."""
    numbers = np.arange(1, 200, dtype=np.uint64)
    keys = b"".join([ring.card_keys(numbers), ring.card_keys(numbers, 2), ring.device_keys(numbers)])
    keys = {keys[at : at + 16] for at in range(0, len(keys), 16)}
    assert len(keys) == 3 * 199
    assert len({ring.device_public(device) for device in range(20)} | {ring.receipt_public(), ring.list_public()}) == 22


def test_a_key_does_not_depend_on_the_company_it_is_made_in(ring):
    """Keys are made a whole city at a time, and a card is personalised alone."""
    cards = np.array([2**64 - 1, 5, 5, 1], np.uint64)
    together = ring.card_keys(cards)
    assert together == b"".join(ring.card_keys(cards[i : i + 1]) for i in range(4))


def test_one_changed_bit_and_the_tap_is_not_the_card_s(ring, taps_of):
    """The operator carries the taps and would gain by changing an amount, a stop or an hour."""
    tap = taps_of([5], amount=1400)
    assert ring.macs_ok(tap).all()
    for bit in range(8 * TAP.itemsize):
        changed = bytearray(tap.tobytes())
        changed[bit // 8] ^= 1 << bit % 8
        assert not ring.macs_ok(np.frombuffer(changed, TAP)).any(), f"bit {bit}"
    assert TAP.fields["mac"][1] == MACED, "the MAC covers everything before it"


def test_a_tap_moved_to_another_card_is_refused(ring, taps_of):
    """A thief would like the neighbour to pay."""
    mine, theirs = taps_of([5, 6])
    moved = mine.copy()
    moved["mac"] = theirs["mac"]
    assert not ring.macs_ok(moved.reshape(1)).any()


def test_a_reader_vouches_for_its_own_trips(ring, taps_of):
    """A vehicle trip has no card, so the reader's own key stands in; another reader's kilometres do not pass."""
    trip = taps_of([0], kind=TapKind.TRIP, counter=0, amount=18_450)
    assert ring.macs_ok(trip).all()
    trip["device"] += 1
    assert not ring.macs_ok(trip).any()


def test_taps_under_two_generations_of_keys_are_checked_together(ring, taps_of):
    """On the day that keys change, both generations are in the same night's work."""
    mixed = taps_of([5, 6, 5, 6, 0], key_version=[1, 1, 2, 2, 2], kind=[1, 1, 2, 2, 5], counter=[1, 1, 2, 2, 0])
    assert ring.macs_ok(mixed).all()
    assert len(set(mixed["mac"].tolist())) == 5


def test_nothing_to_check_is_no_trouble(ring):
    """A quiet line at night sends nothing, and the night's work still runs."""
    assert len(ring.macs(np.empty(0, TAP))) == len(ring.card_keys(np.empty(0, np.uint64))) == 0


@given(st.lists(st.integers(1, 6), min_size=1, max_size=30), st.randoms())
@settings(max_examples=30)
def test_the_order_of_taps_does_not_matter_to_their_macs(ring, taps_of, cards, random):
    """Taps arrive in the order of the depots, not of the cards."""
    taps = taps_of(cards)
    order = np.array(random.sample(range(len(taps)), len(taps)))
    assert np.array_equal(ring.macs(taps[order]), taps["mac"][order])
    assert [int(ring.macs(taps[i : i + 1])[0]) for i in range(len(taps))] == taps["mac"].tolist()
