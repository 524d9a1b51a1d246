"""Cards that say what no card of this city says, and riders who come as more than have paid."""

from __future__ import annotations

import pytest
from chips import COMMIT_AT, FARE, Town

from afc.city import City
from afc.fares.codes import ENTRY
from afc.keys import KeyRing
from afc.keystore import make_store
from afc.moment import DAY_US, SECOND_US
from terminals.card.again import Again
from terminals.card.chip import IDENTITY, issue
from terminals.card.field import ANSWERED, Field
from terminals.card.session import Answer


@pytest.fixture
def town(hanbit: City) -> Town:
    """Readers with keys out of a store, which has as many generations as were made."""
    return Town(hanbit, make_store("town", 0).ring())


@pytest.mark.parametrize("key_version", [0, 2, 77, 255])
def test_a_card_of_a_generation_that_never_was_is_not_let_in(town: Town, key_version: int) -> None:
    """Anybody can make a chip that says so; it must not stop the reader for all who come after."""
    forged = issue(town.street.cards, bytes(16), key_version)
    assert town.lane("NG").hold(Field(forged), ENTRY, town.now_us) == Answer(False)
    assert town.hold().opened


class Cut(Field):
    """A card whose answers have another length: cut, or with something behind them."""

    def __init__(self, chip, at, by: int) -> None:
        super().__init__(chip)
        self._at, self._by = at, by

    def _ask(self, whole, torn=None) -> bytes:
        said = super()._ask(whole, torn)
        if self._at != len(said):
            return said
        return said[: self._by] if self._by < 0 else said + bytes(self._by)


def test_an_answer_of_another_length_is_no_card(town: Town) -> None:
    """Select and read have one length each; the chip is not believed, and the reader goes on."""
    read = len(town.chip.read(bytes(8)))
    for length in (IDENTITY.size + 1, read):
        for by in (-length, 1 - length, -8, -1, 1, 64):
            field = Cut(town.chip, length, by)
            assert town.lane("NG").hold(field, ENTRY, town.now_us) == Answer(False), (length, by)
    assert town.hold().opened


def test_one_fare_lets_one_in(hanbit: City, ring: KeyRing) -> None:
    """The gate did not hear the end of one fare; now the card is held for five, who have not paid."""
    town = Town(hanbit, ring)
    assert not town.hold(COMMIT_AT + ANSWERED).opened
    assert not town.hold(group=5).opened
    assert town.paid() == FARE
    assert town.hold().opened, "the one who paid"


def test_five_who_were_left_in_doubt_are_let_in_together(hanbit: City, ring: KeyRing) -> None:
    """They paid five fares and come again as five."""
    town = Town(hanbit, ring)
    assert not town.hold(COMMIT_AT + ANSWERED, group=5).opened
    paid = town.paid()
    assert town.hold(group=5).opened
    assert (town.paid(), paid > FARE) == (paid, True)


def test_doubts_are_forgotten_after_a_day(hanbit: City, ring: KeyRing) -> None:
    """A reader sees a hundred thousand cards a month; it does not keep all that were ever pulled away."""
    again, town = Again(), Town(hanbit, ring)
    for card in range(1, 1_001):
        state = town.state().copy().reshape(1)
        state["card"] = card
        again.remember(state, card * SECOND_US, let_in=False)
    again.forget(DAY_US + 990 * SECOND_US, 10 * SECOND_US)
    assert len(again) == 10


def test_within_the_day_a_doubt_stands_and_afterwards_it_is_another_ride(hanbit: City, ring: KeyRing) -> None:
    """The rider went for a coffee; or came back tomorrow."""
    for later_us, fares in ((3_600 * SECOND_US, 1), (DAY_US, 2)):
        town = Town(hanbit, ring)
        town.hold(COMMIT_AT + ANSWERED)
        town.now_us += later_us
        assert town.hold().opened
        assert town.paid() == fares * FARE
