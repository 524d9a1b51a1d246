"""Passes: how long, at which hours, how far, for how much of a ride, and which comes after which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from clerk import fares, flat, tariff
from town import TOWN, Version

from afc.fares.compile import compile_rates
from afc.fares.history import Interpreted, issue_card
from afc.fares.rides import Rides
from afc.fares.state import Refusal


def sold(*rows: dict[str, Any], **more: Any) -> Version:
    """Rides at 300, and passes p, q, ... for the bus and the railway."""
    ids = [{"id": name, "price": 1, "services": ["bus", "rail"], "start": "first_use"} for name in "pqr"]
    products = [first | ({} if "hours" in row else {"days": 30}) | row for first, row in zip(ids, rows, strict=False)]
    return tariff(fare=flat(300, "bus", "rail", "red"), product=products) | more


@pytest.mark.parametrize(
    ("row", "last", "first_not"),
    [
        ({"hours": 1}, "2026-03-03 21:29:59", "2026-03-03 21:30:00"),
        ({"hours": 24}, "2026-03-04 20:29:59", "2026-03-04 20:30:00"),
        ({"days": 2}, "2026-03-05 20:29:59", "2026-03-05 20:30:00"),
        ({"days": 1, "ends": "service_day"}, "2026-03-04 03:59:59", "2026-03-04 04:00:00"),
        ({"days": 2, "ends": "service_day"}, "2026-03-05 03:59:59", "2026-03-05 04:00:00"),
    ],
)
def test_a_pass_lasts_from_its_first_use_to_its_last_second(row: dict[str, Any], last: str, first_not: str) -> None:
    """First used on Tuesday at 20:30; days of service end at the cut at four."""
    first = "2026-03-03 20:30:00 bus 20:40"
    assert fares(sold(row), f"{first}\n{last} bus 22:00", product="p") == [0, 0]
    assert fares(sold(row), f"{first}\n{first_not} bus 22:00", product="p") == [0, 300]


@pytest.mark.parametrize(
    ("boarding", "paid"),
    [("2026-03-03 08:59:59", 300), ("2026-03-03 09:00:00", 0), ("2026-03-03 14:59:59", 0), ("2026-03-03 15:00:00", 300),
     ("2026-03-04 02:00:00", 0), ("2026-03-07 10:00:00", 300)],
)  # fmt: skip
def test_some_are_good_at_some_hours_of_some_days(boarding: str, paid: int) -> None:
    """Off the peaks and by night on weekdays; two at night on Wednesday is Tuesday's service, Saturday has no hours."""
    row = {"when": {"weekday": ["09:00-15:00", "23:00-05:00"]}}
    assert fares(sold(row), f"{boarding} bus 16:00", product="p") == [paid]
    refused = fares(sold(row | {"fallback": "refuse"}), f"{boarding} bus 16:00", product="p")
    assert refused == ["PASS_NOT_VALID" if paid else 0]


def test_who_lacks_the_attribute_pays_from_the_purse() -> None:
    version = sold({"needs_attribute": "personalised"})
    assert fares(version, "2026-03-03 08:00 bus 08:10", product="p") == [300]
    assert fares(version, "2026-03-03 08:00 bus 08:10", product="p", attributes=["personalised"]) == [0]


def test_a_ride_that_leaves_the_zones_of_the_pass_pays_all_of_itself() -> None:
    """Good for the hills: hill and bridge count as hills; the mill is beyond. A fine comes on top where there is one."""
    rides = "2026-03-03 08:00 bus market>bridge 08:10\n09:00 bus market>mill 09:10"
    assert fares(sold({"zones": ["hills"]}), rides, product="p") == [0, 300]
    assert fares(sold({"zones": ["hills"], "outside": 5_000}), rides, product="p") == [0, 5_300]


def test_nor_does_it_cost_an_entry() -> None:
    """Two entries: the ride that leaves the zones gives its own back."""
    row = {"zones": ["hills"], "entries": 2}
    rides = "\n".join(f"2026-03-03 {at}" for at in (
        "08:00 bus market>hill 08:10", "09:00 bus market>mill 09:10",
        "10:00 bus market>hill 10:10", "11:00 bus market>hill 11:10",
    ))  # fmt: skip
    assert fares(sold(row), rides, product="p") == [0, 300, 0, 300]


def test_a_pass_for_so_many_stations_counts_both_ends() -> None:
    """Three stations: harbour, market, hill."""
    rides = "2026-03-03 08:00 rail harbour>hill 08:10\n09:00 rail harbour>bridge 09:10"
    assert fares(sold({"stations_max": 3}), rides, product="p") == [0, 300]


def test_modifiers_hold_for_a_ride_that_the_pass_does_not_reach() -> None:
    less = [{"id": "less", "percent": -50, "when": {"weekday": ["07:00-09:00"]}}]
    ride = "2026-03-03 08:00 rail harbour>bridge 10:10"
    assert fares(sold({"stations_max": 3}, modifier=less), ride, product="p") == [150]


def test_some_passes_leave_the_surcharge_of_sections_to_the_rider() -> None:
    sections = {"amounts": [{"uses": ["far"], "adult": 80, "child": 40}]}
    ride = "2026-03-03 08:00 rail mill>cape 08:10"
    assert fares(sold({}, sections=sections), ride, product="p") == [0]
    assert fares(sold({"pays_sections": False}, sections=sections), ride, product="p") == [80]
    assert fares(sold({"pays_sections": False}, sections=sections), ride) == [380]


def test_some_pay_the_tables_of_a_section_alone() -> None:
    """Near costs 200, far 150; the pass is good for near."""
    rows = [{"services": ["rail"], "by": "hops", "within": name, "upto": [0], "price": [0, price]}
            for name, price in (("near", 200), ("far", 150))]  # fmt: skip
    version = sold({"pays_within": ["near"]}) | {"fare": rows}
    rides = "2026-03-03 08:00 rail harbour>hill 08:10\n09:00 rail hill>mill 09:10\n10:00 rail park>cape 10:10"
    assert fares(version, rides, product="p") == [0, 150, 150]
    assert fares(version, rides) == [200, 350, 150]


def test_a_missing_tap_out_is_the_passs_own_unless_it_is_told_not_to_pay() -> None:
    missing, rides = {"missing_tap_out": {"fare": {"bus": 500}}}, "2026-03-03 08:00 bus\n09:00 bus 09:10"
    assert fares(sold({}, **missing), rides, product="p") == [0, 0]
    assert fares(sold({"pays_missing": False}, **missing), rides, product="p") == [0, 500]


def test_an_entry_may_be_good_for_a_whole_journey() -> None:
    """Half an hour of changing on one entry; the change an hour later burns the second, and then the purse pays."""
    journey = {"services": ["bus", "rail"], "pricing": "matrix", "window_from": "first_boarding", "window_s": 1_800,
               "transfers_max": 9}  # fmt: skip
    transfer = [{"from": ["bus", "rail"], "to": ["bus", "rail"], "price": 0}]
    version = sold({"entries": 2, "transfers": True}, journey=journey, transfer=transfer)
    rides = "\n".join(
        ["2026-03-03 08:00 bus 08:10", "08:20 rail 08:25", "08:30 bus 08:40", "08:31 bus/1 08:45", "12:00 bus 12:10"]
    )
    assert fares(version, rides, product="p") == [0, 0, 0, 0, 300]
    assert fares(sold({"entries": 2}), rides, product="p") == [0, 0, 300, 300, 300]


def test_over_is_over() -> None:
    """Days or entries used up, and a pass whose holder may not pay from the purse instead."""
    rides = "2026-03-03 08:00 bus 08:10\n2026-04-02 07:59 bus 08:10\n2026-04-02 08:20 bus 08:30"
    assert fares(sold({"fallback": "refuse"}), rides, product="p") == [0, 0, "PASS_NOT_VALID"]
    assert fares(sold({"fallback": "refuse", "entries": 1}), rides, product="p") == [
        0,
        "PASS_NOT_VALID",
        "PASS_NOT_VALID",
    ]
    assert fares(sold({"entries": 1}), "2026-03-03 08:00 red 08:10", product="p") == [300], (
        "the red bus is none of its business"
    )


def test_the_pass_that_waits_begins_when_the_one_before_is_over() -> None:
    """An hour, then a day from its own first use."""
    version = sold({"hours": 1, "queue": True}, {"hours": 24, "queue": True})
    rides = "2026-03-03 08:00 bus 08:10\n09:00 bus 09:10\n2026-03-04 08:59 bus 09:10\n2026-03-04 09:00 bus 09:10"
    assert fares(version, rides, product="p", next_product="q") == [0, 0, 0, 300]


def test_a_second_pass_waits_and_a_third_is_refused() -> None:
    version = sold({"queue": True, "entries": 1}, {"queue": True, "entries": 1})
    card = Interpreted(issue_card(TOWN, version, "adult", "card", {}), compile_rates(TOWN, version, 0))
    ride = Rides(TOWN).ride({"service": "bus", "in": "2026-03-03 08:00"}).tap_in
    answers = [card.tap(sale(ride, product)).refusal for product in (1, 2, 1)]
    assert answers == [None, None, Refusal.NO_ROOM_FOR_PASS]
    assert [card.tap(ride).minor for _ in range(2)] == [0, 0], "one entry of each"
    assert card.tap(sale(ride, 1)).refusal is None, "both are used up: there is room again"


def sale(ride: np.ndarray, product: int) -> np.ndarray:
    """A pass bought at the moment of a boarding."""
    event = ride.copy()
    event["kind"], event["product"], event["amount"] = 4, product, 1
    return event


def test_a_pass_that_does_not_wait_takes_the_place_of_the_old_one() -> None:
    version = sold({"entries": 1}, {"entries": 1})
    card = Interpreted(issue_card(TOWN, version, "adult", "card", {"product": "p"}), compile_rates(TOWN, version, 0))
    ride = Rides(TOWN).ride({"service": "bus", "in": "2026-03-03 08:00", "out": "08:10"})
    assert ride.tap_out is not None
    card.tap(sale(ride.tap_in, 2))
    assert [card.tap(event).minor for event in (ride.tap_in, ride.tap_out, ride.tap_in, ride.tap_out)] == [0, 0, 0, 300]


def test_a_pass_by_date_runs_from_its_sale() -> None:
    """Two service days, the day of the sale counted: sold on Tuesday at eight it is over on Thursday at four."""
    rides = Rides(TOWN)
    moments = [
        rides.ride({"service": "bus", "in": f"2026-03-{at}"}).tap_in for at in ("03 08:00", "05 03:59:59", "05 04:00")
    ]
    for start, paid in (("date", 300), ("first_use", 0)):
        version = sold({"days": 2, "start": start}, base={"bus": {"adult": 300, "child": 300}}) | {"fare": []}
        card = Interpreted(issue_card(TOWN, version, "adult", "card", {}), compile_rates(TOWN, version, 0))
        card.tap(sale(moments[0], 1))
        assert [card.tap(event).minor for event in moments[1:]] == [0, paid]
