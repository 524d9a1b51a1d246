"""Athens against fares worked out a second time, from the published rules alone, on days that love their edges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, text
from oracles import athens as rules

CITY = "athens"
WEDNESDAY = datetime(2025, 3, 5)  # noqa: DTZ001
HOLDERS = [
    ("adult", "card_personal", True), ("adult", "bank_card", False), ("senior", "bank_card", True), ("child", "ticket", False),
    ("student", "card_personal", True), ("student", "card_personal", False), ("large_family", "card_anonymous", True),
    ("senior", "ticket", False), ("disabled", "ticket", False), ("disabled", "card_personal", True),
    ("unemployed", "card_personal", True), ("forces", "card_personal", True), ("forces", "card_personal", False),
]  # fmt: skip
URBAN = ["bus", "trolley", "metro", "tram", "suburban_rail"]
GATES = ["metro", "suburban_rail", "airport_rail"]
BALANCES = [49, 50, 119, 120, 550, 1_020, 100_000, 100_000]
PRODUCTS = [
    ("bundle_2",), ("day",), ("bundle_2", "day"), ("day", "bundle_2"), ("day", "five_days"), ("five_days", "bundle_5"),
]  # fmt: skip
MANY = settings(max_examples=100, deadline=None)

Leg = Mapping[str, Any]
Draw = Any


@st.composite
def days(draw: Draw, services: list[str], gaps_s: list[int], most: int) -> list[tuple[str, int, bool]]:
    """Services, when they are boarded, and whether the rider taps out at a gate."""
    at_s, rides = draw(st.sampled_from([0, 4 * 3600, 8 * 3600, 23 * 3600])), list[tuple[str, int, bool]]()
    for _ in range(draw(st.integers(1, most))):
        rides.append((draw(st.sampled_from(services)), at_s, draw(st.booleans())))
        at_s += draw(st.sampled_from(gaps_s))
    return rides


@st.composite
def days_of_the_ceiling(draw: Draw) -> list[tuple[str, int, bool]]:
    """Tickets one after the other, about the ends of 24 and 48 hours; whole minutes only."""
    minutes = [0, 91, 182, 273, 364, 1348, 1349, 1438, 1439, 1440, 1441, 1531, 1622, 1713, 1804, 2879, 2880, 2881]
    some = draw(st.sets(st.sampled_from(minutes), min_size=6))
    return [(draw(st.sampled_from(URBAN)), 60 * minute, False) for minute in sorted(some)]


EVERYWHERE = days([*URBAN, "airport_bus", "airport_rail", "airport_rail"], [600, 5_399, 5_400, 5_401, 20_000], 8)
HELD = days([*URBAN, "airport_bus"], [600, 5_399, 5_400, 5_401, 40_000, 86_399, 86_400, 86_401, 172_800], 10)


@MANY
@given(rides=EVERYWHERE, holder=st.sampled_from(HOLDERS), balance=st.sampled_from(BALANCES))
def test_athens_from_the_purse(rides: list[tuple[str, int, bool]], holder: tuple[str, str, bool], balance: int) -> None:
    card = rules.Card(*holder, balance)
    assert ridden(card, rides) == told_by_the_rules(card, rides)


@MANY
@given(rides=days_of_the_ceiling(), medium=st.sampled_from(["bank_card", "card_anonymous", "ticket"]))
def test_athens_under_the_ceiling(rides: list[tuple[str, int, bool]], medium: str) -> None:
    card = rules.Card("adult", medium, False, 100_000)
    assert ridden(card, rides) == told_by_the_rules(card, rides)


@MANY
@given(rides=HELD, products=st.sampled_from(PRODUCTS), balance=st.sampled_from(BALANCES))
def test_athens_with_passes_and_bundles(
    rides: list[tuple[str, int, bool]], products: tuple[str, ...], balance: int
) -> None:
    card = rules.Card("adult", "ticket", False, balance, products)
    assert ridden(card, rides) == told_by_the_rules(card, rides)


def told_by_the_rules(card: rules.Card, rides: list[tuple[str, int, bool]]) -> list[tuple[int | None, int]]:
    """The same rides for the fares worked out by hand, which know three zones."""
    return rules.charges(card, [rules.Ride("urban" if name in URBAN else name, at_s) for name, at_s, _ in rides])


def ridden(card: rules.Card, rides: list[tuple[str, int, bool]]) -> list[tuple[int | None, int]]:
    """For each boarding what the pack charges with its tap-out, None if the reader stayed shut, and the purse afterwards."""
    before: dict[str, Any] = {"balance": card.balance, "attributes": ["profile_valid"] if card.profile_valid else []}
    before |= dict(zip(("product", "next_product"), card.products, strict=False))
    holder = Holder(CITY, "ath-2025-01", card.category, card.medium, before)
    return [holder.ride(leg(*ride)) for ride in rides]


def leg(service: str, at_s: int, taps_out: bool) -> Leg:
    """The boarding as a case writes it; whoever taps out at a gate does so five minutes later."""
    out = {"out": text(WEDNESDAY, at_s + 300)} if taps_out and service in GATES else {}
    return {"service": service, "in": text(WEDNESDAY, at_s), **out}
