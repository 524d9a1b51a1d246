"""Who owes whom, worked out by hand."""

from __future__ import annotations

from office import entry

from clearing.netting import HELD
from clearing.obligations import obligations


def test_fares_go_from_the_issuer_to_those_who_carried():
    """3 000 is taken from cards, 2 600 is shared, 400 rides through the night: the account in the middle keeps just that."""
    charge = entry("charge", "1", float_issuer=3_000, journeys=-3_000)
    share = entry("share", "1", journeys=2_600, payable_bus=-1_400, payable_metro=-1_200)
    assert obligations([charge, share]) == {
        ("issuer", "bus"): 1_400, ("issuer", "metro"): 1_200, ("issuer", HELD): 400,
    }  # fmt: skip


def test_opposite_obligations_meet():
    """The bus owes the house 70 for its service, and the house owes the bus 100: 30 is left."""
    fee = entry("fee", "1", payable_bus=70, fees_house=-70)
    gap = entry("contract", "1", receivable_house_gap=100, payable_bus=-100)
    assert obligations([fee, gap]) == {("house", "bus"): 30}


def test_several_on_both_sides_share_to_the_unit():
    """100 and 1 are owed to three with 34, 34 and 33: largest remainder, and both margins hold."""
    both = entry("x", "1", cash_a=100, cash_b=1, payable_c=-34, payable_d=-34, payable_e=-33)
    owed = obligations([both])
    assert sum(minor for (debtor, _), minor in owed.items() if debtor == "a") == 100
    assert {c: sum(m for (_, to), m in owed.items() if to == c) for c in "cde"} == {"c": 34, "d": 34, "e": 33}
