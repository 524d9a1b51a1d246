"""Auckland against fares worked out a second time, on days that love the edges of windows, peaks, zones and the daily cap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, text
from oracles import auckland as rules

CITY = "auckland"

THURSDAY_2021, WEEKEND = datetime(2021, 3, 4), (2, 3)  # noqa: DTZ001
TUESDAY_2014 = datetime(2014, 9, 2)  # noqa: DTZ001
STARTS_S = [
    14_399,
    14_400,
    27_000,
    32_399,
    32_400,
    53_999,
    54_000,
    66_599,
    66_600,
    85_800,
    2 * 86_400 + 14_399,
    2 * 86_400 + 14_400,
]
GAPS_S = [60, 600, 600, 1_799, 1_800, 1_800, 1_801, 5_400, 40_000]
STEADY_S = [
    (3_000, 1_800),
    (3_001, 1_800),
    (60, 1_801),
]  # four hours to the fourth tap-in, a little more, and no transfer all day
OPEN = ("cross", {0, 2})
"""From Ōrākei through the City to Newmarket on its border: whether that is a tap in the City is a pending case of the pack."""


@st.composite
def days(draw: Any, names: list[str], always_out: bool, trains_out: bool = False) -> list[rules.Ride]:
    """Rides up and down a few lines; one in seven without tap-out, where that may be. Every other day keeps one pace."""
    at_s, rides = draw(st.sampled_from(STARTS_S)), list[rules.Ride]()
    lines = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    pace = draw(st.sampled_from(STEADY_S)) if draw(st.booleans()) else None
    for _ in range(draw(st.sampled_from([4, 5, 12] if pace else [1, 2, 3, 6, 7]))):
        line = draw(st.sampled_from(lines))
        a, b = draw(st.sampled_from(ways(line)))
        ride_s, gap_s = pace or (draw(st.sampled_from([60, 600, 3_000])), draw(st.sampled_from(GAPS_S)))
        out_s = at_s + ride_s
        out = always_out or (trains_out and rules.LINES[line][0] == "rail") or draw(st.integers(0, 6)) > 0
        rides.append(rules.Ride(line, a, b, at_s, out_s if out else None))
        at_s = out_s + gap_s
    return rides


def ways(line: str) -> list[tuple[int, int]]:
    """From every call of a line to every other, but for the way that is a pending case."""
    calls = range(len(rules.calls(line)))
    return [(a, b) for a in calls for b in calls if a != b and (line, {a, b}) != OPEN]


@settings(max_examples=100, deadline=None)
@given(
    rider=st.sampled_from(["adult", "adult", "adult", "child", "tertiary", "supergold"]),
    rides=days(sorted(rules.LINES), False),
)
def test_zones_of_2021(rider: str, rides: list[rules.Ride]) -> None:
    told = ridden("2021-02-07", rider, "at_hop", THURSDAY_2021, rides)
    assert told == rules.charges_2021(rider, WEEKEND, rides)


@settings(max_examples=25, deadline=None)
@given(rider=st.sampled_from(["adult", "child", "tertiary"]), rides=days(sorted(rules.LINES), True))
def test_cash_of_2021(rider: str, rides: list[rules.Ride]) -> None:
    assert ridden("2021-02-07", rider, "cash", THURSDAY_2021, rides) == rules.charges_cash(rider, rides)


@settings(max_examples=50, deadline=None)
@given(medium=st.sampled_from(["at_hop", "at_hop", "cash"]), data=st.data())
def test_stages_of_2014(medium: str, data: Any) -> None:
    rides = data.draw(days(sorted(rules.LINES), medium == "cash", trains_out=True))
    assert ridden("2014-07-06", "adult", medium, TUESDAY_2014, rides) == rules.charges_2014(medium, rides)


def ridden(tariff: str, rider: str, medium: str, midnight: datetime, rides: list[rules.Ride]) -> list[int | None]:
    """What the pack charges for each ride."""
    return Holder(CITY, tariff, rider, medium).charges(leg_of(midnight, ride) for ride in rides)


def leg_of(midnight: datetime, ride: rules.Ride) -> Mapping[str, Any]:
    """The ride as a case writes it; trains have no route, for gates do not know it."""
    names, service = [call[0] for call in rules.calls(ride.line)], rules.LINES[ride.line][0]
    leg = {"service": service, "in": text(midnight, ride.in_s), "from": names[ride.a]}
    leg |= {} if service == "rail" else {"route": ride.line}
    if ride.out_s is None:
        return leg if service == "rail" else leg | {"towards": names[ride.b]}
    return leg | {"to": names[ride.b], "out": text(midnight, ride.out_s)}
