"""What is paid for rides that riders do not pay, what those who serve the system keep, and when passes are earned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from agreements import AGENT, BUS, METRO, POOLED, paid, sums, total
from office import WEDNESDAY

from clearing.netting import balances
from clearing.remuneration import Past


def test_a_free_ride_is_made_good_to_whoever_gave_it():
    """Seniors ride free; the city pays 265.00 for each of their boardings and none for adults."""
    row = {"categories": ("senior", "disabled"), "per_boarding": 265_00, "payer": "city"}
    free = [total("free", BUS, quantity=100, category=1), total("free", METRO, quantity=10, category=2)]
    free.append(total("free", BUS, quantity=7, category=0))
    made = paid(free, concession=[row])
    assert balances(made) == {
        "payable:bus": -26_500_00,
        "payable:metro": -2_650_00,
        "receivable:city:concession": 29_150_00,
    }
    assert [entry.quantity for entry in made] == [100, 10]
    assert "pool" in sums(free, chart=POOLED, concession=[row])


def test_what_seniors_pay_less_than_the_notional_fare_is_the_citys():
    """Ten boardings at a notional 1,400 are 14,000; the seniors paid 3,000 for them. Rail is another agreement."""
    row = {"of": "notional", "categories": ("senior",), "per_boarding": 1_400, "services": ("city",), "payer": "city"}
    day = [total("boarding", quantity=10, category=1), total("share", minor=3_000, category=1)]
    day += [total("boarding", METRO, quantity=4, category=1, service=1), total("boarding", quantity=90)]
    assert sums(day, concession=[row]) == {"payable:bus": -11_000, "receivable:city:concession": 11_000}


def test_nobody_pays_back_who_paid_more_than_the_notional_fare():
    row = {"of": "notional", "categories": ("senior",), "per_boarding": 100, "payer": "city"}
    assert paid([total("boarding", category=1), total("share", minor=300, category=1)], concession=[row]) == []


def test_a_loaded_quota_is_paid_whether_or_not_it_is_ridden():
    """Three students loaded the month: the city pays 20,000 for each to whoever answers for the product."""
    row = {"of": "loaded", "product": "month", "per_loaded": 20_000, "to": "house", "payer": "city"}
    day = [total("sale", AGENT, 3_000, quantity=3, product=1), total("sale", AGENT, 500, quantity=1, product=0)]
    assert sums(day, concession=[row]) == {"payable:house": -60_000, "receivable:city:concession": 60_000}


def fee(of: str, payer: str, **more: Any) -> dict[str, Any]:
    return {"party": "house", "of": of, "payer": payer, **({} if "each" in more else {"bp": 500}), **more}


DAY = [
    total("share", BUS, 900),
    total("collected", BUS, 99),
    total("share", METRO, 501, medium=1, service=1),
    total("load", AGENT, 10_000, quantity=8),
    total("sale", AGENT, 4_000, quantity=2, product=1),
    total("boarding", BUS, quantity=3),
    total("boarding", METRO, quantity=2, medium=1, service=1),
]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (fee("fares", "operators"), {"fees:house": -74, "payable:bus": 49, "payable:metro": 25}),
        (fee("fares", "pool"), {"fees:house": -75, "pool": 0, "receivable:city:shortfall": 75}),
        (fee("fares", "city"), {"fees:house": -75, "receivable:city:fees": 75}),
        (fee("top_ups", "issuer", bp=200), {"fees:house": -200, "receivable:issuer:fees": 200}),
        (fee("top_ups", "operators", bp=200), {"fees:house": -200, "payable:bus": 133, "payable:metro": 67}),
        (fee("top_ups", "agent", each=3), {"fees:house": -24, "receivable:agent:fees": 24}),
        (fee("sales", "issuer", bp=1_000), {"fees:house": -400, "receivable:issuer:fees": 400}),
        # The acquirer of phones has 5 % of what was paid by phone; the metro's reader maker 7 a boarding.
        (fee("fares", "operators", media=("phone",)), {"fees:house": -25, "payable:metro": 25}),
        (fee("fares", "operators", services=("rail",), each=7), {"fees:house": -14, "payable:metro": 14}),
    ],
)
def test_fees_burden_whoever_the_contract_names(row, expected):
    """Fares earned: bus 999, metro 501; loaded 10,000. Each payer's fee is rounded down once."""
    pool = {"pool": {"trust": "house", "shortfall": "city", "surplus": "city"}} if row["payer"] == "pool" else {}
    assert sums(DAY, fee=[row], **pool) == expected


def test_a_fee_on_loads_without_fares_waits_for_a_person():
    """On a strike day nobody earned fares, so there is no proportion in which operators could pay."""
    assert sums([total("load", AGENT, 10_000)], fee=[fee("top_ups", "operators")]) == {
        "fees:house": -500, "suspense:fees": 500,
    }  # fmt: skip


MONTH = {"product": "month", "per_boarding": 1_000, "after_days": 30, "rest": "operators"}


def pass_rides(bus: int, metro: int = 0) -> list[Any]:
    return [total("boarding", BUS, quantity=bus, product=1), total("boarding", METRO, quantity=metro, product=1)]


def test_a_pass_is_earned_ride_by_ride():
    """A pass of 62,000 was sold today and ridden twice by bus and once by metro: 3,000 are earned, the rest waits."""
    day = [total("sale", AGENT, 62_000, product=1), *pass_rides(2, 1)]
    assert sums(day, pass_use=[MONTH]) == {
        "deferred:house:month": 3_000, "payable:bus": -2_000, "payable:metro": -1_000,
    }  # fmt: skip


def test_no_more_is_earned_than_was_sold():
    """2,500 are left of what was sold for three rides at 1,000: two thirds for the bus, rounded to the largest remainder."""
    past = Past({"month": [(WEDNESDAY - timedelta(days=3), 62_000, 59_500)]})
    assert sums(pass_rides(2, 1), past=past, pass_use=[MONTH]) == {
        "deferred:house:month": 2_500, "payable:bus": -1_667, "payable:metro": -833,
    }  # fmt: skip


@pytest.mark.parametrize(("days_ago", "rest"), [(29, 0), (30, 18_000)])
def test_what_is_left_of_a_pass_is_earned_when_its_days_are_over(days_ago, rest):
    """Sold for 62,000, earned 42,000 so far and 2,000 today: 18,000 lapse on the thirtieth day, to those who ride today."""
    past = Past(
        {"month": [(WEDNESDAY - timedelta(days=days_ago), 62_000, 0), (WEDNESDAY - timedelta(days=1), 0, 42_000)]}
    )
    assert sums(pass_rides(2), past=past, pass_use=[MONTH])["payable:bus"] == -2_000 - rest


def test_the_oldest_pass_is_used_first():
    """Two passes were sold; 42,000 were earned, so the older one has 20,000 left to lapse and the newer one is whole."""
    past = Past(
        {"month": [(WEDNESDAY - timedelta(days=40), 62_000, 0), (WEDNESDAY - timedelta(days=2), 62_000, 42_000)]}
    )
    made = paid([], past=past, pass_use=[{**MONTH, "rest": "issuer"}])
    assert balances(made) == {"deferred:house:month": 20_000, "payable:issuer": -20_000}


def test_what_is_left_waits_for_a_day_with_riders():
    """A strike on the thirtieth day: nobody is there to have it, and it is not lost."""
    past = Past({"month": [(WEDNESDAY - timedelta(days=30), 62_000, 0)]})
    assert paid([], past=past, pass_use=[MONTH]) == []
