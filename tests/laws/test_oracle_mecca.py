"""Mecca against fares worked out a second time: last trips, last seconds, and the ends of the Hajj."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder
from oracles import mecca as rules

CITY = "mecca"
STOPS = {"regular": "kudai", "express": "ajyad", "shuttle_inner": "kudai", "shuttle_outer": "hajz_zaidi"}
GAPS_S = [1, 600, 5_400, 21_600, 86_399, 86_400, 86_401, 604_799, 604_800, 2_591_999, 2_592_000]


@st.composite
def boardings(draw: Any) -> list[rules.Ride]:
    """Buses and shuttles with gaps about the end of a pass."""
    at, told = datetime(2024, 3, draw(st.sampled_from([1, 15])), 9), []  # noqa: DTZ001
    for _ in range(draw(st.integers(1, 10))):
        told.append(rules.Ride(draw(st.sampled_from(["regular", "regular", "regular", *STOPS])), at, 0))
        at += timedelta(seconds=draw(st.sampled_from(GAPS_S)))
    return told


@st.composite
def pilgrimages(draw: Any) -> list[rules.Ride]:
    """Boardings of the metro about the first and the last hour of the Hajj."""
    edges = [datetime(2024, 6, 14, 4), datetime(2024, 6, 17), datetime(2024, 6, 20, 4)]  # noqa: DTZ001
    moments = [edge + timedelta(seconds=draw(st.sampled_from([-1, 0, 1, 3600]))) for edge in edges]
    return [rules.Ride("mashaer", at, draw(st.integers(1, 3))) for at in moments]


@settings(max_examples=200, deadline=None)
@given(
    told=boardings(),
    rider=st.sampled_from(["adult", "adult", "child", "disabled", "pilgrim"]),
    held=st.sampled_from(["", "day", "week", "month"]),
    trips=st.sampled_from([1, 2, 4]),
    balance=st.sampled_from([0, 3_99, 4_00, 16_00, 15_99, 100_00]),
)
def test_buses(told: list[rules.Ride], rider: str, held: str, trips: int, balance: int) -> None:
    card = rules.Card(rider, balance, held, trips if held else 0, frozenset())
    assert ridden(card, told) == rules.charges(card, told)


@settings(max_examples=150, deadline=None)
@given(
    told=pilgrimages(),
    rider=st.sampled_from(["pilgrim", "staff", "adult", "child"]),
    held=st.sampled_from(["", "all_stations"]),
    bands=st.frozensets(st.integers(1, 3)),
    balance=st.sampled_from([0, 399_99, 400_00]),
)
def test_bands(told: list[rules.Ride], rider: str, held: str, bands: frozenset[int], balance: int) -> None:
    card = rules.Card(rider, balance, held, 0, bands)
    assert ridden(card, told) == rules.charges(card, told)


def ridden(card: rules.Card, told: list[rules.Ride]) -> list[tuple[int | None, int]]:
    """What the pack charges for each boarding, None if the reader stayed shut, and the purse afterwards."""
    before: dict[str, Any] = {"balance": card.balance, "attributes": [f"band_{group}" for group in sorted(card.bands)]}
    if card.held:
        before |= {"product": card.held} | ({"pass_entries": card.trips} if card.trips else {})
    medium = "wristband" if told[0].service == "mashaer" else "smart_card"
    holder = Holder(CITY, "2023-11-01", card.rider, medium, before)
    return [holder.ride(leg_of(ride)) for ride in told]


def leg_of(ride: rules.Ride) -> dict[str, str]:
    """The boarding as a case writes it."""
    stop = f"arafat_{ride.group}" if ride.group else STOPS[ride.service]
    return {"service": ride.service, "in": f"{ride.at:%Y-%m-%d %H:%M:%S}", "from": stop}
