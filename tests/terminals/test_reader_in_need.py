"""A reader whose memory is full or fails, and a card in its field: the rider is told, and nobody pays for nothing."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from chips import COMMIT_AT, FARE, Town
from riding import cards_of

from afc.actions import ACTION, Action
from afc.answers import AnswerKind
from afc.batch import digest_of, open_sealed
from afc.city import City
from afc.fares.codes import ENTRY, EXIT, LOAD
from afc.keys import KeyRing
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from afc.tap import TapKind, TapState
from terminals.card.chip import issue
from terminals.card.field import ANSWERED, Field
from terminals.frames import FRAMES_FROM, SECTOR, Mark, pack_mark
from terminals.journal import SEQ_MAX, Journal
from terminals.sam import Sam
from terminals.uplink import Uplink


class Medium(BytesIO):
    """A medium that fails as long as it is told to."""

    broken = False

    def write(self, data):
        if self.broken:
            raise OSError(5, "Input/output error")
        return super().write(data)


@pytest.fixture
def town(hanbit: City, ring: KeyRing) -> Town:
    return Town(hanbit, ring)


def with_room(town: Town, taps: int) -> Town:
    """North Gate's journal has room for so many taps."""
    town.lane("NG").keeper.journal = Journal(BytesIO(), taps or 1)
    if not taps:
        assert town.hold(kind=LOAD, amount=1).opened
    return town


def test_a_full_journal_takes_no_money_and_says_so(town: Town) -> None:
    """F21, T31: the card is in the field, the journal has no room: the gate stays shut, and the card is as it was."""
    with_room(town, 0)
    image, answer = town.image(), town.hold()
    assert (answer.opened, answer.fault.code, len(answer.taps)) == (False, "JOURNAL_FULL", 0)
    assert (town.image(), len(town.written())) == (image, 1)
    assert town.hold(stop="UN").opened, "the reader next to it has room"


def test_room_for_the_ride_is_not_room_for_the_order_before_it(hanbit: City, ring: KeyRing) -> None:
    """The order waits for the next reader; the rider need not."""
    orders = np.array([(7, 3, 2**62, 10_000, Action.LOAD, 0)], ACTION)
    town = with_room(Town(hanbit, ring, actions=orders), 1)
    assert town.hold().opened
    assert (town.paid(), town.written()["kind"].tolist()) == (FARE, [TapKind.ENTRY])
    assert town.hold(stop="UN", kind=EXIT).opened
    assert town.written("UN")["kind"].tolist() == [TapKind.ACTION, TapKind.EXIT]


def test_after_the_last_number_nobody_pays(town: Town) -> None:
    """F18: there is memory enough, and no number is left of this epoch."""
    mark = pack_mark(Mark(2, SEQ_MAX, 9, FRAMES_FROM, b"d" * 32))
    town.lane("NG").keeper.journal = Journal(BytesIO(mark.ljust(SECTOR, b"\0") + bytes(SECTOR)), 100)
    assert (town.hold().fault.code, town.paid()) == ("NUMBERS_USED_UP", 0)


def test_a_medium_that_fails_after_the_card_was_written_loses_no_tap(town: Town) -> None:
    """The rider has paid and is in. The reader takes nobody else until the tap is written down, and then goes on."""
    town.flash["NG"] = medium = Medium()
    town.lane("NG")
    medium.broken = True
    first = town.hold()
    assert (first.opened, first.fault.code, town.paid(), len(town.written())) == (True, "JOURNAL_MEDIUM_FAILS", FARE, 0)
    town.now_us += 60_000_000
    second = town.hold(kind=EXIT)
    assert (second.opened, second.fault.code, town.paid()) == (False, "JOURNAL_MEDIUM_FAILS", FARE)
    medium.broken = False
    assert town.hold(kind=EXIT).opened
    taps = Journal(BytesIO(medium.getvalue()), 100).unsent()
    assert (taps["seq"].tolist(), taps["kind"].tolist()) == ([1, 2], [TapKind.ENTRY, TapKind.EXIT])


def test_nobody_heard_the_end_and_the_medium_fails_as_well(town: Town) -> None:
    """The gate stays shut, and what is written down later says that nobody knows."""
    town.flash["NG"] = medium = Medium()
    town.lane("NG")
    medium.broken = True
    assert not town.hold(COMMIT_AT + ANSWERED).opened
    medium.broken = False
    assert town.hold().opened, "the card is held again for the same ride"
    assert (town.written()["state"].tolist(), town.paid()) == ([TapState.UNRATIFIED], FARE)


def test_a_reader_that_lost_its_power_before_the_medium_was_whole_hears_it_from_the_card(town: Town) -> None:
    """F16: what it kept in its memory is gone; the card has it, and its number is not given to another tap."""
    town.flash["NG"] = medium = Medium()
    town.lane("NG")
    medium.broken = True
    town.hold()
    town.lanes.clear()
    town.flash["NG"] = BytesIO(medium.getvalue())
    town.now_us += 60_000_000
    assert town.hold(kind=EXIT).opened
    assert town.written()["kind"].tolist() == [TapKind.ENTRY, TapKind.EXIT]


def test_a_receipt_that_cannot_be_noted_is_taken_when_it_comes_again(ring, taps_of) -> None:
    """The mark was not written; the journal must not believe half of the receipt, or the chain of batches breaks."""
    medium = Medium()
    journal = Journal(medium, 100)
    uplink = Uplink(Sam(ring, 9), journal, 9, 1, "sim-test")
    journal.append(taps_of([5, 6]))
    [first] = uplink.batches()
    told = Receipt(AnswerKind.ACCEPTED, digest_of(first), 9, 1, 2, 1, b"h" * 32, 1, "sim-test")
    receipt = sign_receipt(ring.receipt_private(), told)
    medium.broken = True
    with pytest.raises(Refused, match="does not take"):
        uplink.receive(receipt)
    medium.broken = False
    uplink.receive(receipt)
    journal.append(taps_of([7], first_seq=3))
    [second] = uplink.batches()
    batch = open_sealed(second, ring.device_public, "sim-test")
    assert (batch.number, batch.previous) == (2, digest_of(first))


def test_a_lost_tap_for_which_there_is_no_room_is_not_written_over(town: Town) -> None:
    """Two loads were lost with the power, and the journal has room for one: the second number stays the card's."""
    town.hold(kind=LOAD, amount=1_000)
    town.hold(kind=LOAD, amount=2_000)
    town.lanes.clear()
    town.street.readers.clear()
    town.flash["NG"] = BytesIO()
    with_room(town, 1)
    assert (town.hold().fault.code, len(town.written())) == ("JOURNAL_FULL", 0)
    stranger = issue(cards_of(8), town.ring.card_keys(np.array([8], np.uint64)))
    assert town.lane("NG").hold(Field(stranger), ENTRY, town.now_us).fault.code == "JOURNAL_FULL"
