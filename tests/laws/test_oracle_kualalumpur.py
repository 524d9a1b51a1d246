"""Kuala Lumpur against fares worked out a second time, on rides that end where a fare steps, stays with the two hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, text
from oracles import kualalumpur as rules

CITY = "kualalumpur"
MIDNIGHT = datetime(2025, 3, 5)  # noqa: DTZ001

TARIFFS = st.sampled_from(["2015-12-02", "2017-07-17", "2018-12-01", "2019-04-15", "2022-01-01"])
METRES = st.sampled_from(
    [0, 333, 334, 3999, 4000, 4001, 4356, 4357, 4600, 8000, 8001, 9000, 9315, 9316, 14_000, 14_001, 19_000, 19_001, 24_000,
     24_740, 24_741, 71_962, 71_963, 128_000, 128_001]
)  # fmt: skip
STAYS_S = st.sampled_from([600, 600, 600, 7_199, 7_200, 7_201])
GAPS_S = st.sampled_from([60, 3_600, 86_400, 29 * 86_400, 29 * 86_400 + 25_199, 29 * 86_400 + 25_200])


@st.composite
def riders(draw: Any) -> rules.Rider:
    """Every class with every card; a pass on some."""
    category = draw(st.sampled_from(["adult", "adult", "adult", "student", "senior", "oku", "child"]))
    return rules.Rider(category, draw(st.sampled_from(sorted(rules.ON_TOP))), draw(st.booleans()))


@st.composite
def months(draw: Any) -> list[rules.Ride]:
    """A few rides from 20:00 on, so that a day of gaps and a long stay meet the end of a service day."""
    at_s, rides = 20 * 3600, list[rules.Ride]()
    for _ in range(draw(st.integers(1, 5))):
        service = draw(st.sampled_from(["rail", "rail", "ktm", "bus_trunk"]))
        out_s = at_s + draw(STAYS_S) if draw(st.integers(0, 4)) else None
        size = draw(st.integers(1, 5)) if service == "bus_trunk" else draw(METRES)
        rides.append(rules.Ride(service, at_s, out_s, size, service == "rail" and draw(st.booleans())))
        at_s = (at_s if out_s is None else out_s) + draw(GAPS_S)
    return rides


@settings(max_examples=200, deadline=None)
@given(tariff=TARIFFS, rider=riders(), rides=months())
def test_kuala_lumpur(tariff: str, rider: rules.Rider, rides: list[rules.Ride]) -> None:
    if any(ride.service == "ktm" for ride in rides) and tariff == "2022-01-01" and rider.medium == "bank_card":
        rider = rider._replace(medium="tng")  # that a bank card leaves RM 30 at the gate is a worked example
    assert charged(tariff, rider, rides) == rules.charges(tariff, rider, rides)


def charged(tariff: str, rider: rules.Rider, rides: list[rules.Ride]) -> list[int | None]:
    """What the pack charges for each ride."""
    before = {"attributes": ["citizen"]} | ({"product": "my50"} if rider.has_my50 and tariff == "2022-01-01" else {})
    holder = Holder(CITY, tariff, rider.category, rider.medium, before)
    monorail = 1 << holder.pack.city.network.section_ids.index("monorail")
    return [holder.ride(leg(ride), sections=monorail * ride.monorail)[0] for ride in rides]


def leg(ride: rules.Ride) -> dict[str, Any]:
    """The ride as a case writes it."""
    told: dict[str, Any] = {"service": ride.service, "in": text(MIDNIGHT, ride.in_s)}
    if ride.out_s is None:
        return told
    return told | {
        "out": text(MIDNIGHT, ride.out_s),
        "zones" if ride.service == "bus_trunk" else "distance_m": ride.size,
    }
