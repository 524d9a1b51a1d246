"""A denylist in a run: readers get it at their contacts, and obey it from then on."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask, say
from house import HANBIT

SCENARIO = f"""
name = "listed"
city = "{HANBIT}"
start = 2026-03-04
days = 2
scale = 2.0
seed = 7
about = "some cards are on the denylist"

[denylist]
share = 0.005
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two days of the town with one card in two hundred on the list, with the office next door and in another process."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "listed.toml").write_text(SCENARIO)
    return [
        ask(f"scenario run {folder / 'listed.toml'} --workers {workers} -q --out {folder / str(workers)}")["folder"]
        for workers in (1, 2)
    ]


def test_gates_obey_within_the_hour_and_buses_the_next_day(runs: list[str]) -> None:
    """Rides on listed cards happen only where the list had not come yet, and are the scheme's."""
    told = ask(f"clearing list losses --run {runs[0]}")
    assert told["rides"]
    assert {row["party"] for row in told["liable"]} == {"scheme"}
    kinds = {str(row["device"]): row["kind"] for row in ask(f"device list --run {runs[0]}")}
    first, second = [], []
    for row in told["rides"]:
        (first if row["at"] < "2026-03-05T03" else second).append(kinds[row["tap"].split("-")[1]])
    assert "bus" in first
    assert len(second) < len(first) / 4, (
        "only vehicles that stood out in the night, or had no work, come without the list"
    )
    assert "gate" not in second


def test_each_reader_says_which_list_it_holds(runs: list[str]) -> None:
    rows = ask(f"device list --run {runs[0]}")
    holding = [row for row in rows if row["denylist"] == 1]
    assert len(holding) > len([row for row in rows if row["batches"]]) / 2
    [edition] = ask(f"clearing list show denylist --run {runs[0]}")
    assert (edition["state"], edition["large"]) == ("published", False)


def test_the_office_in_another_process_gives_the_same_bytes(runs: list[str]) -> None:
    losses = [ask(f"clearing list losses --run {run}") for run in runs]
    assert losses[0] == losses[1]
    assert ask(f"clearing replay --run {runs[0]} --to {runs[0]}/again/clearing.db -q")["differences"] == []


def test_a_list_that_would_need_approval_is_no_list_for_a_run(tmp_path: Path) -> None:
    file = tmp_path / "listed.toml"
    file.write_text(SCENARIO.replace("share = 0.005", "share = 0.01"))
    assert "refused (DENYLIST_TOO_LARGE)" in say(f"scenario run {file} -q --out {tmp_path}", 3)
    for wrong, code in (
        ("shar = 0.1", "KEY_UNKNOWN"),
        ("share = 2", "DENYLIST_WRONG"),
        ("cards = [0]", "DENYLIST_WRONG"),
    ):
        file.write_text(SCENARIO.replace("share = 0.005", wrong))
        assert f"refused ({code})" in say(f"scenario run {file} -q --out {tmp_path}", 3)
