"""Legs from taps: what a rider did, told from both ends of each ride, or from the one there is."""

from __future__ import annotations

import numpy as np
import pytest
from riding import Street, cards_of

from afc.city import City
from afc.keys import KeyRing
from clearing.admit import admit, places_of
from clearing.legs import COMPLETE, NO_TAP_IN, NO_TAP_OUT, pair


@pytest.fixture
def street(hanbit: City) -> Street:
    return Street(hanbit, cards_of(5, 6, 7))


class Told:
    """The legs of everything written in a street but what was lost on the way."""

    def __init__(
        self, street: Street, ring: KeyRing, lost: tuple[int, ...] = (), before: np.ndarray | None = None
    ) -> None:
        taps = np.delete(street.taps(ring), lost)
        cards = cards_of(*street.cards["card"]) if before is None else before
        admitted = admit(taps, cards, ring)
        self.taps, rows = admitted.taps, admitted.rows
        places = places_of(self.taps, street.register(), street.network.tables)
        self.legs, self.leg_of = pair(self.taps, rows, places, cards, street.rates, street.network.tables)
        self.stops = street.network.stop_ids

    @property
    def ends(self) -> list[tuple[str, str]]:
        """From where to where; `-` where nobody knows."""
        return [(self.stop(leg["in_stop"]), self.stop(leg["out_stop"])) for leg in self.legs]

    def stop(self, number: int) -> str:
        return self.stops[number] if number >= 0 else "-"


def test_an_entry_and_the_next_exit_make_a_leg(street: Street, ring: KeyRing) -> None:
    street.go(7, "in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-park 08:20")
    told = Told(street, ring)
    assert told.ends == [("NG", "HB"), ("b-harbour", "b-park")]
    assert told.legs["status"].tolist() == [COMPLETE, COMPLETE]
    assert told.legs["dist_m"].tolist() == [9_200, 3_100]
    assert told.legs["operator"].tolist() == [0, 1]
    assert told.leg_of.tolist() == [0, 0, 1, 1]


def test_sections_on_the_way_are_noted(street: Street, ring: KeyRing) -> None:
    street.go(7, "in NG 07:41, out AP 08:06, in AP 20:00, out HB 20:20")
    assert Told(street, ring).legs["sections"].tolist() == [1, 1]


def test_a_second_entry_closes_the_leg_before_it(street: Street, ring: KeyRing) -> None:
    """Nobody can know where the first ended."""
    street.go(7, "on 12 b-market 08:00, on 571 b-harbour 09:00, off 571 b-park 09:10")
    told = Told(street, ring)
    assert told.ends == [("b-market", "-"), ("b-harbour", "b-park")]
    assert told.legs["status"].tolist() == [NO_TAP_OUT, COMPLETE]


def test_cards_do_not_mix(street: Street, ring: KeyRing) -> None:
    """One rider's exit is no end of the next one's ride, however the taps were collected."""
    street.go(5, "on 571 b-harbour 08:00")
    street.go(6, "on 571 b-harbour 08:00, off 571 b-park 08:10")
    street.go(7, "on 571 b-harbour 08:00, off 571 b-stadium 08:20")
    told = Told(street, ring)
    assert told.ends == [("b-harbour", "-"), ("b-harbour", "b-park"), ("b-harbour", "b-stadium")]
    assert told.legs["card"].tolist() == [5, 6, 7]


def test_an_exit_whose_entry_was_lost_has_no_beginning(street: Street, ring: KeyRing) -> None:
    """It is usually a late uplink; the leg is kept and named."""
    street.go(7, "in NG 07:41, out HB 07:55")
    told = Told(street, ring, lost=(0,))
    assert told.legs["status"].tolist() == [NO_TAP_IN]
    assert told.legs["dist_m"].tolist() == [0]
    assert told.legs["in_tap"].tolist() == [-1]


def test_an_exit_in_another_vehicle_is_not_the_end_of_this_ride(street: Street, ring: KeyRing) -> None:
    """Its own entry was lost; the open ride stays open."""
    street.go(7, "on 12 b-market 08:00, on 571 b-harbour 09:00, off 571 b-park 09:10")
    told = Told(street, ring, lost=(1,))
    assert told.legs["status"].tolist() == [NO_TAP_OUT, NO_TAP_IN]
    assert told.legs["route"].tolist() == [2, 1]


def test_the_card_remembers_the_entry_of_the_day_before(street: Street, ring: KeyRing) -> None:
    """Boarded before the cut, alighted after it: the ride is whole though its entry stands in yesterday's books."""
    street.go(7, "on 571 b-harbour 27:55")
    before, street.written = street.cards.copy(), []
    street.go(7, "off 571 b-park 28:05")
    told = Told(street, ring, before=before)
    assert told.ends == [("b-harbour", "b-park")]
    assert told.legs["status"].tolist() == [COMPLETE]
    assert told.legs["dist_m"].tolist() == [3_100]
    assert (told.legs["in_tap"].tolist(), told.legs["in_us"].tolist()) == ([-1], [street.at_us("27:55")])


def test_but_only_if_it_is_the_same_vehicle(street: Street, ring: KeyRing) -> None:
    street.go(7, "on 12 b-market 27:55")
    before, street.written = street.cards.copy(), []
    street.go(7, "on 571 b-harbour 28:00, off 571 b-park 28:10")
    assert Told(street, ring, lost=(0,), before=before).legs["status"].tolist() == [NO_TAP_IN]


def test_loads_are_no_legs(street: Street, ring: KeyRing) -> None:
    street.go(7, "load 5000 NG 07:00, in NG 07:41, load 1000 NG 07:42, out HB 07:55")
    told = Told(street, ring)
    assert told.leg_of.tolist() == [-1, 0, -1, 0]
    assert told.ends == [("NG", "HB")]


def test_a_day_without_taps_has_no_legs(street: Street, ring: KeyRing) -> None:
    street.gate("NG")
    assert len(Told(street, ring).legs) == 0
