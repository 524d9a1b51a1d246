"""`afc run fit`: what was tapped in a run beside what the city published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from commandline import ask, say

from afc.city import City
from afc.tap import NO_PATTERN, TapKind
from clearing.detail import write_table
from sim.fit import Counted, Row, Tapped, counted, fit, geh, in_file, shares, told
from sim.fit_told import line
from sim.run import execute
from sim.scenario import find_scenario

CITY = str(Path(__file__).resolve().parents[1] / "data" / "hanbit")
WEDNESDAY, SUNDAY = date(2026, 3, 4), date(2026, 3, 8)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenth of a Wednesday of the fictive town."""
    scenario = find_scenario(None, CITY).changed(scale=0.1)
    return execute(scenario, tmp_path_factory.mktemp("runs"), workers=1)


def test_a_run_says_how_well_it_fits(run: Path) -> None:
    """A tenth of 6 000 boardings; with so few riders chance moves a service by some points, and no more."""
    found = ask(f"run fit {run}")
    summary = ask(f"run show {run}")["summary"]
    assert found["tap_ins"] == summary["taps"]["by_kind"]["entry"]
    assert found["published_tap_ins"] == 600
    assert abs(found["tap_ins_off_percent"]) < 5
    assert abs(found["services"]["off_points"]) < 5
    assert {row["name"]: row["published"] for row in found["by_service"]} == {"metro": 60, "bus": 40}
    assert summary["fit"] == {key: value for key, value in found.items() if key != "run"}
    assert f"fit        {line(found)}" in say(f"run show {run}")


def test_every_tap_in_has_an_hour_a_service_and_a_stop(run: Path) -> None:
    """No stop of a gate is lost, and no bus: the three tables are of the same taps."""
    found = ask(f"run fit {run}")
    for key in ("by_hour", "by_service"):
        assert sum(row["tapped"] for row in found[key]) == pytest.approx(100, abs=0.2)
    eight = next(row for row in found["by_hour"] if row["name"] == "08")
    assert eight["published"] == pytest.approx(12, abs=0.05)
    assert eight["tapped"] == pytest.approx(12, abs=4)


def test_the_source_of_what_is_published_stands_below(run: Path, hanbit: City) -> None:
    told = say(f"run fit {run}")
    assert f"published  {hanbit.demand.source}" in told
    assert f"synthetic  {hanbit.synthetic}" in told


def test_a_wednesday_and_a_sunday_are_each_compared_with_their_own_figures(hanbit: City) -> None:
    """6 000 boardings, 60 % by metro, and 3 500, 55 %: of 9 500 together 5 525 by metro."""
    known = counted(hanbit, [WEDNESDAY, SUNDAY])
    assert known.boardings == 9_500
    metro = [service.id for service in hanbit.services].index("metro")
    assert known.service[metro] == pytest.approx(5_525 / 9_500)
    assert known.hour.sum() == pytest.approx(1)


def test_riders_at_the_wrong_stop_are_seen(hanbit: City) -> None:
    """All of a station's riders tap in at another one: the line names one of the two, and what is missing there."""
    known = counted(hanbit, [WEDNESDAY])
    right = np.round(known.stop * 6_000).astype(np.int64)
    wrong = right.copy()
    busiest, idle = int(right.argmax()), int(np.flatnonzero(right)[0])
    wrong[idle], wrong[busiest] = right[idle] + right[busiest], 0
    hours, services = (np.round(part * 6_000).astype(np.int64) for part in (known.hour, known.service))
    good = fit(hanbit, Tapped(hours, services, right), known, 1.0, 1)
    bad = fit(hanbit, Tapped(hours, services, wrong), known, 1.0, 1)
    assert abs(good["stops"]["off_points"]) < 0.1
    assert good["stops"]["geh_good_percent"] == 100
    assert good["stops"]["alike"] == 1
    moved = 100 * right[busiest] / right.sum()
    assert abs(bad["stops"]["off_points"]) == pytest.approx(moved, abs=0.02)
    assert bad["stops"]["off_at"] in {hanbit.network.stop_ids[idle], hanbit.network.stop_ids[busiest]}
    assert bad["stops"]["geh_good_percent"] < 100


def test_geh_is_what_planners_work_out() -> None:
    """1 120 riders modelled and 1 000 counted in an hour: the root of 2 * 120 * 120 / 2 120, which is 3.69."""
    assert geh(np.array([1_120.0]), np.array([1_000.0]))[0] == pytest.approx(3.6858, abs=1e-4)
    assert geh(np.zeros(1), np.zeros(1))[0] == 0


def test_a_city_without_published_stops_says_so(hanbit: City) -> None:
    known = Counted(100.0, shares([1.0] * 24), shares([1.0, 1.0]), np.zeros(len(hanbit.network.stop_ids)))
    found = fit(hanbit, Tapped(np.full(24, 5), np.array([60, 60]), np.ones_like(known.stop, np.int64)), known, 1.0, 1)
    assert found["stops"] == {"published": 0}
    assert "stops not published" in line(found)
    assert "tap-ins +20.0 %" in line(found)


def test_two_services_are_too_few_to_be_alike() -> None:
    assert told([Row("metro", 60, 55, None), Row("bus", 40, 45, None)])["alike"] is None


def test_only_tap_ins_are_boardings(run: Path) -> None:
    """Tap-outs, loads and passes are taps as well, and no riders more."""
    kinds = ask(f"run show {run}")["summary"]["taps"]["by_kind"]
    assert kinds["exit"] > 0
    assert ask(f"run fit {run}")["tap_ins"] == kinds[TapKind.ENTRY.name.lower()]


def test_half_past_twelve_at_night_is_the_same_date_at_another_hour(tmp_path: Path) -> None:
    """In at 23:30 through a gate of service 1, at 24:30 and at 25:10 aboard pattern 0 of service 0; a tap-out is none."""
    minutes = np.array([23 * 60 + 30, 24 * 60 + 30, 25 * 60 + 10, 23 * 60 + 40])
    columns = {
        "kind": np.array([TapKind.ENTRY, TapKind.ENTRY, TapKind.ENTRY, TapKind.EXIT], np.uint8),
        "time_us": 1_000_000 * 60 * minutes,
        "stop": np.array([2, 0, 1, 2], np.uint32),
        "pattern": np.array([NO_PATTERN, 0, 0, NO_PATTERN], np.uint16),
    }
    write_table(tmp_path / "taps-00.parquet", columns)
    hour, service, stop = in_file(tmp_path / "taps-00.parquet", 0, np.array([0]), np.array([-1, -1, 1], np.int32))
    assert {at: n for at, n in enumerate(hour.tolist()) if n} == {23: 1, 0: 1, 1: 1}
    assert service.tolist() == [2, 1]
    assert stop.tolist() == [1, 1, 1]
