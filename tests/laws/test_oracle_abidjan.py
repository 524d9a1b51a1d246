"""Abidjan against fares worked out a second time: the hours of a pass, its last second, the last franc, the days of a trial."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, tariff_of
from oracles import abidjan as rules

CITY = "abidjan"
STOPS = {
    "ordinary": ["adjame"],
    "bingerville": ["bingerville"],
    "express": ["gare_sud"],
    "wibus": ["palmeraie", "angre_djibi", "universite", "blockhauss"],
    "boat": ["boat_plateau"],
    "boat_private": ["stl_plateau"],
}
DAYS = [datetime(2018, 11, day) for day in (6, 10, 11, 14, 15)]  # noqa: DTZ001
CLOCKS_S = [3 * 3600 + 59 * 60 + 59, 4 * 3600, 16_199, 16_200, 43_200, 79_199, 79_200, 86_399]
TRIAL = [datetime(2016, 4, 22, 4), datetime(2016, 4, 26, 12), datetime(2016, 5, 1, 4)]  # noqa: DTZ001
CARDS = st.builds(
    rules.Card,
    st.sampled_from(["adult", "pupil", "student", "civil", "staff"]),
    st.booleans(),
    st.sampled_from([0, 199, 200, 499, 500, 10_000]),
    st.sampled_from(["", "pupil", "pupil", "student", "civil"]),
)


@st.composite
def boardings(draw: Any, services: list[str]) -> tuple[str, str]:
    """A service and a stop of it."""
    service = draw(st.sampled_from(services))
    return service, draw(st.sampled_from(STOPS[service]))


@st.composite
def weeks(draw: Any) -> list[rules.Ride]:
    """Boardings about the hours of a pupil's pass on working days, a Saturday, a Sunday and a holiday, and a month later."""
    moments = {draw(st.sampled_from(DAYS)) + timedelta(seconds=draw(st.sampled_from(CLOCKS_S))) for _ in range(6)}
    month = min(moments) + timedelta(days=30, seconds=draw(st.sampled_from([-1, 0, 1])))
    return [rules.Ride(*draw(boardings(["ordinary", *STOPS])), at) for at in [*sorted(moments), month]]


@settings(max_examples=150, deadline=None)
@given(card=CARDS, told=weeks())
def test_monpass(card: rules.Card, told: list[rules.Ride]) -> None:
    assert ridden(card, told) == rules.charges(card, told)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), balance=st.sampled_from([150, 399, 400, 10_000]))
def test_the_days_of_the_trial(data: st.DataObject, balance: int) -> None:
    told = []
    for edge in TRIAL:
        at = edge + timedelta(seconds=data.draw(st.sampled_from([-1, 0, 1])))
        running = ["ordinary", "boat"] if at < TRIAL[0] else ["ordinary", "boat", "wibus", "wibus"]
        told.append(rules.Ride(*data.draw(boardings(running)), at))
    card = rules.Card("adult", False, balance, "")
    assert ridden(card, told) == rules.charges(card, told)


def ridden(card: rules.Card, told: list[rules.Ride]) -> list[tuple[int | None, int]]:
    """What the pack charges for each boarding by the tariff of its day, None if refused, and the purse afterwards."""
    before: dict[str, Any] = {"balance": card.balance, "attributes": ["registered"] if card.named else []}
    before |= {"product": card.held} if card.held else {}
    legs = [{"service": ride.service, "in": f"{ride.at:%Y-%m-%d %H:%M:%S}", "from": ride.stop} for ride in told]
    holder = Holder(CITY, tariff_of(CITY, legs[0]), card.rider, "abonnement", before)
    return [holder.by_date(leg) for leg in legs]
