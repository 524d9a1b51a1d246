"""Cards that nobody may accept any more."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afc.answers import Distrust, MessageRefused
from afc.denylist import NO_DENYLIST, open_denylist, sign_denylist
from afc.keys import KeyRing, sha256
from afc.limits import denylist_cards_max
from afc.refusal import Refused
from terminals.reader import listed as listed_on
from terminals.standing import Standing, take

HERE = "sim-test"


def listed(ring, cards, version=1):
    return sign_denylist(
        ring.list_private(), version=version, issued_us=1, cards=np.array(cards, np.uint64), environment=HERE
    )


def stops(card, denylist):
    """What the reader's own rule says."""
    return bool(listed_on(np.uint64(card), denylist.cards))


def why(data, ring, environment=HERE):
    with pytest.raises(MessageRefused) as refusal:
        open_denylist(data, ring.list_public(), environment)
    return refusal.value.reason


@given(st.sets(st.integers(1, 40)), st.lists(st.integers(1, 41), max_size=20))
@settings(max_examples=50)
def test_a_card_is_refused_when_it_is_on_the_list_and_only_then(ring, lost, presented):
    """A lost card must stop working, and its neighbour's must not."""
    denylist = open_denylist(listed(ring, sorted(lost, reverse=True)), ring.list_public(), HERE)
    assert [stops(card, denylist) for card in presented] == [card in lost for card in presented]


def test_a_reader_without_a_list_refuses_nobody():
    """A new reader works from the first minute."""
    assert not any(stops(card, NO_DENYLIST) for card in (1, 2**64 - 1))


def test_the_largest_card_number_can_be_lost_too(ring):
    """The end of a range is where searches go wrong."""
    denylist = open_denylist(listed(ring, [1, 2**64 - 1]), ring.list_public(), HERE)
    assert [stops(card, denylist) for card in (1, 2, 2**64 - 2, 2**64 - 1)] == [True, False, False, True]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_the_newest_list_wins_in_whatever_order_they_come(ring, order):
    """A bus that slept in the depot hears of three lists at once; a card found again must work again."""
    held = Standing(9)
    for version in order:
        held = take(held, listed(ring, [version], version), ring.list_public(), HERE, 1)
    assert held.denylist.version == 3
    assert held.denylist.cards.tolist() == [3]


def test_a_list_that_cannot_be_believed_changes_nothing(ring):
    """Whoever can list a card can stop a rider; whoever can empty the list can ride free."""
    held = take(Standing(9), listed(ring, [5]), ring.list_public(), HERE, 1)
    stranger = KeyRing.from_seed(8, HERE)
    for forged in (listed(stranger, [], 9), listed(ring, [], 9)[:-1], b""):
        with pytest.raises(MessageRefused):
            held = take(held, forged, ring.list_public(), HERE, 1)
    assert held.denylist.cards.tolist() == [5]


def test_no_bit_of_a_list_can_be_changed(ring):
    """The list is carried by the same computers that are paid by the ride."""
    data = listed(ring, [5, 6])
    for bit in range(8 * len(data)):
        forged = bytearray(data)
        forged[bit // 8] ^= 1 << bit % 8
        why(bytes(forged), ring)


def test_every_reason_not_to_believe_a_list_has_its_turn(ring):
    """The first reason that fits is the one that is told."""
    data = listed(ring, [5, 6])[:-1] + b"?"
    assert why(data, ring) is Distrust.SIGNATURE_WRONG
    assert why(data[:-8], ring) is Distrust.LENGTH_WRONG
    assert why(data[:-8], ring, "sim-other") is Distrust.ENVIRONMENT_FOREIGN
    data = data[:4] + b"\2" + data[5:]
    assert why(data, ring, "sim-other") is Distrust.FORMAT_UNKNOWN
    assert why(b"AFCR" + data[4:], ring, "sim-other") is Distrust.NOT_THIS_KIND
    assert why(data[:90], ring) is Distrust.LENGTH_WRONG


@pytest.mark.parametrize("cards", [[6, 5], [5, 5], [0, 5]])
def test_a_list_out_of_order_is_refused_even_when_it_is_signed(ring, cards):
    """A search in an unsorted list lets lost cards through without a word."""
    signed = listed(ring, [5, 6])[:40] + np.array(cards, "<u8").tobytes()
    assert why(signed + ring.list_private().sign(sha256(signed)), ring) is Distrust.CONTENT_WRONG


def test_a_list_fits_in_a_reader(ring):
    """One card more than the limit is refused by the office, not by half of the readers."""
    cards = np.arange(1, denylist_cards_max + 1, dtype=np.uint64)
    longest = open_denylist(listed(ring, cards), ring.list_public(), HERE)
    assert all(stops(card, longest) for card in (1, denylist_cards_max))
    with pytest.raises(Refused, match="1000001 cards; a list has at most 1000000"):
        listed(ring, np.arange(1, denylist_cards_max + 2, dtype=np.uint64))
