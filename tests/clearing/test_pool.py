"""The pool pays contracts and ends each day at zero, also where nobody has the money to fill it."""

from __future__ import annotations

from typing import Any

import pytest
from agreements import BASIS, BUS, METRO, POOLED, paid, total
from hypothesis import given
from hypothesis import strategies as st

from clearing.netting import HELD, balances, positions
from clearing.postings import post
from clearing.remuneration import Past
from clearing.remuneration.pool import _cut

POOL = {"trust": "house", "shortfall": "city", "surplus": "city"}


def per_km(party: str, minor: int, priority: int = 1) -> dict[str, Any]:
    return {"party": party, "kind": "gross_km", "per_km": minor, "payer": "pool", "priority": priority}


def day(fares: int, funding: int | None = None, owed: dict[str, int] | None = None, **tables: Any) -> dict[str, int]:
    """Balances of a day on which bus and metro ran 1 km each and riders paid so much."""
    done = [total("charge", BUS, fares), total("share", BUS, fares)]
    done += [total("metres", BUS, quantity=1_000), total("metres", METRO, quantity=1_000)]
    fare_entries = post(done, POOLED, BASIS)
    pool = POOL if funding is None else {**POOL, "funding_per_day": funding}
    made = paid(done, fares=fare_entries, chart=POOLED, past=Past({}, owed or {}), pool=pool, **tables)
    held = balances([*fare_entries, *made])
    assert held.get("pool", 0) == 0, "the pool is level"
    assert sum(minor for account, minor in held.items() if account.startswith("owed:")) == 0
    assert positions(held).get(HELD, 0) == 0, "nothing of this day waits for an owner"
    return held


@pytest.mark.parametrize(
    ("fares", "rest"), [(700, {"receivable:city:shortfall": 300}), (1_500, {"payable:city": -500})]
)
def test_the_pool_pays_contracts_and_ends_the_day_at_zero(fares, rest):
    """Contracts cost 1,000. The city makes good what fares lack, and receives what they leave."""
    expected = {"float:issuer": fares, "journeys": 0, "payable:metro": -1_000, "pool": 0} | rest
    assert day(fares, contract=[per_km("metro", 1_000)]) == expected


def test_a_pool_that_is_level_is_left_alone():
    """No entry says that nothing happened."""
    assert paid([], chart=POOLED, pool=POOL) == []


CONTRACTS = [per_km("metro", 1_000), per_km("bus", 600, priority=2)]


def test_where_the_city_gives_no_more_the_last_in_the_order_waits():
    """Fares 700, contracts 1,600, the city gives at most 500: 400 are missing, and the bus, second in order, is owed them."""
    held = day(700, funding=500, contract=CONTRACTS)
    assert (held["payable:metro"], held["payable:bus"], held["receivable:city:shortfall"]) == (-1_000, -200, 500)
    assert (held["owed:bus"], held["owed:(pool)"]) == (-400, 400)


def test_what_is_missing_beyond_the_last_is_cut_from_the_one_before():
    """Fares 700, the city gives nothing: 900 are missing. The bus gets nothing, the metro 700 of its 1,000."""
    held = day(700, funding=0, contract=CONTRACTS)
    assert (held["payable:metro"], held["payable:bus"]) == (-700, 0)
    assert (held["owed:metro"], held["owed:bus"]) == (-300, -600)


def test_equals_are_cut_in_proportion():
    """Both in the first place: of 1,600 due 900 are missing, 562.5 and 337.5 of them; the odd unit goes to the larger part."""
    held = day(700, funding=0, contract=[per_km("metro", 1_000), per_km("bus", 600)])
    assert held["payable:metro"] + held["payable:bus"] == -700
    assert (held["owed:metro"], held["owed:bus"]) == (-562, -338)


def test_debts_are_paid_before_anybody_has_a_surplus():
    """400 are owed to the bus. Fares of 1,900 leave 300 over the contracts: all of it goes to the bus, none to the city."""
    held = day(1_900, owed={"bus": 400}, contract=CONTRACTS)
    assert (held["payable:bus"], held["owed:bus"], held.get("payable:city", 0)) == (-900, 300, 0)
    assert day(2_100, owed={"bus": 400}, contract=CONTRACTS)["payable:city"] == -100


def test_only_contracts_are_cut():
    """The fee of the house comes out of the pool in any case, and the city answers for it even beyond its limit."""
    fee = {"party": "house", "of": "fares", "bp": 10_000, "payer": "pool"}
    held = day(700, funding=0, fee=[fee])
    assert (held["fees:house"], held.get("receivable:city:shortfall", 0)) == (-700, 0)


def test_beside_a_fee_the_contract_alone_is_cut():
    """Fares 700, of which the house takes 700; the metro's 1,000 are what nobody has."""
    fee = {"party": "house", "of": "fares", "bp": 10_000, "payer": "pool"}
    held = day(700, funding=0, fee=[fee], contract=[per_km("metro", 1_000)])
    assert (held["fees:house"], held["payable:metro"], held["owed:metro"]) == (-700, 0, -1_000)
    assert held.get("receivable:city:shortfall", 0) == 0


def test_a_single_unit_is_made_good_or_owed_like_any_sum():
    assert day(999, contract=[per_km("metro", 1_000)])["receivable:city:shortfall"] == 1
    assert day(0, funding=0, contract=[per_km("metro", 1)])["owed:metro"] == -1


def test_who_was_fined_more_than_paid_is_not_cut():
    """Nothing is there to take from; what is missing comes from those before."""
    assert _cut(5, {2: {"bus": -3}, 1: {"metro": 9}}) == {"metro": 5}


@given(
    st.integers(0, 5_000),
    st.none() | st.integers(0, 3_000),
    st.integers(0, 900),
    st.integers(0, 900),
    st.integers(1, 3),
)
def test_whatever_the_day_the_pool_is_level(fares, funding, owed_bus, owed_metro, priority):
    """And nobody is paid more than what is due and owed."""
    owed = {party: minor for party, minor in (("bus", owed_bus), ("metro", owed_metro)) if minor}
    held = day(fares, funding, owed, contract=[per_km("metro", 1_000), per_km("bus", 600, priority)])
    assert 0 <= -held.get("payable:metro", 0) <= 1_000 + owed_metro
    assert 0 <= -held.get("payable:bus", 0) <= 600 + owed_bus
