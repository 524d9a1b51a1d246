"""Fares of the tap-out at the clearing house: holds over the day cut, and whose money a penalty is.

The railway asks 1,500, 1,700 past ten kilometres, 1,900 past twenty, and as much where a tap-out is missing; the bus 1,200,
and 1,300 without tap-out.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pytest
from riding import Street, cards_of

from afc.city import City
from afc.fares.state import REFUSED, Refusal
from afc.keys import KeyRing
from clearing.admit import admit, places_of
from clearing.legs import COMPLETE, NO_TAP_IN, NO_TAP_OUT, pair
from clearing.rating import rate
from clearing.split import COLLECTED_FARE, FARE, nothing_within, split

RAILWAY, BUS = 0, 1
TARIFF: dict[str, Any] = {
    "id": "v", "from": date(2026, 1, 1), "source": "made up",
    "fare": [{"services": ["metro"], "by": "metres", "upto": [10_000, 20_000], "price": [1500, 1700, 1900]},
             {"services": ["bus"], "by": "metres", "price": [1200]}],
    "missing_tap_out": {"fare": {"metro": "maximum", "bus": 1300}},
}  # fmt: skip


class Day(NamedTuple):
    """A rated day: what the rules say of each tap, the legs, and the cards in the evening."""

    minor: list[int]
    legs: np.ndarray
    cards: np.ndarray

    def earned(self) -> dict[tuple[int, int], int]:
        """What each operator gets, by kind of share."""
        sums: dict[tuple[int, int], int] = {}
        for share in split(self.legs, "boarding_operator", nothing_within()):
            key = int(share["kind"]), int(share["operator"])
            sums[key] = sums.get(key, 0) + int(share["minor"])
        return sums


def rated(street: Street, ring: KeyRing, before: np.ndarray, lost: tuple[int, ...] = ()) -> Day:
    """Everything written in a street, but what was lost, rated on the cards as they were before."""
    cards = before.copy()
    admitted = admit(np.delete(street.taps(ring), lost), cards, ring)
    taps, rows = admitted.taps, admitted.rows
    places, tables = places_of(taps, street.register(), street.network.tables), street.network.tables
    legs, leg_of = pair(taps, rows, places, cards, street.rates, tables)
    result = rate(taps, rows, places, legs, leg_of, cards, street.rates, tables)
    return Day(result.minor.tolist(), legs, cards)


@pytest.fixture
def street(hanbit: City) -> Street:
    return Street(hanbit, cards_of(7), version=TARIFF)


def test_a_penalty_belongs_to_the_railway_though_a_bus_collects_it(street: Street, ring: KeyRing) -> None:
    before = street.cards.copy()
    street.go(7, "in NG 08:00, on 571 b-harbour 09:00, off 571 b-park 09:10")
    day = rated(street, ring, before)
    assert day.legs["status"].tolist() == [NO_TAP_OUT, COMPLETE]
    assert (day.legs["charge"].tolist(), day.legs["collected"].tolist()) == ([0, 1200], [0, 1900])
    assert day.earned() == {(FARE, BUS): 1200, (COLLECTED_FARE, RAILWAY): 1900}


def test_and_to_the_bus_though_a_gate_does(street: Street, ring: KeyRing) -> None:
    before = street.cards.copy()
    street.go(7, "on 571 b-harbour 08:00, in NG 09:00, out HB 09:15")
    day = rated(street, ring, before)
    assert (day.legs["charge"].tolist(), day.legs["collected"].tolist()) == ([0, 1500], [0, 1300])
    assert day.earned() == {(FARE, RAILWAY): 1500, (COLLECTED_FARE, BUS): 1300}


def test_over_the_day_cut_too(street: Street, ring: KeyRing) -> None:
    """Yesterday's ride is in no leg of today, and its money is."""
    street.go(7, "in NG 22:00")
    before, street.written = street.cards.copy(), []
    street.go(7, "on 571 b-harbour 32:00, off 571 b-park 32:10")
    assert rated(street, ring, before).earned() == {(FARE, BUS): 1200, (COLLECTED_FARE, RAILWAY): 1900}


def test_even_where_the_ride_should_have_been_refused(hanbit: City, ring: KeyRing) -> None:
    """A gate opened for an empty purse; the bus then took 1,900 for that ride, as the card told its reader."""
    street = Street(hanbit, cards_of(7), version=TARIFF | {"purse": {"max": 90_000, "min_to_enter": {"metro": 0}}})
    before = street.cards.copy()
    street.go(7, "in NG 08:00, on 571 b-harbour 09:00, off 571 b-park 09:10")
    before["balance"] = -1
    day = rated(street, ring, before)
    assert day.minor[0] == REFUSED - Refusal.INSUFFICIENT_BALANCE
    assert day.earned() == {(FARE, BUS): 1200, (COLLECTED_FARE, RAILWAY): 1900}


HELD = TARIFF | {"hold": {"bus": 1500, "metro": "maximum"}}


def test_what_is_held_before_the_cut_is_given_back_after_it(hanbit: City, ring: KeyRing) -> None:
    """1,500 yesterday, 300 back today: over both days the bus has earned its 1,200, and the rider has paid no more."""
    street = Street(hanbit, cards_of(7, balance=1_500), version=HELD)
    before = street.cards.copy()
    street.go(7, "on 571 b-harbour 27:55")
    yesterday = rated(street, ring, before)
    street.written = []
    street.go(7, "off 571 b-park 28:05")
    today = rated(street, ring, yesterday.cards)
    assert (yesterday.minor, today.minor) == ([1500], [-300])
    assert today.legs["status"].tolist() == [COMPLETE]
    assert (yesterday.earned(), today.earned()) == ({(FARE, BUS): 1500}, {(FARE, BUS): -300})
    assert today.cards["balance"].tolist() == [300]
    assert today.cards.tobytes() == street.cards.tobytes(), "the house remembers what the chip does"


def test_what_was_held_for_a_ride_without_tap_out_stays_with_its_operator(hanbit: City, ring: KeyRing) -> None:
    street = Street(hanbit, cards_of(7), version=HELD)
    before = street.cards.copy()
    street.go(7, "on 571 b-harbour 08:00, in NG 09:00, out HB 09:15")
    day = rated(street, ring, before)
    assert day.minor == [1500, 1900, 1500 - 1900]
    assert day.earned() == {(FARE, BUS): 1500, (FARE, RAILWAY): 1500}


def test_an_exit_without_entry_is_not_the_end_of_yesterdays_ride_after_another_boarding(
    street: Street, ring: KeyRing
) -> None:
    """Yesterday's bus 571 was never left; today the rider boarded the 12, then the 571 again, whose entry was lost."""
    street.go(7, "on 571 b-harbour 27:55")
    before, street.written = street.cards.copy(), []
    street.go(7, "on 12 b-market 30:00, on 571 b-harbour 31:00, off 571 b-park 31:10")
    day = rated(street, ring, before, lost=(1,))
    assert day.legs["status"].tolist() == [NO_TAP_OUT, NO_TAP_IN]
    assert day.legs["dist_m"].tolist() == [0, 0]
