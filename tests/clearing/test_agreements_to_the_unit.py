"""Agreements at their edges: first and last days, the last minor unit, amounts of nothing, and what an entry is called."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from agreements import AGENT, BUS, METRO, POOLED, paid, sums, total
from office import CHART, WEDNESDAY

from clearing.netting import balances
from clearing.remuneration import Past

FEE = {"party": "house", "of": "fares", "bp": 500, "payer": "operators"}
FINE = {"parties": ("bus",), "of": "missed_trip", "each": 2_500, "to": "city"}
SENIORS = {"categories": ("senior", "disabled"), "per_boarding": 300, "payer": "city"}
STUDENTS = {"of": "loaded", "product": "month", "per_loaded": 20_000, "to": "house", "payer": "city"}
MONTH = {"product": "month", "per_boarding": 1_000, "after_days": 30, "rest": "operators"}
TOP_UPS = {"party": "house", "of": "top_ups", "bp": 500, "payer": "operators"}

ONE_OF_EACH = [
    total("share", minor=1_000),
    total("scheduled_trip", quantity=1),
    total("free", category=1),
    total("sale", AGENT, 62_000, product=1),
    total("boarding", product=1),
]


@pytest.mark.parametrize(
    ("table", "row"),
    [("fee", FEE), ("fine", FINE), ("concession", SENIORS), ("concession", STUDENTS), ("pass_use", MONTH)],
)
@pytest.mark.parametrize(("first", "last", "counts"), [(0, 0, True), (1, 9, False), (-9, -1, False)])
def test_each_agreement_has_its_days(table: str, row: dict[str, Any], first: int, last: int, counts: bool) -> None:
    """Before its first day and after its last nothing moves; both days are its own. The one beside it counts all the same."""
    dates = {"from": WEDNESDAY + timedelta(days=first), "until": WEDNESDAY + timedelta(days=last)}
    alone = paid(ONE_OF_EACH, **{table: [{**row, **dates}]})
    assert len(alone) == counts
    if table != "pass_use":
        assert len(paid(ONE_OF_EACH, **{table: [{**row, **dates}, row]})) == counts + 1


def test_an_entry_is_called_by_what_was_agreed() -> None:
    """A statement shows these words to whoever pays."""
    day = [*ONE_OF_EACH, total("boarding", category=1)]
    rows = [
        SENIORS,
        {**SENIORS, "of": "notional", "categories": ("senior",), "per_boarding": 1_400},
        STUDENTS,
    ]
    made = paid(day, concession=rows, fee=[FEE, {"party": "house", "of": "fares", "each": 7, "payer": "operators"}])
    assert sorted(entry.rule for entry in made) == [
        "concession month",
        "concession senior to the notional fare",
        "concession senior+disabled",
        "fee 500 bp of fares",
        "fee 7 for each of fares",
    ]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("fee", {"party": "house", "of": "fares", "each": 0, "payer": "operators"}),
        ("concession", {**SENIORS, "per_boarding": 0}),
        ("concession", {**STUDENTS, "per_loaded": 0}),
        ("contract", {"party": "bus", "kind": "gross_km", "per_km": 0, "payer": "city"}),
        ("contract", {"party": "bus", "kind": "gross_hour", "per_hour": 0, "payer": "city"}),
        ("contract", {"party": "bus", "kind": "gross_passenger", "per_boarding": 0, "payer": "city"}),
        ("contract", {"party": "bus", "kind": "net_cost", "per_day": 0, "payer": "city"}),
        ("contract", {"party": "bus", "kind": "guarantee", "per_day": 0, "payer": "city"}),
        ("contract", {"party": "city", "kind": "revenue_share", "share_bp": 0, "payer": "metro"}),
    ],
)
def test_what_is_agreed_to_cost_nothing_costs_nothing(table: str, row: dict[str, Any]) -> None:
    """In its trial year a service is free of charge. It is written into the contract, and not a unit moves for it."""
    day = [total("free", category=1, quantity=9), total("boarding", quantity=9), total("sale", AGENT, 9, 9, product=1)]
    day += [total("metres", quantity=90_000), total("service_s", quantity=36_000), total("share", METRO, 50_000)]
    assert paid(day, **{table: [row]}) == []


def test_a_guarantee_is_owed_in_full_to_who_earned_nothing() -> None:
    """The bus stood in a flood and has no fares: 1,000. Of the metro more was taken back than it earned: 1,005."""
    rows = [{"party": party, "kind": "guarantee", "per_day": 1_000, "payer": "city"} for party in ("bus", "metro")]
    owed = {"payable:bus": -1_000, "payable:metro": -1_005, "receivable:city:gap": 2_005}
    assert sums([total("share", METRO, -5)], contract=rows) == owed


def test_nobody_goes_below_a_guarantee_or_a_notional_fare_of_nothing() -> None:
    """Nothing was promised but not to lose: of 5 that were taken back, 5 are made good."""
    day = [total("share", minor=-5, category=1), total("boarding", category=1)]
    guarantee = {"party": "bus", "kind": "guarantee", "per_day": 0, "payer": "city"}
    assert sums(day, contract=[guarantee])["payable:bus"] == -5
    assert sums(day, concession=[{**SENIORS, "of": "notional", "per_boarding": 0}])["payable:bus"] == -5


def test_a_subsidy_counts_the_day_that_it_is_for() -> None:
    (entry,) = paid([], contract=[{"party": "bus", "kind": "net_cost", "per_day": 5_000, "payer": "city"}])
    assert (entry.quantity, balances([entry])["payable:bus"]) == (1, -5_000)


@pytest.mark.parametrize(
    ("bus", "metro", "expected"),
    [
        (1, 0, {"payable:bus": 500}),
        (3, 0, {"payable:bus": 500}),
        (3, 1, {"payable:bus": 375, "payable:metro": 125}),
        (0, 0, {"suspense:fees": 500}),
        (3, -1, {"suspense:fees": 500}),
    ],
)
def test_a_fee_on_loads_is_borne_by_fares_wherever_there_are_any(
    bus: int, metro: int, expected: dict[str, int]
) -> None:
    """5 % of 10,000 loaded. One unit of fares is a proportion, and so is nothing beside three; less than nothing is none."""
    day = [total("share", BUS, bus), total("share", METRO, metro), total("load", AGENT, 10_000)]
    assert sums(day, fee=[TOP_UPS]) == {"fees:house": -500, **expected}


@pytest.mark.parametrize(("metres", "fined"), [(6_001, 3), (6_000, 4), (10_000, 0)])
def test_only_whole_kilometres_are_fined(metres: int, fined: int) -> None:
    """Of 10 km promised, 3.999 km were not driven: three fines of 70. At 4 km it is four."""
    row = {"parties": ("bus",), "of": "missed_km", "each": 70, "to": "city"}
    made = paid([total("scheduled_metres", quantity=10_000), total("metres", quantity=metres)], fine=[row])
    assert balances(made).get("receivable:bus:fines", 0) == 70 * fined
    assert [entry.quantity for entry in made] == [fined] * bool(fined)


def test_a_product_of_another_tariff_brings_nothing() -> None:
    """The term ticket is sold from next year on. What is loaded and sold today, month or purse, is none of it."""
    day = [*ONE_OF_EACH, total("sale", AGENT, 500, product=0)]
    assert paid(day, concession=[{**STUDENTS, "product": "term"}], pass_use=[{**MONTH, "product": "term"}]) == []
    assert sums(day, chart=CHART._replace(products=("week", "month")), concession=[STUDENTS]) == {}


@pytest.mark.parametrize(("left", "earned"), [(0, 0), (1, 1), (999, 999), (1_000, 1_000), (1_001, 1_000)])
def test_a_ride_on_a_pass_earns_up_to_the_last_unit_of_it(left: int, earned: int) -> None:
    """A ride earns 1,000 while the pass has it. When nothing is left of it, nothing is earned."""
    past = Past({"month": [(WEDNESDAY - timedelta(days=3), 62_000, 62_000 - left)]})
    assert sums([total("boarding", product=1)], past=past, pass_use=[MONTH]).get("payable:bus", 0) == -earned


def test_rides_on_a_pass_come_into_the_pool_and_what_is_left_over_goes_to_its_owner() -> None:
    """Where fares are pooled, 2,000 for two rides are the pool's. The 58,000 that lapse are the issuer's, who has no rides."""
    past = Past({"month": [(WEDNESDAY - timedelta(days=30), 60_000, 0)]})
    rides = total("boarding", BUS, quantity=2, product=1)
    made = paid([rides], chart=POOLED, past=past, pass_use=[{**MONTH, "rest": "issuer"}])
    assert balances(made) == {"deferred:house:month": 60_000, "pool": -2_000, "payable:issuer": -58_000}
    assert [(entry.kind, entry.quantity) for entry in made] == [("pass_use", 2), ("pass_rest", 1)]
