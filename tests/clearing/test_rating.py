"""Rating: the rules run again come to what the readers charged, and where they do not, both figures stand."""

from __future__ import annotations

import numpy as np
import pytest
from riding import Street, cards_of

from afc.city import City
from afc.fares.state import REFUSED, Refusal, Rule
from afc.keys import KeyRing
from clearing.admit import admit, places_of
from clearing.legs import pair
from clearing.rating import Rated, rate

HONEST = """in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-stadium 08:30, load 3000 NG 09:00,
 on 12 b-market 12:00, on 571 b-harbour 15:00, in NG 18:00, out AP 18:25"""


@pytest.fixture
def street(hanbit: City) -> Street:
    return Street(hanbit, cards_of(5, 6, 7))


def rated(
    street: Street, taps: np.ndarray, ring: KeyRing, **before: int
) -> tuple[Rated, np.ndarray, np.ndarray, np.ndarray]:
    """Rated taps, with the taps in order, the legs and the cards afterwards."""
    cards = cards_of(*street.cards["card"])
    for field, value in before.items():
        cards[field] = value
    admitted = admit(taps, cards, ring)
    taps, rows = admitted.taps, admitted.rows
    places = places_of(taps, street.register(), street.network.tables)
    legs, leg_of = pair(taps, rows, places, cards, street.rates, street.network.tables)
    return rate(taps, rows, places, legs, leg_of, cards, street.rates, street.network.tables), taps, legs, cards


def test_honest_readers_are_confirmed_tap_by_tap(street: Street, ring: KeyRing) -> None:
    """And the clearing house ends with the memory that the chips have."""
    for card in (5, 7):
        street.go(card, HONEST)
    result, taps, legs, cards = rated(street, street.taps(ring), ring)
    assert result.minor.tolist() == taps["amount"].tolist()
    assert cards.tobytes() == street.cards.tobytes()
    assert legs["charge"].sum() + legs["collected"].sum() == taps["amount"][taps["kind"] != 3].sum()


def test_the_reasons_of_every_tap_sum_to_its_charge(street: Street, ring: KeyRing) -> None:
    street.go(7, HONEST)
    result, taps, _, _ = rated(street, street.taps(ring), ring)
    for i in np.flatnonzero(taps["kind"] != 3):
        assert result.lines[result.lines[:, 0] == i, 2].sum() == result.minor[i]


def test_what_a_tap_in_collects_belongs_to_the_leg_before(street: Street, ring: KeyRing) -> None:
    """A transfer to the bus without a tap-out: the railway's gate takes 1,500 for the bus, and is not paid for it."""
    street.go(7, "in NG 12:00, out HB 12:11, on 571 b-harbour 12:15, in NG 15:00, out HB 15:11")
    result, _, legs, _ = rated(street, street.taps(ring), ring)
    assert legs["charge"].tolist() == [1550, 0, 1550]
    assert legs["collected"].tolist() == [0, 0, 1500]
    assert legs["collected_operator"].tolist() == [0, 0, 1]
    assert result.lines[result.lines[:, 1] == Rule.COLLECTED, 2].tolist() == [1500]


def test_a_reader_that_took_less_than_was_owed_has_taken_what_was_owed_first(street: Street, ring: KeyRing) -> None:
    """1,000 where 1,550 and 1,500 were due: the bus of the day before gets it, and no share is ever negative."""
    street.go(7, "in NG 12:00, out HB 12:11, on 571 b-harbour 12:15, in NG 15:00")
    street.written[3]["amount"] = 1_000
    _, _, legs, _ = rated(street, street.taps(ring), ring)
    assert (legs["charge"].tolist(), legs["collected"].tolist()) == ([1550, 0, 0], [0, 0, 1000])


def test_a_leg_knows_its_lone_base_and_its_journey(street: Street, ring: KeyRing) -> None:
    street.go(7, HONEST)
    _, _, legs, _ = rated(street, street.taps(ring), ring)
    assert legs["base"].tolist() == [1550, 1500, 1500, 1500, 1550]
    assert legs["journey"].tolist() == [1, 1, 2, 3, 4]
    assert legs["number"].tolist() == [1, 2, 3, 4, 5]


def test_who_else_pays_is_written_to_the_leg(hanbit: City, ring: KeyRing) -> None:
    """A pupil's bus on a school day: nothing from the purse, 900 from the city."""
    street = Street(hanbit, cards_of(7, category=1))
    street.go(7, "on 12 b-market 08:00, off 12 b-park 08:10")
    _, _, legs, _ = rated(street, street.taps(ring), ring, category=1)
    assert (legs["charge"].tolist(), legs["quota"].tolist(), legs["quota_minor"].tolist()) == ([0], [0], [900])


def test_a_reader_that_charged_otherwise_is_reported_and_not_corrected(street: Street, ring: KeyRing) -> None:
    """The money has left the card: its amount stands in the leg, the rules' amount beside it."""
    street.go(7, "in NG 07:41, out HB 07:55")
    street.written[0]["amount"] = 1_400
    result, taps, legs, _ = rated(street, street.taps(ring), ring)
    assert result.minor.tolist() == [1550, 0]
    assert taps["amount"].tolist() == [1400, 0]
    assert legs["charge"].tolist() == [1400]


def test_a_boarding_that_should_have_been_refused_is_reported_by_name(street: Street, ring: KeyRing) -> None:
    """An empty purse, and a reader that opened all the same."""
    street.go(7, "in NG 07:41")
    result, _, _, cards = rated(street, street.taps(ring), ring, balance=100)
    assert result.minor.tolist() == [REFUSED - Refusal.INSUFFICIENT_BALANCE]
    assert cards["balance"].tolist()[2] == 18_450, "what the chip says is what the next day starts from"


def test_a_ride_that_the_rules_cannot_place_is_a_journey_of_its_own(street: Street, ring: KeyRing) -> None:
    """The entry gate has not reported yet; what the exit charged is the railway's, not the bus's of that morning."""
    street.go(7, "on 571 b-harbour 08:00, off 571 b-stadium 08:20, in NG 12:00, out AP 12:25, on 12 b-market 15:00")
    _, _, legs, _ = rated(street, np.delete(street.taps(ring), 2), ring)
    assert legs["charge"].tolist() == [1500, 800, 1500]
    assert legs["journey"].tolist() == [1, 2, 3]
    assert legs["number"].tolist() == [1, 2, 3]


def test_and_so_is_one_that_should_have_been_refused(street: Street, ring: KeyRing) -> None:
    """Boarded on nothing, twice; each ride is whole, and neither is part of the other."""
    street.go(7, "in NG 07:41, out HB 07:55, on 571 b-harbour 12:00, off 571 b-park 12:10")
    result, _, legs, _ = rated(street, street.taps(ring), ring, balance=-1)
    assert result.minor[0] == REFUSED - Refusal.INSUFFICIENT_BALANCE
    assert legs["journey"].tolist() == [1, 2]
    assert legs["charge"].tolist() == [1550, 1500]


def test_a_lost_tap_is_not_made_up_for_but_counters_go_on_from_the_chips(street: Street, ring: KeyRing) -> None:
    """Were counting to go on from our own, a record replayed tomorrow would be taken for new."""
    street.go(7, "in NG 07:41, out HB 07:55, on 571 b-harbour 12:00")
    _, _, _, cards = rated(street, street.taps(ring)[[0, 2]], ring)
    assert cards["counter"].tolist() == [0, 0, 3]
    again = admit(street.taps(ring), cards, ring)
    assert (len(again.taps), len(again.found)) == (0, 3)
