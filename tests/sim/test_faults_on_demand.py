"""Faults on demand: every kind goes through the command line, is found as its page says, and nothing else is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from clearing.suspicion import HIGH, suspicions
from clearing.views import open_house
from sim.cli import main
from sim.faults import KINDS, Plan, kind_of, read_labels
from sim.run import execute
from sim.runs import open_run
from sim.scenario import find_scenario

SCALE = 0.002
EXACT = {
    "cloned_card", "restored_card", "raised_balance", "altered_fare", "duplicated_batch", "lost_batch", "altered_batch",
    "dropped_taps", "reset_sequence", "cloned_reader", "late_batch", "reordered_batches", "moved_clock",
}  # fmt: skip
"""Kinds that leave a contradiction behind: every one is found, and nothing else is taken for one."""
TO_THE_UNIT = {
    "cloned_card", "restored_card", "raised_balance", "staff_pass", "altered_fare", "reset_sequence", "cloned_reader",
    "duplicated_batch", "late_batch",
}  # fmt: skip


def told(folder: Path, *words: str) -> Any:
    """What a command answers to a program."""
    done = CliRunner().invoke(main, [*words, "--json"], env={"AFC_RUNS": str(folder)}, catch_exceptions=False)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A five-hundredth of a weekday on which nobody cheats."""
    scenario = find_scenario("ulaanbaatar-weekday", None).changed(scale=SCALE)
    return execute(scenario, tmp_path_factory.mktemp("honest"), workers=1)


def test_on_an_honest_day_nobody_is_suspected(honest: Path) -> None:
    """Not one high suspicion among a thousand taps; of the others at most one in a thousand taps."""
    run = open_run(honest / "manifest.json")
    house = open_house(honest, run.scenario.load(), run.scenario.seed)
    found = suspicions(house)
    house.store.close()
    assert [one for one in found if one.score >= HIGH] == []
    assert len(found) * 1_000 <= run.summary["taps"]["accepted"]


def test_a_gateway_that_changes_nothing_changes_no_byte(honest: Path, tmp_path: Path) -> None:
    """So whatever is found in a run with faults comes from the faults."""
    run = open_run(honest / "manifest.json")
    idle = execute(run.scenario, tmp_path, workers=1, plan=Plan("cloned_card", 0, 1))
    assert open_run(idle / "manifest.json").manifest["digests"] == run.manifest["digests"]
    assert read_labels(idle) == []


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_a_fault_is_injected_and_looked_for(kind: str, tmp_path: Path) -> None:
    words = ["--scale", str(SCALE), "--out", str(tmp_path), "-q"]
    answer = told(tmp_path, "fault", "inject", "ulaanbaatar-weekday", kind, *words)
    assert answer["ok"]
    data = answer["data"]
    labels = read_labels(Path(data["folder"]))
    assert len(labels) == data["injected"] == (1 if kind == "over_staging" else kind_of(kind).usual)
    assert all(label.taps or label.batches for label in labels)
    assert (data["precision"], data["others"]) == (1.0, 0)
    assert data["recall"] >= (1.0 if kind in EXACT else 0.6)
    if kind in TO_THE_UNIT:
        assert data["found_minor"] == data["injected_minor"] > 0


def test_an_unknown_fault_is_answered_with_the_near_one() -> None:
    done = CliRunner().invoke(main, ["fault", "inject", "ulaanbaatar-weekday", "clonedcard"])
    assert done.exit_code == 3
    assert 'Did you mean "cloned_card"?' in done.stderr


def test_a_run_with_faults_comes_out_again(tmp_path: Path) -> None:
    """Its manifest says which faults it had, and `afc run verify` puts them in again."""
    words = ["--scale", str(SCALE), "--out", str(tmp_path), "-q"]
    folder = told(tmp_path, "fault", "inject", "ulaanbaatar-weekday", "restored_card", *words)["data"]["folder"]
    answer = told(tmp_path, "run", "verify", folder, "-q", "--workers", "1")
    assert (answer["ok"], answer["data"]["differing"], answer["data"]["altered"]) == (True, [], [])
