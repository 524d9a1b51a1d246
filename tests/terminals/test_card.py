"""A card that may be torn out of the field at any moment: it has paid once or not at all, and is never half written."""

from __future__ import annotations

import random
from io import BytesIO

import numpy as np
import pytest
from chips import COMMIT_AT, EVERY_MOMENT, FARE, RATIFY_AT, Town

from afc.actions import ACTION, Action
from afc.city import City
from afc.fares.codes import ENTRY, EXIT, LOAD
from afc.fares.state import Refusal
from afc.keys import KeyRing
from afc.limits import card_history_taps
from afc.moment import SECOND_US
from afc.tap import TapKind, TapState
from terminals.card.chip import issue
from terminals.card.field import ANSWERED, AT_WORK, Field
from terminals.card.image import history
from terminals.card.proof import PROOF_BYTES
from terminals.card.session import Answer, Lane
from terminals.journal import Journal
from terminals.sam import Sam


@pytest.fixture
def town(hanbit: City, ring: KeyRing) -> Town:
    return Town(hanbit, ring)


def test_a_card_that_stays_pays_and_is_ratified(town: Town) -> None:
    assert town.hold().opened
    assert (town.paid(), town.chip.select()[-1]) == (FARE, 1)
    assert (town.written()["state"].tolist(), town.ring.macs_ok(town.written()).all()) == ([TapState.COMMITTED], True)


@pytest.mark.parametrize("torn_at", EVERY_MOMENT)
def test_torn_at_any_moment_the_card_is_as_before_or_as_after(hanbit: City, ring: KeyRing, torn_at: int) -> None:
    """Never a mixture, however much of a block was written; and the journal tells what the reader knows of it."""
    whole = Town(hanbit, ring)
    before = whole.image()
    whole.hold()
    after = whole.image()
    torn = Town(hanbit, ring)
    answer = torn.hold(torn_at)
    assert torn.image() == (after if torn_at >= COMMIT_AT + ANSWERED else before)
    known = [] if torn_at < COMMIT_AT else [TapState.UNRATIFIED if torn_at < RATIFY_AT else TapState.COMMITTED]
    assert torn.written()["state"].tolist() == known
    assert answer.opened == (torn_at >= RATIFY_AT)


@pytest.mark.parametrize("torn_at", EVERY_MOMENT)
def test_held_again_the_rider_is_in_and_has_paid_once(hanbit: City, ring: KeyRing, torn_at: int) -> None:
    town = Town(hanbit, ring)
    first = town.hold(torn_at)
    second = town.hold()
    assert first.opened + second.opened == 1
    assert (town.paid(), int(town.state()["counter"])) == (FARE, 1)
    if first.opened:
        assert second.refusal is Refusal.REPEATED, "the second person on the same card"


def test_any_tears_at_any_gates_any_number_of_times(hanbit: City, ring: KeyRing) -> None:
    """The rider tries until a gate opens, changing gates of the station: one fare, whatever happened before."""
    dice = random.Random(1)
    for _ in range(400):
        town, tries = Town(hanbit, ring), 0
        reader = town.street.reader(99, service=0, operator=0)
        reader["stop"] = town.street.network.stop("NG")
        town.lanes["NG2"] = Lane(
            reader, Sam(ring, 99), Journal(BytesIO(), 1_000), town.street.rates, town.street.network.tables
        )
        while True:
            torn_at = dice.choice(EVERY_MOMENT) if tries < 6 else None
            answer = town.hold(torn_at, stop=dice.choice(["NG", "NG2"]), part=dice.randrange(257))
            tries += 1
            if answer.opened:
                break
            assert town.paid() in (0, FARE)
        assert (town.paid(), int(town.state()["counter"])) == (FARE, 1)


@pytest.mark.parametrize("torn_at", EVERY_MOMENT)
def test_a_door_that_cannot_shut_may_let_in_who_has_not_paid_and_says_so(
    hanbit: City, ring: KeyRing, torn_at: int
) -> None:
    """The one case in which a rider is in and has not paid: the tap is unratified, and the card is as before."""
    bus = Town(hanbit, ring, opens_in_doubt=True)
    answer = bus.hold(torn_at)
    if answer.opened and not bus.paid():
        assert COMMIT_AT <= torn_at < COMMIT_AT + ANSWERED
        assert bus.written()["state"].tolist() == [TapState.UNRATIFIED]
    assert bus.paid() in (0, FARE)


def test_the_next_gate_lets_in_whom_the_first_left_in_doubt(town: Town, ring: KeyRing) -> None:
    """Within the repeat window, at the same station; later it is another ride."""
    assert not town.hold(COMMIT_AT + ANSWERED).opened
    reader = town.street.reader(99, service=0, operator=0)
    reader["stop"] = town.street.network.stop("NG")
    lane = Lane(reader, Sam(ring, 99), Journal(BytesIO(), 10), town.street.rates, town.street.network.tables)
    late_us = town.now_us + 10 * SECOND_US
    assert not lane.hold(Field(town.chip, 0), ENTRY, late_us).opened, "torn before the first word"
    assert lane.hold(Field(town.chip), ENTRY, late_us - 1).opened
    assert (town.paid(), len(lane.keeper.journal.unsent())) == (FARE, 0)
    assert lane.hold(Field(town.chip), ENTRY, late_us).opened, "ten seconds after the first: somebody else gets in"
    assert town.paid() == 2 * FARE


def test_another_station_is_another_ride(town: Town) -> None:
    """The rider gave up at North Gate, paid as it turns out, and walks to the next station."""
    town.hold(COMMIT_AT + ANSWERED)
    assert town.hold(stop="UN").opened
    assert (town.paid(), int(town.state()["counter"])) == (2 * FARE, 2)


def test_a_way_out_that_was_torn_is_not_paid_twice(town: Town) -> None:
    """From North Gate to the Airport: the metres are paid at the exit."""
    town.hold()
    town.now_us = town.street.at_us("08:25")
    assert not town.hold(COMMIT_AT + ANSWERED, stop="AP", kind=EXIT).opened
    assert town.hold(stop="AP", kind=EXIT).opened
    assert town.paid() == FARE + 800


def test_a_load_that_was_torn_is_loaded_once(town: Town) -> None:
    """The rider has put a note into the machine; another note is another load."""
    assert not town.hold(COMMIT_AT + ANSWERED, kind=LOAD, amount=5_000).opened
    assert town.hold(kind=LOAD, amount=5_000).opened
    assert town.paid() == -5_000
    assert town.hold(COMMIT_AT + AT_WORK, kind=LOAD, amount=1_000).opened is False
    assert town.hold(kind=LOAD, amount=1_000).opened
    assert town.paid() == -6_000


def test_five_presentations_in_eight_seconds_are_one_charge(town: Town) -> None:
    """Nobody is sure that it beeped."""
    answers = [town.hold() for _ in range(5)]
    assert [answer.opened for answer in answers] == [True] + [False] * 4
    assert {answer.refusal for answer in answers[1:]} == {Refusal.REPEATED}
    assert town.paid() == FARE


def test_a_reader_that_lost_its_power_writes_down_what_the_card_remembers(town: Town) -> None:
    """The card was written, and the reader died before it wrote anything itself."""
    town.hold(COMMIT_AT + ANSWERED)
    lost = town.written()
    town.lanes.clear()
    town.street.readers.clear()
    town.flash["NG"] = BytesIO()  # as the medium was before the tap
    assert town.hold().opened
    found = town.written()
    assert len(found) == 1
    assert {name: found[name][0] for name in ("seq", "counter", "amount", "time_us")} == {
        name: lost[name][0] for name in ("seq", "counter", "amount", "time_us")
    }
    assert (found["state"][0], town.ring.macs_ok(found).all(), town.paid()) == (TapState.COMMITTED, True, FARE)


def test_the_card_remembers_its_last_taps(town: Town) -> None:
    for n in range(card_history_taps + 2):
        town.now_us += 60 * SECOND_US
        town.hold(kind=LOAD, amount=100 + n)
    taps = history(town.image())
    assert taps["counter"].tolist() == list(range(3, card_history_taps + 3))
    assert town.ring.macs_ok(taps).all()


def test_a_card_obeys_only_who_has_its_key(town: Town, ring: KeyRing) -> None:
    """Whoever writes blocks without the key changes nothing, and a card without it is not let in."""
    before = town.image()
    town.chip.write(0, b"\xff" * 64)
    assert (town.chip.commit(bytes(PROOF_BYTES)), town.image()) == (b"", before)
    forged = issue(town.street.cards, bytes(16))
    assert town.lane("NG").hold(Field(forged), ENTRY, town.now_us) == Answer(False)


def test_an_order_and_the_ride_after_it_are_one_session(hanbit: City, ring: KeyRing) -> None:
    """Torn, both have happened or neither; and the order is never carried out twice."""
    orders = np.array([(7, 3, 2**62, 10_000, Action.LOAD, 0)], ACTION)
    for torn_at in EVERY_MOMENT:
        town = Town(hanbit, ring, actions=orders)
        town.hold(torn_at)
        assert town.paid() in (0, FARE - 10_000)
        town.hold()
        assert (town.paid(), int(town.state()["counter"]), int(town.state()["control"])) == (FARE - 10_000, 2, 3)
        kinds = town.written()["kind"].tolist()
        assert kinds[-2:] == [TapKind.ACTION, TapKind.ENTRY]
