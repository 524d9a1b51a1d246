"""Cairo against fares worked out a second time from the published prices, on ways and stays that love their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import cairo as rules

from afc.city import City, load_city
from afc.fares.cases import Checker
from afc.fares.history import Interpreted, issue_card
from afc.fares.rides import Rides

CITY = "cairo"
MORNING = {
    "2018-05-11": datetime(2018, 6, 5, 5),  # noqa: DTZ001
    "2019-06-01": datetime(2019, 7, 9, 5),  # noqa: DTZ001
    "2025-10-01": datetime(2025, 11, 5, 5),  # noqa: DTZ001
}
ALL = sorted({name for line in rules.LINES.values() for name in line.split()})
EDGES = [9, 10, 16, 17, 23, 24, 35, 36]


@cache
def city() -> City:
    return load_city(CITY)


@cache
def checker() -> Checker:
    return Checker(city())


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
    hops = city().network.tables.hops[0][city().network.stop(start)]
    assert [int(hops[city().network.stop(end)]) + 1 for end in ALL] == [rules.stations(start, end) for end in ALL]


def ridden(tariff: str, rider: str, told: list[rules.Ride], before: Mapping[str, Any]) -> list[int | None]:
    """What the pack charges for each ride, None where the gate stays shut; rides begin three hours apart."""
    ordinal = checker().ordinal({"tariff": tariff})
    medium = "subscription" if before else "ticket"
    card = Interpreted(
        issue_card(city(), checker().versions[ordinal], rider, medium, before), checker().rates_of(ordinal)
    )
    legs, sums = Rides(city()), []
    for number, ride in enumerate(told):
        begin = MORNING[tariff] + timedelta(hours=3 * number)
        leg = {"service": "metro", "in": f"{begin:%Y-%m-%d %H:%M:%S}", "from": ride.start}
        if ride.taps_out:
            leg |= {"out": f"{begin + timedelta(seconds=ride.stay_s):%Y-%m-%d %H:%M:%S}", "to": ride.end}
        event = legs.ride(leg)
        answers = [card.tap(event.tap_in)]
        if answers[0].refusal is None and event.tap_out is not None:
            answers.append(card.tap(event.tap_out))
        sums.append(None if answers[-1].refusal else sum(answer.minor for answer in answers))
    return sums
