"""Dividing money: nothing is lost or made, nobody is off by a whole unit, and chance has no say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afc.executor import compiled
from afc.money import allocate, allocate_into, exponent, show

AMOUNTS = st.sampled_from([0, 1, 2, 99, 1550, 10**9]) | st.integers(0, 10**12)
WEIGHTS = st.lists(st.sampled_from([0, 1, 1, 2, 3, 1550]) | st.integers(0, 10**6), min_size=1, max_size=9).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_are_the_whole(minor: int, weights: list[int]) -> None:
    assert sum(allocate(minor, weights)) == minor


@given(AMOUNTS, WEIGHTS)
def test_nobody_is_off_by_a_unit_or_more(minor: int, weights: list[int]) -> None:
    """Whoever has the exact part in mind finds it rounded down or up, and no worse."""
    total = sum(weights)
    for share, weight in zip(allocate(minor, weights), weights, strict=True):
        assert abs(share * total - minor * weight) < total


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_nothing_gets_nothing(minor: int, weights: list[int]) -> None:
    assert all(share == 0 for share, weight in zip(allocate(minor, weights), weights, strict=True) if weight == 0)


@given(AMOUNTS, WEIGHTS)
def test_the_left_over_units_go_to_the_largest_remainders_the_earlier_first(minor: int, weights: list[int]) -> None:
    """Ties are broken by the order of the parties, which is written down, and not by a sort's mood."""
    total = sum(weights)
    remainders = [minor * weight % total for weight in weights]
    raised = [share - minor * weight // total for share, weight in zip(allocate(minor, weights), weights, strict=True)]
    order = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    assert [raised[i] for i in order] == sorted(raised, reverse=True)


def test_a_single_unit_among_equals_goes_to_the_first() -> None:
    """A remainder of one is a remainder."""
    assert allocate(1, [1, 1, 1]) == [1, 0, 0]
    assert allocate(2, [1, 1, 1]) == [1, 1, 0]


@given(AMOUNTS, WEIGHTS)
def test_machine_code_divides_alike(minor: int, weights: list[int]) -> None:
    shares = np.zeros(len(weights), np.int64)
    compiled(allocate_into)(minor, np.array(weights, np.int64), len(weights), shares)
    assert shares.tolist() == allocate(minor, weights)


@pytest.mark.parametrize(("minor", "weights"), [(-1, [1]), (5, []), (5, [0, 0]), (5, [2, -1])])
def test_what_cannot_be_divided_is_an_error_and_not_a_guess(minor: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weights|negative"):
        allocate(minor, weights)


@pytest.mark.parametrize(("currency", "decimals"), [("KRW", 0), ("COP", 2), ("MNT", 2), ("EUR", 2), ("KWD", 3)])
def test_a_currency_has_the_decimals_that_banks_count_in(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


@pytest.mark.parametrize(
    ("minor", "decimals", "text"),
    [(0, 2, "0.00"), (-5, 2, "-0.05"), (-1, 0, "-1"), (1234567, 0, "1 234 567"), (27511970050, 2, "275 119 700.50")],
)
def test_amounts_as_people_read_them(minor: int, decimals: int, text: str) -> None:
    assert show(minor, decimals) == text
