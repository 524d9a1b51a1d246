"""What operators are paid for work and for risk, and what they lose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from agreements import BUS, CITY, METRO, POOLED, agreed, paid, sums, total
from office import WEDNESDAY
from pydantic import ValidationError

from clearing.netting import balances


def per_km(party: str, minor: int, payer: str = "city", **more: Any) -> dict[str, Any]:
    return {"party": party, "kind": "gross_km", "per_km": minor, "payer": payer, **more}


def test_the_city_funds_kilometres():
    """3,800.00 a kilometre: 200.5 km bring 761,900.00, whatever the fares brought."""
    (entry,) = paid([total("metres", quantity=200_500)], contract=[per_km("bus", 3_800_00)])
    assert balances([entry]) == {"receivable:city:gap": 761_900_00, "payable:bus": -761_900_00}
    assert (entry.kind, entry.rule, entry.quantity) == ("contract", "contract gross_km", 200_500)


def test_kilometres_are_added_before_they_are_rounded():
    """550 m and 450 m in two shards, at 10 a kilometre, are 10 and not 5 + 4."""
    halves = [total("metres", quantity=550, shard=0), total("metres", quantity=450, shard=1)]
    assert sums(halves, contract=[per_km("bus", 10)])["payable:bus"] == -10


def test_vehicles_and_boardings_are_paid_too_and_several_lines_add_up():
    """A contract with a fixed part a vehicle and a small part a rider."""
    rows = [
        {"party": "metro", "kind": "gross_vehicle", "per_vehicle_day": 800_000, "payer": "city"},
        {"party": "metro", "kind": "gross_passenger", "per_boarding": 10, "payer": "city"},
    ]
    done = [
        total("vehicle_day", METRO, quantity=3),
        total("boarding", METRO, quantity=5_000),
        total("boarding", quantity=9),
    ]
    assert sums(done, contract=rows) == {"payable:metro": -2_450_000, "receivable:city:gap": 2_450_000}


def test_no_work_no_entry():
    """A contract of an operator that stood still all day says nothing."""
    assert paid([total("metres", METRO, quantity=10)], contract=[per_km("bus", 3_800_00)]) == []


@pytest.mark.parametrize(
    ("row", "done", "expected"),
    [
        # 7 h 30 min of vehicle trips at 40.00 an hour.
        ({"kind": "gross_hour", "per_hour": 40_00}, total("service_s", quantity=27_000), 300_00),
        # 20 buses were ordered; 18 came, and are paid; or 23 came, and 20 are paid.
        ({"kind": "availability", "vehicles": 20, "per_vehicle_day": 900}, total("vehicle_day", quantity=18), 16_200),
        ({"kind": "availability", "vehicles": 20, "per_vehicle_day": 900}, total("vehicle_day", quantity=23), 18_000),
        # Net cost: the operator keeps its fares and has a subsidy of 5,000 a day beside them.
        ({"kind": "net_cost", "per_day": 5_000}, total("share", minor=777), 5_000),
        # Fares are made up to 1,000; where they are more, nothing is paid.
        ({"kind": "guarantee", "per_day": 1_000}, total("share", minor=777), 223),
        ({"kind": "guarantee", "per_day": 1_000}, total("share", minor=1_001), 0),
    ],
)
def test_each_kind_of_contract_pays_for_its_own_thing(row, done, expected):
    """What is not earned makes no entry at all."""
    assert sums([done], contract=[{"party": "bus", "payer": "city", **row}]).get("payable:bus", 0) == -expected


def test_an_operator_hands_on_a_share_of_its_fares():
    """The metro owes the city 12.5 % of the 999 that it earned: 124, rounded for the payer."""
    row = {"party": "city", "kind": "revenue_share", "share_bp": 1_250, "payer": "metro"}
    day = [total("share", METRO, 900), total("collected", METRO, 99), total("share", BUS, 5_000)]
    assert sums(day, contract=[row]) == {"payable:city": -124, "receivable:metro:share": 124}


def test_a_share_of_the_pool_is_a_share_of_all_its_fares():
    """4 % of 10,000 for who runs the system, before anything else is paid; the city has the rest."""
    row = {"party": "house", "kind": "revenue_share", "share_bp": 400, "payer": "pool"}
    day = [total("share", METRO, 6_000), total("share", BUS, 4_000)]
    pool = {"trust": "house", "shortfall": "city", "surplus": "city"}
    assert sums(day, chart=POOLED, contract=[row], pool=pool)["payable:house"] == -400


DIESEL = {"id": "diesel", "base": 10_000, "values": ({"from": date(2026, 1, 1), "value": 10_400},
                                                     {"from": date(2026, 4, 1), "value": 12_000})}  # fmt: skip
WAGES = {"id": "wages", "base": 500, "values": ({"from": date(2026, 3, 4), "value": 550},), "source": "s"}


def test_a_rate_follows_its_indices_from_their_dates():
    """30 % follows diesel (up 4 %), 50 % wages (up 10 % since today): 1.062 of the rate. April's diesel does not count yet."""
    row = per_km("bus", 1_000, index=({"id": "diesel", "weight_bp": 3_000}, {"id": "wages", "weight_bp": 5_000}))
    (entry,) = paid([total("metres", quantity=100_000)], contract=[row], index=[DIESEL, WAGES])
    assert balances([entry])["payable:bus"] == -106_200
    assert entry.rule == "contract gross_km indexed 531/500"


SCALE = {"id": "service", "of": "kilometres", "steps": ({"from_bp": 0, "pay_bp": 8_000}, {"from_bp": 9_500, "pay_bp": 9_800},
                                                       {"from_bp": 9_900, "pay_bp": 10_100})}  # fmt: skip


@pytest.mark.parametrize(("operated", "paid_bp"), [(94_999, 8_000), (95_000, 9_800), (98_999, 9_800), (99_000, 10_100)])
def test_pay_follows_what_was_operated_of_the_timetable(operated, paid_bp):
    """Of 100 km promised. The full pay and what quality made of it are two entries, so that each can be argued about."""
    day = [total("metres", quantity=operated), total("scheduled_metres", quantity=100_000)]
    full, quality = paid(day, contract=[per_km("bus", 1_000_000, performance="service")], performance=[SCALE])
    pay = operated * 1_000
    assert balances([full])["payable:bus"] == -pay
    assert balances([full, quality])["payable:bus"] == -(pay * paid_bp // 10_000)
    assert quality.kind == "performance"


def test_nobody_is_judged_by_a_timetable_that_was_not_there():
    """On a day without trips in the timetable a special service is paid in full."""
    made = paid(
        [total("metres", quantity=9_000)], contract=[per_km("bus", 1_000, performance="service")], performance=[SCALE]
    )
    assert balances(made)["payable:bus"] == -(9_000 * 10_100 // 10_000)


def test_missed_trips_are_fined_beyond_what_may_be_missed():
    """Of 400 trips 8 may fail; 11 did: three fines of 2,500 to the city. The metro ran everything and more."""
    row = {"parties": ("bus", "metro"), "of": "missed_trip", "each": 2_500, "free_bp": 200, "to": "city"}
    day = [total("scheduled_trip", quantity=400), total("trip", quantity=389)]
    day += [total("scheduled_trip", METRO, quantity=50), total("trip", METRO, quantity=51)]
    (entry,) = paid(day, fine=[row])
    assert balances([entry]) == {"payable:city": -7_500, "receivable:bus:fines": 7_500}
    assert entry.quantity == 3


@pytest.mark.parametrize(("first", "last", "counts"), [(0, 0, True), (1, 9, False), (-9, -1, False), (-9, 9, True)])
def test_an_agreement_counts_from_its_first_date_to_its_last(first, last, counts):
    """Both days included."""
    dates = {"from": WEDNESDAY + timedelta(days=first), "until": WEDNESDAY + timedelta(days=last)}
    assert bool(paid([total("metres", quantity=1_000)], contract=[per_km("bus", 7, **dates)])) is counts


@pytest.mark.parametrize(
    ("table", "row", "word"),
    [
        ("contract", {"party": "bus", "kind": "gross_hour", "payer": "city"}, "per_hour"),
        ("contract", {"party": "bus", "kind": "availability", "per_vehicle_day": 5, "payer": "city"}, "vehicles"),
        ("contract", per_km("bus", 5, vehicles=4), "vehicles"),
        ("contract", per_km("bus", 5, "pool"), "POOL_MISSING"),
        ("contract", per_km("bus", 5, performance="speed"), "UNKNOWN_SCALE"),
        ("contract", per_km("bus", 5, index=({"id": "rain", "weight_bp": 1},)), "UNKNOWN_INDEX"),
        ("contract", per_km("bus", 5, **{"from": date(2026, 2, 1), "until": date(2026, 1, 1)}), "DATES_REVERSED"),
        ("fine", {"parties": ("bus",), "of": "missed_trip", "each": 1, "to": "pool"}, "POOL_MISSING"),
        ("fee", {"party": "house", "of": "fares", "payer": "operators"}, "FEE_UNCLEAR"),
        ("fee", {"party": "house", "of": "fares", "bp": 1, "each": 1, "payer": "operators"}, "FEE_UNCLEAR"),
        ("concession", {"of": "loaded", "payer": "city", "product": "month", "per_loaded": 5}, "`to`"),
        ("concession", {"categories": ("senior",), "per_boarding": 1, "payer": "city", "to": "bus"}, "CONCESSION_UNCLEAR"),
    ],
)  # fmt: skip
def test_an_agreement_that_says_nothing_clear_is_refused(table, row, word):
    """A clerk is told which key is missing, and which means nothing here."""
    with pytest.raises(ValidationError) as refusal:
        agreed(**{table: [row]})
    assert word in str(refusal.value.errors()[0]["ctx"])


def test_what_nobody_agreed_on_moves_nothing():
    assert paid([total("metres", quantity=5), total("share", minor=5), total("trip", CITY)]) == []
