"""Malacca's pack against fares worked out a second time, on rides that end where a fare steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, text
from oracles import malacca as rules

CITY = "malacca"
MORNING = datetime(2025, 3, 5, 8)  # noqa: DTZ001

METRES = st.sampled_from([0, 1, 2000, 2001, 2857, 2858, 5000, 5001, 10_000, 30_571, 30_572, 30_714, 30_715, 38_000])
GAPS_S = st.sampled_from([1800, 1801, 86_400, 30 * 86_400 - 1801, 30 * 86_400 - 1800, 30 * 86_400 - 1799])


@st.composite
def riders(draw: Any) -> rules.Rider:
    """Every class with every card; passes and registrations on some."""
    category = draw(st.sampled_from(["adult", "adult", "pupil", "senior", "oku", "child"]))
    medium = draw(st.sampled_from(["cash", "panorama_card", "lugo", "mykad"]))
    return rules.Rider(category, medium, draw(st.booleans()), draw(st.booleans()), draw(st.booleans()))


@st.composite
def weeks(draw: Any, services: list[str]) -> list[rules.Ride]:
    """A few rides on all kinds of bus, some of them without a tap-out."""
    at_s, rides = 0, list[rules.Ride]()
    for _ in range(draw(st.integers(1, 6))):
        service = draw(st.sampled_from(["stage_bus", "stage_bus", *services]))
        metres = draw(METRES) if service == "stage_bus" and draw(st.integers(0, 3)) else None
        rides.append(
            rules.Ride(service, at_s, metres, draw(st.sampled_from([1, 2000, 2001, 9_000, 30_714, 30_715, 38_000])))
        )
        at_s += draw(GAPS_S)
    return rides


@settings(max_examples=200, deadline=None)
@given(tariff=st.sampled_from(sorted(rules.LINE_17)), rider=riders(), data=st.data())
def test_malacca(tariff: str, rider: rules.Rider, data: st.DataObject) -> None:
    loops = ["free_loop"] if tariff >= "2018-08-20" else []  # they began on that day
    rides = data.draw(weeks(["stage_bus", "tourist_line", "hop_on", *loops]))
    assert charged(tariff, rider, rides) == rules.charges(tariff, rider, rides)


def charged(tariff: str, rider: rules.Rider, rides: list[rules.Ride]) -> list[int | None]:
    """What the pack charges for each ride."""
    held = [name for name in ("citizen", "registered") if getattr(rider, name)]
    before = {"attributes": held} | ({"product": "pass30"} if rider.has_pass and tariff == rules.BAS_MY else {})
    return Holder(CITY, tariff, rider.category, rider.medium, before).charges(map(leg, rides))


def leg(ride: rules.Ride) -> dict[str, Any]:
    """The ride as a case writes it; whoever taps out does so half an hour later."""
    told = {"service": ride.service, "in": text(MORNING, ride.at_s), "to_end": ride.to_end}
    return told if ride.metres is None else told | {"out": text(MORNING, ride.at_s + 1800), "distance_m": ride.metres}
