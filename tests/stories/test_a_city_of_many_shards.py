"""A city with many cards deals them over more shards than a town, to the same money, and everything is found there too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from commandline import ask, say
from house import HANBIT

from clearing import dealing
from clearing.dealing import SHARDS_MIN
from clearing.views import Detail, any_journey

FRIDAY, SATURDAY = "2026-03-06", "2026-03-07"


def weekend(out: Path) -> dict[str, Any]:
    """Two days of the town with late readers."""
    told = ask(f"scenario run hanbit-weekend --city {HANBIT} --scale 0.05 --days 2 --workers 1 -q --out {out}")
    return dict(told)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same days as a town deals its cards, and as a city does that has too many for sixteen shards."""
    town = weekend(tmp_path_factory.mktemp("town"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dealing, "CARDS_A_SHARD", 2)
        return town, weekend(tmp_path_factory.mktemp("city"))


def shards_in(run: dict[str, Any]) -> int:
    """How many parts the detail of a date has."""
    return len(list((Path(run["folder"]) / "detail" / SATURDAY).glob("taps-*.parquet")))


def test_the_money_is_the_same_over_any_number_of_shards(runs: tuple[dict[str, Any], dict[str, Any]]) -> None:
    town, city = runs
    assert shards_in(town) == SHARDS_MIN < shards_in(city)
    for figure in ("taps", "journeys", "fares", "charged_minor", "operators", "positions", "payments", "unsettled"):
        assert town[figure] == city[figure], figure
    assert town["taps"]["accepted"] > 0
    assert all(finding["ok"] for finding in ask(f"clearing audit {city['folder']}"))


def test_each_party_works_its_statement_out_again(runs: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path) -> None:
    """Its extract has as many parts as the city has shards."""
    run = f"--run {runs[1]['folder']}"
    for day in (FRIDAY, SATURDAY):
        folder = tmp_path / day
        ask(f"statement evidence hanbit-bus {day} --own --out {folder} {run}")
        told = ask(f"statement verify {folder}/statement.json --evidence {folder} --city {HANBIT}")
        assert [check["first"] for check in told["checks"] if not check["ok"]] == []
        assert len(list((folder / "extract").glob("cards-*.npy"))) == shards_in(runs[1])


def test_a_journey_is_found_in_its_shard(runs: tuple[dict[str, Any], dict[str, Any]]) -> None:
    run = f"--run {runs[1]['folder']}"
    name = any_journey(Detail(Path(runs[1]["folder"])))
    shown = ask(f"card show {name.card} {run} --journeys 1000")
    assert str(name) in {row["journey"] for row in shown["journeys"]}
    assert str(name) in say(f"fare explain {runs[1]['folder']} {name}")


def test_the_same_batches_come_to_the_same_day_again(
    runs: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path
) -> None:
    """A replay deals the cards as the books say, whatever it would have done by itself."""
    facts = ask(f"clearing replay --run {runs[1]['folder']} --to {tmp_path}/again/clearing.db -q")
    assert (facts["differences"], facts["days"]) == ([], 2)
    ended = {path.name for path in (tmp_path / "again" / "detail" / SATURDAY).glob("taps-*.parquet")}
    assert len(ended) == shards_in(runs[1])
