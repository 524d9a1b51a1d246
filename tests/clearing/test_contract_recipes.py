"""The recipes of docs/contracts.md: each is read as it stands there, and its day comes to what the page says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from agreements import AGENT, METRO, sums, total

PAGE = Path(__file__).resolve().parents[2] / "docs" / "contracts.md"
RECIPES = dict(re.findall(r"### ([^\n]+)\n.+?```toml\n(.+?)```", PAGE.read_text("utf-8"), re.DOTALL))

DAYS: dict[str, tuple[list[Any], dict[str, int]]] = {
    "Gross cost by the kilometre, following diesel and wages": (
        [total("metres", quantity=100_000)],
        {"payable:bus": -106_200},
    ),
    "A hybrid: so much a vehicle, an hour and a rider": (
        [total("vehicle_day", quantity=2), total("service_s", quantity=72_000), total("boarding", quantity=900)],
        {"payable:bus": -32_500, "receivable:city:gap": 32_500},
    ),
    "Less pay for poor service, and fines": (
        [
            total("scheduled_metres", quantity=100_000), total("scheduled_trip", quantity=20),
            total("metres", quantity=93_000), total("trip", quantity=18),
        ],
        {"payable:bus": -74_400, "receivable:bus:fines": 500, "payable:city": -500},
    ),
    "Net cost: the operator keeps its fares and carries the risk": (
        [total("share", METRO, 8_000)],
        {"payable:metro": -5_000, "receivable:metro:share": 1_000, "payable:city": -1_000},
    ),
    "A guarantee in the first years": ([total("share", minor=700)], {"payable:bus": -300}),
    "Vehicles that stand ready": ([total("vehicle_day", quantity=18)], {"payable:bus": -16_200}),
    "Concessions: free rides, a notional fare, a loaded quota": (
        [
            total("free", quantity=10, category=1), total("boarding", quantity=5, category=2),
            total("share", minor=2_000, category=2), total("sale", AGENT, 9_000, quantity=2, product=1),
        ],
        {"payable:bus": -12_000, "payable:house": -40_000, "receivable:city:concession": 52_000},
    ),
    "A pass is earned by use": (
        [total("sale", AGENT, 62_000, product=1), total("boarding", quantity=3, product=1)],
        {"payable:bus": -3_000, "deferred:house:month": 3_000},
    ),
    "Fees by medium and by piece": (
        [total("share", minor=5_000, medium=1), total("share", minor=9_000), total("load", AGENT, 99, quantity=8)],
        {"fees:house": -100, "payable:bus": 100, "fees:agent": -24, "receivable:issuer:fees": 24},
    ),
}  # fmt: skip


def test_every_recipe_has_its_day() -> None:
    assert list(RECIPES) == list(DAYS)


@pytest.mark.parametrize("title", DAYS)
def test_a_recipe_comes_to_what_the_page_says(title: str) -> None:
    """Read as a pack is read, but for dates between files."""
    day, expected = DAYS[title]
    tables = {name: [_frozen(row) for row in rows] for name, rows in tomllib.loads(RECIPES[title]).items()}
    held = sums(day, **tables)
    assert {account: held.get(account, 0) for account in expected} == expected
    assert sum(held.values()) == 0


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """Lists as the loader hands them on."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
