"""Beijing against fares worked out a second time, from the published rules alone, on days that love their edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, text
from oracles import beijing as rules

CITY = "beijing"
FRIDAY = datetime(2026, 1, 30)  # noqa: DTZ001

WALKS = [
    [("xierqi", "dazhongsi_13", 10_464), ("dazhongsi_12", "anhuaqiao", 4_528)],
    [("wudaokou", "dazhongsi_13", 3_035), ("dazhongsi_12", "beitaipingzhuang", 2_276)],
    [("guomao", "fuxingmen", 8_761), ("taipingqiao", "caoqiao", 7_780)],
    [("tuqiao", "fuxingmen", 29_892), ("taipingqiao", "caoqiao", 7_780)],
    [("pingguoyuan", "muxidi", 15_161), ("muxidi_16", "national_library", 4_170)],
    [("xidan", "fuxingmen", 1_596), ("taipingqiao", "niujie", 2_140)],
    [("daguanying", "guanganmennei", 1_875), ("niujie", "xingong", 10_218)],
    [("guanganmennei", "beijing_west", 3_544), ("niujie", "caoqiao", 5_640)],  # no walk: out where no pair is
]
WHOLE_M = {
    ("xierqi", "anhuaqiao"): 14_625,
    ("wudaokou", "beitaipingzhuang"): 4_944,
    ("guomao", "caoqiao"): 15_330,
    ("tuqiao", "caoqiao"): 36_461,
    ("pingguoyuan", "national_library"): 14_044,
    ("xidan", "niujie"): 3_736,
    ("daguanying", "xingong"): 12_093,
}
END_M = {
    "bus": {"huilongguan": 30_000, "zhongdonglu": 24_000, "laiguangying_bus": 15_000},
    "bus_suburban": {"guomao": 62_000, "baimiao": 31_000},
}
ROUTES = {"bus": ("b966", "guomao"), "bus_suburban": ("b817", "sanhe")}
METRES = st.sampled_from([0, 6_099, 6_100, 12_099, 12_100, 22_100, 32_099, 32_100, 52_100, 92_100])
BUS_METRES = st.sampled_from([0, 10_000, 10_001, 15_000, 15_001, 36_000])
CLOCKS = st.sampled_from([5 * 3600, 7 * 3600 - 1, 7 * 3600, 12 * 3600, 23 * 3600])
GAPS_S = st.sampled_from([60, 1_799, 1_800, 1_801, 30_000, 66_000, 86_399, 86_400])
STAYS_S = st.sampled_from([600, 600, 3_000, 14_400, 14_401])
LOADS = st.sampled_from([0, 0, 0, 0, 1_000, 5_000])


@st.composite
def histories(draw: st.DrawFn) -> tuple[rules.Card, list[rules.Ride]]:
    """Days over a month's end: walks between gates, early mornings, long stays, forgotten tap-outs, nearly empty purses."""
    rider = draw(st.sampled_from(["adult", "adult", "student", "senior"]))
    medium = "yikatong" if rider != "adult" else draw(st.sampled_from(["yikatong", "qr"]))
    days = draw(st.sampled_from([0, 0, 1, 3])) if medium == "qr" else 0
    # A senior's card with too little for others waits for a purse that knows the medium.
    balance = draw(
        st.sampled_from([99_000, 99_001] if rider == "senior" else [99, 100, 299, 300, 1_000, 99_000, 99_001])
    )
    spent = draw(st.sampled_from([0, 9_400, 9_700, 9_999, 10_000, 14_600, 39_700, 40_000]))
    at_s, rides = draw(CLOCKS) + 86_400 * draw(st.integers(0, 1)), list[rules.Ride]()
    for _ in range(draw(st.integers(1, 6))):
        service = draw(st.sampled_from(["walk", "walk", "rail", "rail", "bus", "bus_suburban", "airport_express"]))
        if service == "walk":
            (a, b, first_m), (c, d, then_m) = draw(st.sampled_from(WALKS))
            rides.append(rules.Ride("rail", at_s, at_s + 1_200, first_m, 0, a, b, draw(LOADS)))
            at_s += 1_200 + draw(st.sampled_from([600, 1_799, 1_800, 1_801]))
            rides.append(rules.Ride("rail", at_s, at_s + 600, then_m, 0, c, d, 0))
            at_s += 600
        else:
            out_s = at_s + draw(STAYS_S)
            forgets = draw(st.integers(0, 4)) == 0 and service != "airport_express"
            metres = draw(METRES if service == "rail" else BUS_METRES)
            known = END_M.get(service, {}) if service != "rail" else [*sorted(rules.LOW_PEAK), "xidan"]
            station = draw(st.sampled_from(sorted(known))) if known else ""
            end_m, last = END_M.get(service, {}).get(station, 0), None if forgets else out_s
            rides.append(rules.Ride(service, at_s, last, metres, end_m, station, station, draw(LOADS)))
            at_s = out_s
        at_s += draw(GAPS_S)
    return rules.Card(rider, medium, balance, spent, days), rides


@settings(max_examples=200, deadline=None)  # the first example compiles the tariff
@given(history=histories())
def test_beijing(history: tuple[rules.Card, list[rules.Ride]]) -> None:
    card, rides = history
    assert ridden(card, [leg_of(ride) for ride in rides]) == rules.charges(card, rides, WHOLE_M)


def leg_of(ride: rules.Ride) -> Mapping[str, Any]:
    """The ride as a case writes it."""
    leg: dict[str, Any] = {"service": ride.service, "in": text(FRIDAY, ride.in_s), "top_up": ride.load}
    if ride.service in ROUTES:
        leg |= dict(zip(("route", "towards"), ROUTES[ride.service], strict=True))
    if ride.service == "airport_express":
        leg |= {"from": "airport_t3", "to": "dongzhimen_cae"}
    elif ride.station_in != ride.station_out:
        leg |= {"from": ride.station_in, "to": ride.station_out}
    else:
        leg |= {"distance_m": ride.metres} | ({"from": ride.station_in} if ride.station_in else {})
    return leg if ride.out_s is None else leg | {"out": text(FRIDAY, ride.out_s)}


def ridden(start: rules.Card, legs: Iterable[Mapping[str, Any]]) -> list[tuple[int | None, int]]:
    """For each leg the charge, None if the reader stayed shut, and the purse afterwards."""
    before: dict[str, Any] = {"balance": start.balance, "spent": {"monthly": start.spent}, "attributes": ["deposit"]}
    before |= {"on": f"{FRIDAY:%Y-%m-%d}"} | ({"product": f"days{start.days}"} if start.days else {})
    holder = Holder(CITY, "2026-01-15", start.rider, start.medium, before)
    return [holder.ride(leg) for leg in legs]
