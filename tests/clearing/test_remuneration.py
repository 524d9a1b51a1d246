"""What is paid beside fares, or instead of them."""

from __future__ import annotations

import pytest
from office import CHART, WEDNESDAY

from afc.pack.schema_contracts import Concession, Contract, Fee, Pool
from clearing.netting import balances, positions
from clearing.postings import Basis, Total, post
from clearing.remuneration import concessions, contracts, fees, level_pool

BUS, METRO, HOUSE, ISSUER, AGENT, CITY = range(6)
BASIS = Basis(WEDNESDAY, "tariff", {0: bytes(32), 1: bytes(32)})
POOLED = CHART._replace(pooled=True)


def total(
    kind: str, operator: int = BUS, minor: int = 0, quantity: int = 1, category: int = 0, shard: int = 0
) -> Total:
    return Total(shard, kind, operator, 0, category, 0, quantity, minor)


def per_km(party: str, minor: int, payer: str = "city") -> Contract:
    return Contract(party=party, kind="gross_km", per_km=minor, payer=payer, source="contract of 2025")


def test_the_city_funds_kilometres():
    """3,800.00 a kilometre: 200.5 km bring 761,900.00, whatever the fares brought."""
    (entry,) = contracts([total("metres", quantity=200_500)], [per_km("bus", 3_800_00)], CHART, BASIS)
    assert balances([entry]) == {"receivable:city:gap": 761_900_00, "payable:bus": -761_900_00}
    assert (entry.kind, entry.rule, entry.quantity) == ("contract", "contract gross_km", 200_500)


def test_kilometres_are_added_before_they_are_rounded():
    """550 m and 450 m in two shards, at 10 a kilometre, are 10 and not 5 + 4."""
    halves = [total("metres", quantity=550, shard=0), total("metres", quantity=450, shard=1)]
    (entry,) = contracts(halves, [per_km("bus", 10)], CHART, BASIS)
    assert balances([entry])["payable:bus"] == -10


def test_vehicles_and_boardings_are_paid_too_and_several_lines_add_up():
    """A contract with a fixed part a vehicle and a small part a rider."""
    rows = [
        Contract(party="metro", kind="gross_vehicle", per_vehicle_day=800_000, payer="city", source="s"),
        Contract(party="metro", kind="gross_passenger", per_boarding=10, payer="city", source="s"),
    ]
    done = [
        total("vehicle_day", METRO, quantity=3),
        total("boarding", METRO, quantity=5_000),
        total("boarding", quantity=9),
    ]
    assert balances(contracts(done, rows, CHART, BASIS)) == {
        "payable:metro": -2_450_000,
        "receivable:city:gap": 2_450_000,
    }


def test_no_work_no_entry():
    """A contract of an operator that stood still all day says nothing."""
    assert contracts([total("metres", METRO, quantity=10)], [per_km("bus", 3_800_00)], CHART, BASIS) == []


def test_a_free_ride_is_made_good_to_whoever_gave_it():
    """Seniors ride free; the city pays 265.00 for each of their boardings and none for adults."""
    row = Concession(categories=("senior", "disabled"), per_boarding=265_00, payer="city", source="s")
    free = [total("free", BUS, quantity=100, category=1), total("free", METRO, quantity=10, category=2)]
    free.append(total("free", BUS, quantity=7, category=0))
    made = concessions(free, [row], ("adult", "senior", "disabled"), CHART, BASIS)
    assert balances(made) == {
        "payable:bus": -26_500_00,
        "payable:metro": -2_650_00,
        "receivable:city:concession": 29_150_00,
    }
    assert [entry.quantity for entry in made] == [100, 10]
    assert "pool" in balances(concessions(free, [row], ("adult", "senior", "disabled"), POOLED, BASIS))


def fee(of: str, payer: str, bp: int = 500) -> Fee:
    return Fee(party="house", of=of, bp=bp, payer=payer, source="s")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (fee("fares", "operators"), {"fees:house": -74, "payable:bus": 49, "payable:metro": 25}),
        (fee("fares", "pool"), {"fees:house": -75, "pool": 75}),
        (fee("fares", "city"), {"fees:house": -75, "receivable:city:fees": 75}),
        (fee("top_ups", "issuer", 200), {"fees:house": -200, "receivable:issuer:fees": 200}),
        (fee("top_ups", "operators", 200), {"fees:house": -200, "payable:bus": 133, "payable:metro": 67}),
    ],
)
def test_fees_burden_whoever_the_contract_names(row, expected):
    """Fares earned: bus 999, metro 501; loaded 10,000. Each payer's fee is rounded down once."""
    day = [
        total("share", BUS, 900),
        total("collected", BUS, 99),
        total("share", METRO, 501),
        total("load", AGENT, 10_000),
    ]
    assert balances(fees(day, [row], CHART, BASIS)) == expected


def test_a_fee_on_loads_without_fares_waits_for_a_person():
    """On a strike day nobody earned fares, so there is no proportion in which operators could pay."""
    assert balances(fees([total("load", AGENT, 10_000)], [fee("top_ups", "operators")], CHART, BASIS)) == {
        "fees:house": -500, "suspense:fees": 500,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fares", "rest"), [(700, {"receivable:city:shortfall": 300}), (1_500, {"payable:city": -500})]
)
def test_the_pool_pays_contracts_and_ends_the_day_at_zero(fares, rest):
    """Contracts cost 1,000. The city makes good what fares lack, and receives what they leave."""
    day = [total("charge", BUS, fares), total("share", BUS, fares), total("metres", METRO, quantity=1_000)]
    entries = post(day, POOLED, BASIS) + contracts(day, [per_km("metro", 1_000, "pool")], POOLED, BASIS)
    entries += level_pool(entries, Pool(trust="house", shortfall="city", surplus="city"), BASIS)
    expected = {"float:issuer": fares, "journeys": 0, "payable:metro": -1_000, "pool": 0} | rest
    assert balances(entries) == expected
    assert sum(positions(balances(entries)).values()) == 0


def test_a_pool_that_is_level_is_left_alone():
    """No entry says that nothing happened."""
    assert level_pool([], Pool(trust="house", shortfall="city", surplus="city"), BASIS) == []
