"""Bangkok against fares worked out a second time, from the published rules alone, on days that love their edges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, text
from oracles import bangkok as rules

CITY = "bangkok"
TARIFF = "2025-11-01"
WEDNESDAY = datetime(2026, 3, 11)  # noqa: DTZ001
Draw = Any
MANY = settings(max_examples=120, deadline=None)

STAYS = [60, 1_200, 10_800, 10_801]
PAUSES = [60, 600, 1_799, 1_800, 1_801, 20_000]
METRES = [1, 3_999, 4_000, 4_001, 15_999, 16_000, 16_001, 30_000]
BTS = [("cen", "cen"), ("cen", "e1"), ("cen", "e2"), ("n8", "e9"), ("e9", "e10"), ("e15", "e9"), ("e15", "e4"),
       ("n24", "e23"), ("s6", "s9"), ("w1", "s12"), ("e2", "e12"), ("e2", "e13"), ("n20", "n8"), ("n8", "n21"),
       ("e10", "e10")]  # fmt: skip
MRT = [
    ("bl22", "bl22"),
    ("bl10", "bl11"),
    ("bl11", "bl22"),
    ("bl10", "bl22"),
    ("bl25", "bl10"),
    ("pp01", "bl10"),
    ("pp15", "bl11"),
    ("bl22", "pp01"),
]
CHAIN = {
    "red": [("rw02", "rn10"), ("rn10", "rw02"), ("rw06", "rw02"), ("rw02", "rw02")],
    "mrt": [("pp15", "pp01"), ("pp01", "pp15"), ("pp15", "bl15"), ("bl15", "pp15"), ("bl15", "bl22"), ("pp15", "bl22")],
    "yellow": [("yl01", "yl23"), ("yl08", "yl01"), ("yl01", "yl02"), ("yl23", "yl01"), ("yl01", "yl01")],
}


@st.composite
def gated_days(draw: Draw) -> tuple[rules.Card, list[rules.Ride]]:
    """Every kind of rider on BTS and MRT: sections, ceilings, long stays, packs about their last trip, missing tap-outs."""
    card = rules.Card(
        draw(st.sampled_from(["adult", "senior", "student"])), "rabbit", draw(st.sampled_from([0, 0, 1, 2]))
    )
    rides, at_s = list[rules.Ride](), 6 * 3600
    for _ in range(draw(st.integers(1, 5))):
        service = draw(st.sampled_from(["bts", "bts", "mrt"]))
        trips = card.trips - sum(ride.service == "bts" for ride in rides)
        pairs = [pair for pair in BTS if pair[0] != pair[1]] if trips > 0 else BTS
        start, end = draw(st.sampled_from(pairs if service == "bts" else MRT))
        out_s = at_s + draw(st.sampled_from(STAYS))
        rides.append(rules.Ride(service, start, end, 0, at_s, out_s if draw(st.integers(0, 5)) else None))
        at_s = out_s + 60
    return card, rides


@st.composite
def changing_days(draw: Draw) -> tuple[rules.Card, list[rules.Ride]]:
    """Changes between Purple, Red, Blue and Yellow about the end of the half hour, mostly where the lines meet; and whoever
    never stops changing."""
    card = rules.Card("adult", draw(st.sampled_from(["emv", "emv", "emv", "mrt_card"])), 0)
    rides, at_s, restless = list[rules.Ride](), 6 * 3600, draw(st.booleans())
    for _ in range(7 if restless else draw(st.integers(2, 6))):
        near = [(service, *pair) for service, pairs in CHAIN.items() for pair in pairs
                if rides and {rides[-1].end, pair[0]} in rules.MEETING]  # fmt: skip
        anywhere = [(service, *pair) for service, pairs in CHAIN.items() for pair in pairs]
        if restless:
            near, anywhere = (
                [way for way in ways if any(way[2] in spot for spot in rules.MEETING)] for ways in (near, anywhere)
            )
        service, start, end = draw(
            st.sampled_from(near if near and (restless or draw(st.integers(0, 4))) else anywhere)
        )
        out_s = at_s + 1_200
        rides.append(rules.Ride(service, start, end, 0, at_s, out_s if draw(st.integers(0, 9)) else None))
        at_s = out_s + (1_800 if restless else draw(st.sampled_from(PAUSES)))
    return card, rides


@st.composite
def bus_and_boat_days(draw: Draw) -> tuple[rules.Card, list[rules.Ride]]:
    """Thai Smile Bus and its boats about the daily maxima and the cut of the day, with the HOP card and with another."""
    card = rules.Card("adult", draw(st.sampled_from(["hop", "hop", "hop", "rabbit"])), 0)
    rides, at_s = list[rules.Ride](), draw(st.sampled_from([7 * 3600, 22 * 3600]))
    for _ in range(draw(st.integers(1, 9))):
        service = draw(st.sampled_from(["bus_tsb", "bus_tsb", "boat"]))
        out_s = at_s + 600
        rides.append(
            rules.Ride(service, "", "", draw(st.sampled_from(METRES)), at_s, out_s if draw(st.integers(0, 5)) else None)
        )
        at_s = draw(st.sampled_from([out_s + 60, out_s + 60, 27 * 3600 - 1, 27 * 3600]))
        at_s = max(at_s, out_s + 1)
    return card, rides


@MANY
@given(day=gated_days())
def test_sections_packs_and_long_stays(day: tuple[rules.Card, list[rules.Ride]]) -> None:
    assert ridden(*day) == [100 * baht for baht in rules.charges(*day)]


@MANY
@given(day=changing_days())
def test_changes_with_one_bank_card(day: tuple[rules.Card, list[rules.Ride]]) -> None:
    assert ridden(*day) == [100 * baht for baht in rules.charges(*day)]


@MANY
@given(day=bus_and_boat_days())
def test_daily_maxima(day: tuple[rules.Card, list[rules.Ride]]) -> None:
    assert ridden(*day) == [100 * baht for baht in rules.charges(*day)]


def ridden(card: rules.Card, rides: list[rules.Ride]) -> list[int | None]:
    """What the pack charges for each ride."""
    before = {"product": "bts-adult-15", "pass_entries": card.trips} if card.trips else {}
    return Holder(CITY, TARIFF, card.category, card.medium, before).charges(map(leg_of, rides))


def leg_of(ride: rules.Ride) -> dict[str, Any]:
    """The ride as a case writes it."""
    leg: dict[str, Any] = {"service": ride.service, "in": text(WEDNESDAY, ride.in_s)}
    if ride.start:
        leg |= {"from": ride.start} | ({"to": ride.end} if ride.out_s is not None else {})
    else:
        leg |= {"distance_m": ride.metres}
    return leg if ride.out_s is None else leg | {"out": text(WEDNESDAY, ride.out_s)}
