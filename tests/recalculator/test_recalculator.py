"""Two programs that share no line come to the same statements, to the unit, over days of different seeds."""

from __future__ import annotations

import ast
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import recalculator
from commandline import ask

HERE = Path(__file__).resolve().parent
HANBIT = HERE.parent / "data" / "hanbit"
PARTIES = ("hanbit-metro", "hanbit-bus", "hancard", "corner-shops", "city")
NOT_TOLD = {"opening", "scheduled_trip", "scheduled_metres", "service_s"}
"""What cards held when the books began, which nets to nothing; what the timetable promised, which no tap says; and hours, for which
no contract of the town pays."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with a tariff that a small program can price, and the pack's own examples hold."""
    folder = Path(shutil.copytree(HANBIT, tmp_path_factory.mktemp("flat") / "hanbit"))
    for file in (HERE / "pack").glob("*.toml"):
        shutil.copyfile(file, folder / file.name)
    demand = folder / "demand.toml"
    lines = demand.read_text("utf-8").splitlines()
    demand.write_text("\n".join(line for line in lines if not line.startswith("products = ")) + "\n", "utf-8")
    ask(f"city check {folder}")
    return folder


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_come_to_the_same_statements(seed: int, pack: Path, tmp_path: Path) -> None:
    run = ask(
        f"scenario run hanbit-weekend --city {pack} --scale 0.05 --days 2 --seed {seed} --workers 1 -q --out {tmp_path}"
    )
    house = Path(run["folder"])
    days = [path.name for path in sorted((house / "statements").iterdir())]
    folders = [tmp_path / party for party in ("hanbit-metro", "hanbit-bus", "corner-shops")]
    for folder in folders:
        ask(f"statement evidence {folder.name} {days[-1]} --own --out {folder} --run {house}")
    dates = {
        date.fromisoformat(day): ask(f"clearing manifest {day} --run {house}")["log"]["through_position"]
        for day in days
    }
    found = recalculator.recalculate(folders, folders[0] / "registers.json", dates)
    compared = 0
    for day in days:
        for party in PARTIES:
            told = json.loads((house / "statements" / day / f"{party}.json").read_bytes())
            ours = {
                (line["kind"], line["service"]): [line["quantity"], line["minor"]]
                for line in told["lines"]
                if line["kind"] not in NOT_TOLD
            }
            theirs = {
                (kind, service): row for (p, kind, service), row in found[date.fromisoformat(day)].items() if p == party
            }
            assert theirs == ours, f"{party} on {day}"
            assert sum(minor for _, minor in theirs.values()) == told["total"]["minor"]
            compared += len(ours)
    assert compared > 40


def test_it_shares_no_line_with_the_product() -> None:
    """At most three hundred lines, and nothing imported that is ours."""
    source = (HERE / "recalculator.py").read_text("utf-8")
    assert len(source.splitlines()) <= 300
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [getattr(node, "module", "") or ""]
        )
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert not names & {"afc", "terminals", "clearing", "sim"}
