"""The recipes of docs/fares.md: each is written into a town as a reader would, loads, and prices rides as it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from afc.city import load_city
from afc.fares.cases import check_city, versions_of
from afc.fares.lint import lint
from afc.pack.write import toml_text
from afc.starter.begin import begin, place_of
from clearing.casework import shares_of_case

PAGE = Path(__file__).resolve().parents[2] / "docs" / "fares.md"
RECIPES = dict(re.findall(r"### ([^\n]+)\n.+?```toml\n(.+?)```", PAGE.read_text("utf-8").split("\n## ")[1], re.DOTALL))
"""By its title, what each recipe says below `[[version]]`."""

PLACES = {
    "train": {"service": "rail", "from": "mill", "to": "town-hall"},
    "far": {"service": "rail", "from": "mill", "to": "airfield"},
    "lost": {"service": "rail", "from": "mill"},
    "bus": {"service": "bus", "route": "20", "from": "harbour-quay", "to": "school"},
    "long": {"service": "bus", "route": "10", "from": "market-square", "to": "park"},
    "ferry": {"service": "ferry", "route": "f", "from": "pier"},
}
CHILD, PAPER = {"rider": "child"}, {"medium": "bank_card"}
LAST_ENTRY = {"before": {"product": "ten_rides", "pass_entries": 1}}
RIDES: dict[str, list[tuple[str, list[int], dict[str, Any]]]] = {
    "A flat fare with 90 minutes of free transfers": [
        ("train 08:00-08:09, bus 09:30-09:36", [200, 0], {}),
        ("train 08:00-08:09, bus 09:31-09:37", [200, 200], {}),
    ],
    "Zones with a daily cap": [
        ("long 08:00-08:20, long 12:00-12:20, long 18:00-18:20", [300, 300, 0], {}),
        ("long 08:00-08:20, long 12:00-12:20, long 18:00-18:20", [150, 150, 0], CHILD),
    ],
    "Kilometres in steps that go on for ever": [
        ("train 08:00-08:09", [200], {}),
        ("far 08:00-08:20", [270], {}),
    ],
    "Hold the maximum at the gate and give back": [
        ("train 08:00-08:09", [260], {"before": {"balance": 1000}, "balance": [740]}),
        ("train 08:00-08:09", [0], {"before": {"balance": 319}, "refused": ["INSUFFICIENT_BALANCE"]}),
        ("lost 08:00, train 12:00-12:09", [320, 260], {}),
    ],
    "Off-peak discount": [
        ("train 09:29-09:38", [260], {}),
        ("train 09:30-09:39", [195], {}),
    ],
    "Pay only the difference to the dearer leg": [
        ("bus 08:00-08:06, train 08:20-08:29", [180, 80], {}),
        ("train 08:00-08:09, bus 08:20-08:26", [260, 0], {}),
    ],
    "A pass with ten entries": [("train 08:00-08:09, bus 08:20-08:26, train 12:00-12:09", [0, 0, 260], LAST_ENTRY)],
    "A paper ticket priced higher": [
        ("train 08:00-08:09", [310], PAPER),
        ("train 08:00-08:09", [260], {}),
    ],
    "Free rides of a month that somebody else pays": [
        ("ferry 08:00", [0], CHILD),
        ("ferry 08:00", [75], CHILD | {"before": {"quota_used": 44}}),
        ("ferry 08:00", [150], {}),
    ],
}
"""Rides with their times, what each costs, and what else the case says."""


def case_of(title: str, rides: str, charges: list[int], more: dict[str, Any]) -> dict[str, Any]:
    """A worked example as it stands in cases.toml."""
    legs = []
    for ride in rides.split(", "):
        name, times = ride.split()
        legs.append(
            PLACES[name]
            | {key: f"2026-03-04 {time}" for key, time in zip(("in", "out"), times.split("-"), strict=False)}
        )
    return {"name": title, "source": "The recipe", "legs": legs, "charges": charges} | more


def mixed_in(version: dict[str, Any], recipe: str) -> dict[str, Any]:
    """The town's version with a recipe's tables instead of its own; rows with an id stand beside the others."""
    [new] = tomllib.loads(f"[[version]]\n{recipe}")["version"]
    for key, value in new.items():
        if isinstance(value, list) and value and "id" in value[0]:
            ids = {row["id"] for row in value}
            value[:0] = [row for row in version.get(key, []) if row["id"] not in ids]
    return version | new


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_loads_in_a_new_town_and_does_what_it_says(title: str, tmp_path: Path) -> None:
    pack = tmp_path / "rivertown"
    begin(place_of("rivertown", None, None, None, None), pack)
    [version] = tomllib.loads((pack / "tariff.toml").read_text("utf-8"))["version"]
    (pack / "tariff.toml").write_text(toml_text({"version": [mixed_in(version, RECIPES[title])]}), "utf-8")
    cases = [case_of(title, *told) for told in RIDES[title]]
    (pack / "cases.toml").write_text(toml_text({"case": cases}), "utf-8")
    city = load_city(pack)
    assert lint(city, versions_of(city)) == []
    assert [problem for outcome in check_city(city, None, shares_of_case) for problem in outcome.problems] == []


def test_every_recipe_is_ridden() -> None:
    assert RECIPES.keys() == RIDES.keys()
