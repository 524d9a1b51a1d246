"""Quotas and passes on the card, where a generated day would seldom look."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from town import SERVICES, TOWN, Version

from afc.fares.compile import compile_rates
from afc.fares.history import Answer, Interpreted, issue_card
from afc.fares.rides import Rides
from afc.fares.state import Refusal


def tariff(**rows: Any) -> Version:
    """A thousand for every boarding."""
    base = {service: {"adult": 1000, "child": 1000} for service in SERVICES}
    return {"id": "v", "from": date(2026, 1, 1), "source": "made up", "base": base} | rows


def taps(version: Version, *rides: dict[str, Any], **before: Any) -> list[Answer]:
    """Every tap of an adult's rides."""
    card = Interpreted(issue_card(TOWN, version, "adult", "card", before), compile_rates(TOWN, version, 0))
    rows = map(Rides(TOWN).ride, rides)
    return [card.tap(event) for ride in rows for event in (ride.tap_in, ride.tap_out) if event is not None]


def charges(version: Version, *rides: dict[str, Any], **before: Any) -> list[int]:
    return [told.minor for told in taps(version, *rides, **before)]


@pytest.mark.parametrize(
    ("day_types", "paid"),
    [
        (["weekday"], [0, 0, 1000, 1000]),
        (["school_day"], [0, 1000, 1000, 1000]),
        (["school_day", "sunday"], [0, 1000, 0, 0]),
        (None, [0, 0, 0, 0]),
    ],
)
def test_a_quota_holds_on_any_of_its_days(day_types: list[str] | None, paid: list[int]) -> None:
    """A Tuesday in term, one in the vacation, a Saturday, Founding Day."""
    quota: Version = {"id": "q", "categories": ["adult"], "rides": 9, "price": {"bus": 0}, "payer": "town"}
    version = tariff(quota=[quota | ({"day_types": day_types} if day_types else {})])
    days = ["2026-03-03", "2026-06-23", "2026-03-07", "2026-03-02"]
    assert [charges(version, {"service": "bus", "in": f"{day} 08:00"})[0] for day in days] == paid


FREE = tariff(
    free_day=[{"date": date(2026, 3, 4), "services": ["red"], "source": "made up"}],
    distance={"red": {"bands": [{"from_m": 0, "step_m": 1_000, "adult": 100, "child": 100}]}},
    missing_tap_out={"surcharge": {"red": 700}},
)  # fmt: skip


def test_on_a_free_day_the_metres_are_free_too() -> None:
    """And the day after they are not."""
    ride = {"service": "red", "route": "1", "distance_m": 5_000}
    rides = [ride | {"in": f"2026-03-0{day} 08:00", "out": f"2026-03-0{day} 09:00"} for day in (4, 5)]
    assert charges(FREE, *rides) == [0, 0, 1000, 500]


def test_and_nobody_pays_for_not_tapping_out_of_a_free_ride() -> None:
    rides = [{"service": "red", "in": f"2026-03-0{day} 08:00"} for day in (4, 5, 6)]
    assert charges(FREE, *rides) == [0, 1000, 1000 + 700]


def test_a_section_costs_its_surcharge_where_no_journeys_are_made() -> None:
    """Without transfers, and with transfers at fixed prices, the expensive tunnel is as expensive."""
    sections = {"amounts": [{"uses": ["near"], "adult": 300, "child": 300}]}
    matrix = {"services": ["bus"], "pricing": "matrix", "window_from": "service_day", "transfers_max": 1}
    fixed = {"transfer": [{"from": ["bus"], "to": ["bus"], "price": 0}], "journey": matrix}
    for version in (tariff(sections=sections), tariff(sections=sections, **fixed)):
        card = Interpreted(issue_card(TOWN, version, "adult", "card", {}), compile_rates(TOWN, version, 0))
        ride = Rides(TOWN).ride({"service": "rail", "in": "2026-03-04 08:00", "out": "09:00"})
        assert ride.tap_out is not None
        ride.tap_out["sections"] = 1 << TOWN.network.section_ids.index("near")
        assert [card.tap(ride.tap_in).minor, card.tap(ride.tap_out).minor] == [1000, 300]


def test_coming_back_through_the_gate_with_more_people_is_no_return() -> None:
    """Two friends joined outside: all three pay, for their own ride."""
    journey = {
        "services": ["rail"],
        "pricing": "integrated",
        "window_from": "tap_out",
        "window_s": 1800,
        "transfers_max": 4,
    }
    version = tariff(journey=journey | {"reentry": {"service": "rail", "within_s": 900, "per_journey": 1}})
    first = {"service": "rail", "in": "2026-03-04 08:00", "out": "08:10"}
    assert charges(version, first, {"service": "rail", "in": "08:20", "out": "08:30"}) == [1000, 0, 0, 0]
    assert charges(version, first, {"service": "rail", "in": "08:20", "out": "08:30", "group": 3}) == [1000, 0, 3000, 0]


def test_a_pass_that_rests_wakes_on_time_whatever_was_ridden_between() -> None:
    """Suspended for a day from the second forgotten tap-out, on a bus; the ferry, which it does not cover, is paid."""
    product = {"id": "p", "price": 1, "days": 30, "start": "first_use", "services": ["bus"], "fallback": "refuse",
               "suspend_after_missing": 2, "suspend_s": 86_400}  # fmt: skip
    rides = [("bus", "04 08:00"), ("bus", "04 18:00"), ("ferry", "04 20:00"), ("bus", "05 17:59"), ("bus", "05 18:00")]
    legs = [{"service": service, "in": f"2026-03-{moment}"} for service, moment in rides]
    told = taps(tariff(product=[product]), *legs, product="p")
    assert [answer.refusal for answer in told] == [None, None, None, Refusal.SUSPENDED, None]
    assert [answer.minor for answer in told] == [0, 0, 1000, 0, 0]


def test_a_reader_whose_clock_is_behind_does_not_suspend_a_pass() -> None:
    """First used at 08:00 by one clock, a minute later at 07:59 by another."""
    product = {
        "id": "p",
        "price": 1,
        "days": 30,
        "start": "first_use",
        "services": ["bus"],
        "suspend_after_missing": 2,
        "suspend_s": 86_400,
    }
    legs = [{"service": "bus", "in": f"2026-03-04 {at}"} for at in ("08:00", "07:59")]
    assert charges(tariff(product=[product]), *legs, product="p") == [0, 0]


def test_a_new_pass_is_not_suspended_for_the_sins_of_the_old_one() -> None:
    """Selling one clears the count."""
    product = {
        "id": "p",
        "price": 1,
        "days": 30,
        "start": "first_use",
        "services": ["bus"],
        "suspend_after_missing": 1,
        "suspend_s": 86_400,
    }
    version = tariff(product=[product])
    card = Interpreted(issue_card(TOWN, version, "adult", "card", {"product": "p"}), compile_rates(TOWN, version, 0))
    rides = Rides(TOWN)
    taps_in = [rides.ride({"service": s, "in": f"2026-03-04 {at}"}).tap_in
               for s, at in (("bus", "08:00"), ("ferry", "09:00"), ("bus", "10:00"))]  # fmt: skip
    assert [card.tap(event).refusal for event in taps_in] == [None, None, Refusal.SUSPENDED]
    sale = taps_in[2].copy()
    sale["kind"], sale["product"], sale["amount"] = 4, 1, 1
    card.tap(sale)
    assert card.tap(taps_in[2]).refusal is None
