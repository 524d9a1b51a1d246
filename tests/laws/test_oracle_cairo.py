"""Cairo against fares worked out a second time from the published prices, on ways and stays that love their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, checker, text
from oracles import cairo as rules

CITY = "cairo"
MORNING = {
    "2018-05-11": datetime(2018, 6, 5, 5),  # noqa: DTZ001
    "2019-06-01": datetime(2019, 7, 9, 5),  # noqa: DTZ001
    "2025-10-01": datetime(2025, 11, 5, 5),  # noqa: DTZ001
}
ALL = sorted({name for line in rules.LINES.values() for name in line.split()})
EDGES = [9, 10, 16, 17, 23, 24, 35, 36]


@cache
def at_distance(start: str, wanted: int) -> list[str]:
    """Stations so many stations away; all, where none is."""
    return [end for end in ALL if rules.stations(start, end) == wanted] or ALL


@st.composite
def rides(draw: Any, count: int = 5) -> list[rules.Ride]:
    """Ways about the bounds of a band or of a pass, stays about two hours, now and then no tap-out."""
    told = []
    for _ in range(draw(st.integers(1, count))):
        start = draw(st.sampled_from(ALL))
        end = draw(st.sampled_from(at_distance(start, draw(st.sampled_from(EDGES)))))
        stay_s = draw(st.sampled_from([600, 600, 7_199, 7_200, 7_201]))
        told.append(rules.Ride(start, end, stay_s, draw(st.integers(0, 5)) > 0))
    return told


@settings(max_examples=200, deadline=None)
@given(
    tariff=st.sampled_from(sorted(MORNING)),
    rider=st.sampled_from(["adult", "adult", "martyr", "disabled", "senior70"]),
    told=rides(),
)
def test_tickets(tariff: str, rider: str, told: list[rules.Ride]) -> None:
    told = [ride for ride in told if tariff != "2019-06-01" or len(rules.by_line_3(ride.start, ride.end)) == 1]
    assert ridden(tariff, rider, told, {}) == rules.charges(tariff, rider, told, None)


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(["student_25", "student_35"]), trips=st.integers(1, 4), told=rides(6))
def test_subscriptions(name: str, trips: int, told: list[rules.Ride]) -> None:
    held = rules.Pass(int(name[-2:]), trips)
    before = {"product": name, "pass_entries": trips}
    assert ridden("2025-10-01", "student", told, before) == rules.charges("2025-10-01", "student", told, held)


@pytest.mark.parametrize("start", ["helwan", "sadat", "attaba", "kit_kat", "adly_mansour"])
def test_the_network_counts_as_the_published_lines_do(start: str) -> None:
    network = checker(CITY).city.network
    gate, path = network.tables.gate, network.tables.path
    hops = path[gate[network.stop(start)]]["hops"][:, 0]
    assert [int(hops[gate[network.stop(end)]]) + 1 for end in ALL] == [rules.stations(start, end) for end in ALL]


def ridden(tariff: str, rider: str, told: list[rules.Ride], before: Mapping[str, Any]) -> list[int | None]:
    """What the pack charges for each ride, None where the gate stays shut; rides begin three hours apart."""
    holder = Holder(CITY, tariff, rider, "subscription" if before else "ticket", before)
    return holder.charges(leg_of(ride, MORNING[tariff], 3 * 3600 * number) for number, ride in enumerate(told))


def leg_of(ride: rules.Ride, morning: datetime, at_s: int) -> dict[str, str]:
    """The ride as a case writes it."""
    leg = {"service": "metro", "in": text(morning, at_s), "from": ride.start}
    return leg | ({"out": text(morning, at_s + ride.stay_s), "to": ride.end} if ride.taps_out else {})
