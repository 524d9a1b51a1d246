"""Readers decide in the street and the clearing house rates afterwards: over honest taps they come to the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from riding import Street, cards_of

from afc.city import City
from afc.keys import KeyRing
from clearing.admit import admit, places_of
from clearing.legs import pair
from clearing.rating import rate

Draw = Any
GATES, BUSES = ["NG", "MK", "HB", "AP", "UN", "HL"], {"571": ["b-harbour", "b-park"], "12": ["b-market", "b-park"]}
STARTS_S = st.sampled_from([4 * 3600, 6 * 3600 + 1799, 6 * 3600 + 1800, 20 * 3600 + 3000, 23 * 3600])
GAPS_S = st.sampled_from([0, 60, 899, 900, 901, 1799, 1800, 1801, 3600, 3601])
DATES = st.sampled_from([date(2026, 3, 4), date(2026, 3, 8), date(2026, 5, 5)])


@st.composite
def stories(draw: Draw) -> list[str]:
    """One card's presentations, sensible or not: doors are tried, exits forgotten, value loaded."""
    at_s, told = draw(STARTS_S), []
    for _ in range(draw(st.integers(1, 10))):
        gate, route = draw(st.sampled_from(GATES)), draw(st.sampled_from(sorted(BUSES)))
        stop, group = draw(st.sampled_from(BUSES[route])), draw(st.sampled_from(["", "", "", " x3"]))
        steps = [f"in {gate}", f"out {gate}", f"on {route} {stop}", f"off {route} {stop}", f"load 3000 {gate}"]
        clock = f"{at_s // 3600:02}:{at_s // 60 % 60:02}:{at_s % 60:02}"
        told.append(f"{draw(st.sampled_from([*steps[:4], *steps]))} {clock}{group}")
        at_s += draw(GAPS_S)
    return told


@given(
    day=DATES,
    ways=st.lists(stories(), min_size=1, max_size=3),
    balance=st.sampled_from([0, 1_549, 3_000, 20_000]),
    category=st.integers(0, 2),
    medium=st.integers(0, 1),
    holds_pass=st.booleans(),
)
def test_what_honest_readers_charged_is_what_the_rules_come_to(
    hanbit: City,
    ring: KeyRing,
    day: date,
    ways: list[list[str]],
    balance: int,
    category: int,
    medium: int,
    holds_pass: bool,
) -> None:
    """Tap by tap, and to the last byte of every chip, so that tomorrow begins from the same memory on both sides."""
    cards = cards_of(*range(1, len(ways) + 1), balance=balance, category=category, medium=medium)
    cards["product"] = holds_pass
    street = Street(hanbit, cards.copy(), day)
    street.bus("571", "b-harbour")
    for card, way in enumerate(ways, 1):
        for step in way:
            street.go(card, step)
    taps, rows, found, *_ = admit(street.taps(ring), cards, ring)
    places = places_of(taps, street.register(), street.network.tables)
    legs, leg_of = pair(taps, rows, places, cards, street.rates, street.network.tables)
    rated = rate(taps, rows, places, legs, leg_of, cards, street.rates, street.network.tables)
    assert (len(taps), len(found)) == (len(street.written), 0)
    assert np.array_equal(rated.minor, taps["amount"])
    assert cards.tobytes() == street.cards.tobytes()
    assert legs["charge"].sum() + legs["collected"].sum() == taps["amount"][taps["kind"] != 3].sum()
