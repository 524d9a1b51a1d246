"""Three cities against fares worked out a second time, from the published rules alone, on days that love their edges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, Leg, text
from oracles import bogota as bogota_rules
from oracles import seoul as seoul_rules
from oracles import ulaanbaatar as ulaanbaatar_rules

Draw = Any
MANY = settings(max_examples=max(200, settings.default.max_examples if settings.default else 0))

SEOUL_WEDNESDAY, BOGOTA_TUESDAY = datetime(2026, 3, 4), datetime(2026, 2, 10)  # noqa: DTZ001
FESTIVAL_EVE = datetime(2025, 7, 10)  # noqa: DTZ001
METRES = st.sampled_from(
    [0, 1, 4_000, 9_999, 10_000, 10_001, 15_000, 15_001, 29_999, 30_000, 30_001, 45_001, 50_000, 50_001, 58_000, 58_001]
)
DAWNS = st.sampled_from(["03:59:59", "04:00:00", "06:29:59", "06:30:00", "12:00:00"])
NIGHTS = st.sampled_from(["06:49:59", "06:50:00", "20:49:59", "20:50:00"])
STATIONS = st.sampled_from(["gangnam", "sadang"])


@st.composite
def seoul_days(draw: Draw, starts: st.SearchStrategy[str], gaps: list[int]) -> list[seoul_rules.Ride]:
    """Rides on a few lines, about the ends of windows: chains of many transfers, and railways left and entered again."""
    services = [*draw(st.lists(st.sampled_from(sorted(seoul_rules.BASE)), min_size=1, max_size=3)), "rail"]
    at_s, rides = seconds(draw(starts)), list[seoul_rules.Ride]()
    for number in range(draw(st.sampled_from([1, 2, 3, 4, 7, 7]))):
        service = draw(st.sampled_from(services))
        back = service == "rail" and bool(rides) and rides[-1].service == "rail"
        at_s += draw(st.sampled_from([899, 900, 901] if back else gaps)) if rides else 0
        station = rides[-1].station_out if back and draw(st.integers(0, 3)) else draw(STATIONS)
        route = service + draw(st.sampled_from(["1", str(number)]))
        out_s = at_s + (draw(st.sampled_from([60, 600, 3_000])) if rides else 600)
        riders = 1 if service == "rail" else draw(st.sampled_from([1, 1, 1, 1, 2]))
        last = out_s if draw(st.integers(0, 7)) else None
        rides.append(seoul_rules.Ride(service, route, at_s, last, draw(METRES), station, draw(STATIONS), riders))
        at_s = out_s
    return rides


@MANY
@given(rides=seoul_days(DAWNS, [60, 60, 60, 1_800, 1_801, 20_000]))
def test_seoul_by_day(rides: list[seoul_rules.Ride]) -> None:
    assert seoul_charges(rides) == seoul_rules.charges(rides)


@MANY
@given(rides=seoul_days(NIGHTS, [1_800, 1_801, 3_600, 3_601]))
def test_seoul_when_the_night_begins_and_ends(rides: list[seoul_rules.Ride]) -> None:
    assert seoul_charges(rides) == seoul_rules.charges(rides)


def seoul_charges(rides: list[seoul_rules.Ride]) -> list[int | None]:
    """What the pack charges for each leg."""
    return Holder("seoul", "2026-01-01", "adult", "tmoney").charges(map(seoul_leg, rides))


def seoul_leg(ride: seoul_rules.Ride) -> Leg:
    """The ride as a case writes it."""
    leg = {
        "service": ride.service,
        "in": text(SEOUL_WEDNESDAY, ride.in_s),
        "group": ride.riders,
        "distance_m": ride.metres,
    }
    leg |= {"from": ride.station_in, "to": ride.station_out} if ride.service == "rail" else {"route": ride.route}
    return leg if ride.out_s is None else leg | {"out": text(SEOUL_WEDNESDAY, ride.out_s)}


@st.composite
def bogota_days(draw: Draw) -> tuple[bogota_rules.Card, list[bogota_rules.Ride]]:
    """Boardings about the 125 minutes, the day cut, the last peso and the last entry."""
    at_s, rides = seconds(draw(st.sampled_from(["02:59:59", "03:00:00", "07:00:00", "22:00:00"]))), []
    for _ in range(draw(st.integers(1, 9))):
        service = draw(st.sampled_from(["zonal", "zonal", "trunk", "cable"]))
        number = draw(st.sampled_from("12")) if service == "zonal" else ""
        load = draw(st.sampled_from([0, 0, 0, 3_550_00, 7_100_00, 10_000_00]))
        rides.append(bogota_rules.Ride(service, number, number and draw(st.sampled_from("ab")), at_s, load))
        at_s += draw(st.sampled_from([20, 20, 1_800, 1_800, 3_750, 7_499, 7_500, 7_501, 40_000]))
    balance = draw(st.sampled_from([0, 1_200_00, 3_549_99, 3_550_00, 100_000_00]))
    return bogota_rules.Card(draw(st.booleans()), balance, draw(st.sampled_from([0, 0, 2, 65]))), rides


@MANY
@given(day=bogota_days())
def test_bogota(day: tuple[bogota_rules.Card, list[bogota_rules.Ride]]) -> None:
    card, rides = day
    before: dict[str, Any] = {"balance": card.balance, "attributes": ["personalised"] if card.named else []}
    if card.entries:
        before |= {"product": "transmipass", "pass_entries": card.entries}
    holder = Holder("bogota", "2026-02-01", "adult", "tullave", before)
    assert [holder.ride(bogota_leg(ride)) for ride in rides] == bogota_rules.charges(card, rides)


def bogota_leg(ride: bogota_rules.Ride) -> Leg:
    """The boarding as a case writes it."""
    leg = {"service": ride.service, "in": text(BOGOTA_TUESDAY, ride.at_s), "top_up": ride.load}
    return leg | ({"route": ride.route, "vehicle": ride.vehicle} if ride.route else {})


@st.composite
def ulaanbaatar_days(draw: Draw) -> list[ulaanbaatar_rules.Ride]:
    """Boardings about the day cut and the fifth of a day, the second half of them at Naadam."""
    at_s, rides = seconds(draw(st.sampled_from(["03:00:00", "04:00:00", "08:00:00", "27:59:59"]))), []
    for _ in range(draw(st.integers(1, 9))):
        service = draw(st.sampled_from(["city", "city", "trolley", "night", "shuttle", "airport"]))
        rides.append(
            ulaanbaatar_rules.Ride(service, at_s, bool(draw(st.integers(0, 5))), draw(st.sampled_from([1, 1, 1, 2])))
        )
        at_s += draw(st.sampled_from([600, 3_599, 3_600, 3_601, 18_000, 54_000]))
    return rides


@MANY
@given(rides=ulaanbaatar_days(), medium=st.sampled_from(["umoney", "ubcard"]))
def test_ulaanbaatar(rides: list[ulaanbaatar_rules.Ride], medium: str) -> None:
    told = Holder("ulaanbaatar", "2025-02-01", "adult", medium).charges(map(ulaanbaatar_leg, rides))
    assert told == ulaanbaatar_rules.charges(medium, rides, festival_days=(1, 2))


def ulaanbaatar_leg(ride: ulaanbaatar_rules.Ride) -> Leg:
    """The boarding as a case writes it; whoever taps out does so five minutes later."""
    leg = {"service": ride.service, "in": text(FESTIVAL_EVE, ride.at_s), "group": ride.riders}
    return leg | {"out": text(FESTIVAL_EVE, ride.at_s + 300)} if ride.taps_out else leg


def seconds(clock: str) -> int:
    """Seconds after midnight."""
    hours, minutes, rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + rest
