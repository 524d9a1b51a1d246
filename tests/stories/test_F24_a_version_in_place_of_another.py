"""A date is judged by another version than the pack's own: everything that is told about it has that version's names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commandline import say
from house import HANBIT, NORTH_GATE, Office

WEDNESDAY, THURSDAY = "2026-03-04", "2026-03-05"
WHO = '--by "B. Dorj" --second "S. Kim" --because "the notice came too late" --at 2026-03-05T10:00:00+09:00'
OLD_PASS = """
[[version.product]]
id = "season"
price = 50000
days = 30
services = ["metro", "bus"]
start = "first_use"
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The town, whose version of 2024 sold a pass called season where that of 2026 sells one called month."""
    pack = Path(shutil.copytree(HANBIT, tmp_path / "hanbit"))
    tariff = pack / "tariff.toml"
    old, new = tariff.read_text("utf-8").split('[[version]]\nid = "2026"')
    tariff.write_text(f'{old}{OLD_PASS.strip()}\n\n[[version]]\nid = "2026"{new}', "utf-8")
    office = Office(tmp_path, pack=pack)
    office.begin(balance=90_000)
    return office


def ride_on_a_pass(office: Office) -> Path:
    """Card 1 buys the first pass of the tariff at North Gate on Thursday, and rides on it."""
    rows = ("sale,1,1,2026-03-05T08:00:00+09:00,NG,62000,90000,1", "entry,1,2,2026-03-05T08:01:00+09:00,NG,0,90000,1")
    records, out = office.folder / "pass.csv", office.folder / "pass.afc"
    records.write_text("\n".join(["kind,card,counter,time,stop,amount,balance,product", *rows]))
    say(f"kit sign --world {office.pack} --device {NORTH_GATE} --records {records} --out {out} --epoch 1")
    return out


def test_what_is_counted_has_the_names_of_the_version_in_force(office: Office) -> None:
    assert office.answers(ride_on_a_pass(office), at="2026-03-05T12:00:00+09:00") == ["ACCEPTED"]
    office.ask(f"clearing correct tariff 2024 --first {THURSDAY} --last {THURSDAY} {WHO}")
    office.close(THURSDAY)
    told = json.loads((office.db.parent / "statements" / THURSDAY / "hanbit-metro.json").read_text())
    assert [line["product"] for line in told["lines"] if line["kind"] == "boarding"] == ["season"]
    [sale] = [line for line in told["lines"] if line["kind"] == "sale"]
    assert (sale["product"], sale["minor"]) == ("season", -62000)
    traced = office.ask(f"statement trace hanbit-metro/{THURSDAY}/sale/metro/season")
    assert (traced["parts"], traced["faults"]) == (1, [])
    assert office.audit() == {}
    assert office.replay() == []
