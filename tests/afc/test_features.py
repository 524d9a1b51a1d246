"""The table of cities and features: every rule that the language has is a row, and every row is used by somebody."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from afc.fares.features import FEATURES, Feature, features_of, is_covered
from afc.pack.keys import keys_below, uses_in
from afc.pack.schema_tariff import TariffVersion

CITIES = Path(__file__).resolve().parents[2] / "afc" / "cities"
VERSIONS = {
    path.parent.name: tomllib.loads(path.read_text("utf-8"))["version"] for path in CITIES.glob("*/tariff.toml")
}
ROWS = [feature for group in FEATURES.values() for feature in group]


@pytest.mark.parametrize("feature", ROWS, ids=lambda feature: feature.words)
def test_some_city_has_it(feature: Feature) -> None:
    assert [city for city, versions in VERSIONS.items() if feature.words in features_of(versions)]


def test_no_feature_is_there_twice() -> None:
    assert len({feature.words for feature in ROWS}) == len(ROWS)


def test_every_feature_names_keys_of_the_tariff() -> None:
    known = {key.name for key in keys_below(TariffVersion)}
    assert {key for feature in ROWS for key in feature.keys} <= known


def test_every_key_that_a_city_uses_stands_in_a_feature() -> None:
    """A rule that is added to the language and to a pack gets its row; tables are covered by their keys."""
    used = {
        use.name for versions in VERSIONS.values() for version in versions for use in uses_in(TariffVersion, version)
    }
    tables = {name.rpartition(".")[0] for name in used}
    assert not sorted(name for name in used - tables if not is_covered(name))


FLAT = {"id": "v1", "base": {"bus": {"adult": 100}}}


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("Free transfers", {"transfer": [{"from": ["bus"], "to": ["bus"], "price": 0}]}),
        ("Transfers that cost something", {"transfer": [{"price": {"off_peak": 0, "peak": 20}}]}),
        ("A fare by zones", {"fare": [{"by": "metres"}, {"by": "zones"}]}),
        ("Riders who are carried free", {"modifier": [{"id": "senior", "percent": -100}]}),
        ("A missing tap-out costs the dearest fare", {"missing_tap_out": {"fare": {"bus": 300, "rail": "maximum"}}}),
    ],
)
def test_a_feature_is_seen_by_what_it_says(words: str, version: dict[str, object]) -> None:
    """A flat fare has none of them; a version that says so has it, and no row beside it that says the opposite."""
    assert features_of([FLAT]) == {"A price for boarding, taken at the tap-in"}
    assert words in features_of([FLAT, {"id": "v2", **version}])


def test_features_that_exclude_one_another_are_told_apart() -> None:
    """A discount of a hundred per cent is no discount; a free transfer costs nothing."""
    free = features_of([{"modifier": [{"percent": -100}], "transfer": [{"price": 0}]}])
    assert free == {"Riders who are carried free", "Free transfers"}
    cheap = features_of([{"modifier": [{"percent": -25}], "transfer": [{"price": 10}]}])
    assert cheap == {"Per cent off, or on top", "Transfers that cost something"}
