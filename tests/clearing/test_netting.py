"""Who is owed what, after everything that everybody owes everybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import entry

from clearing.netting import HELD, balances, owner, positions
from clearing.plan import multilateral

DAY = [
    entry("load", "1", cash_agent=10_000, float_issuer=-10_000),
    entry("charge", "1", float_issuer=3_000, journeys=-3_000),
    entry("share", "1", journeys=2_600, payable_bus=-1_400, payable_metro=-1_200),
    entry("concession", "1", receivable_city_concession=265, payable_bus=-265),
    entry("fee", "1", payable_bus=70, fees_house=-70),
]


def test_one_number_for_each_party():
    """The agent took 10,000 and pays; the issuer keeps 7,000 for what is still on cards; 400 ride through the night."""
    net = positions(balances(DAY))
    assert net == {
        HELD: 400, "agent": -10_000, "bus": 1_595, "city": -265, "house": 70, "issuer": 7_000, "metro": 1_200,
    }  # fmt: skip
    assert sum(net.values()) == 0
    # The house keeps the settlement account, so its own 70 stay where they are.
    told = {payment.party: (payment.kind, payment.minor) for payment in multilateral(net, "2026-03-04", "house")}
    assert told == {
        "agent": ("call", 10_000), "bus": ("pay", 1_595), "city": ("call", 265), "issuer": ("pay", 7_000),
        "metro": ("pay", 1_200),
    }  # fmt: skip


def test_money_that_nobody_owns_yet_is_paid_to_nobody():
    """It stays in the settlement account until somebody has earned it."""
    assert HELD not in {payment.party for payment in multilateral(positions(balances(DAY)), "2026-03-04", "house")}
    assert [owner(account) for account in ("journeys", "pool", "suspense:late", "bank:b", "settled:bus")] == [HELD] * 5


def test_an_account_of_no_known_kind_stops_netting():
    """A misspelt account would otherwise be somebody's money."""
    with pytest.raises(AssertionError, match="no kind of account"):
        owner("payabel:bus")
    with pytest.raises(AssertionError, match="no party"):
        owner("payable")


accounts = st.sampled_from(
    ["cash:a", "float:i", "payable:a", "payable:b", "fees:i", "journeys", "pool", "receivable:c:gap"]
)


@given(st.lists(st.tuples(accounts, accounts, st.integers(-(10**15), 10**15))))
def test_positions_always_net_to_zero(moves):
    """Whatever moved between whatever accounts."""
    sums: dict[str, int] = {}
    for debit, credit, minor in moves:
        sums[debit] = sums.get(debit, 0) + minor
        sums[credit] = sums.get(credit, 0) - minor
    net = positions(sums)
    assert sum(net.values()) == 0
    assert list(net) == sorted(net)
    signed = {"pay": 1, "call": -1}
    told = sum(signed[payment.kind] * payment.minor for payment in multilateral(net, "c", ""))
    assert told == -net.get(HELD, 0)
