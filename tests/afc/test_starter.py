"""A pack begun by `afc city new`: it is whole as it stands, in whatever currency and clock it was asked for."""

from __future__ import annotations

import json
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from afc.city import load_city
from afc.fares.cases import check_city, versions_of
from afc.fares.lint import lint
from afc.refusal import Refused
from afc.starter.begin import TOWN, Place, begin, place_of
from clearing.casework import shares_of_case
from sim.cli import main
from sim.run import execute
from sim.scenario import find_scenario


def rivertown(folder: Path) -> Path:
    """A pack begun without asking for anything."""
    begin(place_of("rivertown", None, None, None, None), folder / "rivertown")
    return folder / "rivertown"


def test_every_worked_example_holds_to_the_last_share(tmp_path: Path) -> None:
    outcomes = check_city(load_city(rivertown(tmp_path)), None, shares_of_case)
    assert len(outcomes) == 5
    assert not [(o.name, o.problems, o.pending) for o in outcomes if o.problems or o.pending]


def test_a_wrong_price_makes_an_example_wrong(tmp_path: Path) -> None:
    """The examples look at the tariff: with rail 10 dearer those by rail do not hold, and the others do."""
    pack = rivertown(tmp_path)
    tariff = (pack / "tariff.toml").read_text("utf-8")
    (pack / "tariff.toml").write_text(tariff.replace("price = [200, 260, 320]", "price = [200, 270, 320]"), "utf-8")
    wrong = [o.name for o in check_city(load_city(pack), None, shares_of_case) if o.problems]
    assert [name.split(":")[0].split(",")[0] for name in wrong] == [
        "Rail from Mill to Town Hall",
        "Rail",
        "Thirty minutes and a second are too late",
    ]


def test_a_fare_office_finds_nothing_to_look_at(tmp_path: Path) -> None:
    city = load_city(rivertown(tmp_path))
    assert lint(city, versions_of(city)) == []


def test_a_day_in_the_town_keeps_every_invariant(tmp_path: Path) -> None:
    scenario = find_scenario(None, str(rivertown(tmp_path))).changed(scale=0.05)
    summary = json.loads((execute(scenario, tmp_path, 1) / "summary.json").read_text("utf-8"))
    assert summary["taps"]["accepted"] > 100
    assert {"I1", "I11", "I19"} <= {check["invariant"] for check in summary["checks"]}
    assert all(check["ok"] for check in summary["checks"])


def test_it_takes_the_name_and_the_codes_that_were_asked_for(tmp_path: Path) -> None:
    begin(place_of("river-town", "JP", None, "Asia/Tokyo", "ja_JP"), tmp_path / "here")
    city = load_city(tmp_path / "here")
    assert (city.id, city.name, city.country, city.currency) == ("river-town", "River Town", "JP", "JPY")
    assert (city.zone.key, city.locale, city.network.version) == ("Asia/Tokyo", "ja_JP", "river-town-2026")
    assert "200 here is 200 JPY." in (tmp_path / "here" / "tariff.toml").read_text("utf-8")


@pytest.mark.parametrize("decimals", [("KWD", "0.200 KWD"), ("XTS", "2.00 XTS")], ids=lambda row: row[0])
def test_the_tariff_shows_an_amount_in_its_own_currency(decimals: tuple[str, str], tmp_path: Path) -> None:
    begin(place_of("rivertown", None, decimals[0], None, None), tmp_path / "rivertown")
    assert f"200 here is {decimals[1]}." in (tmp_path / "rivertown" / "tariff.toml").read_text("utf-8")


def test_no_mark_is_left_in_any_file(tmp_path: Path) -> None:
    pack = rivertown(tmp_path)
    files = [file for file in pack.rglob("*") if file.is_file()]
    assert len(files) == len([file for file in TOWN.rglob("*") if file.is_file()]) == 16
    assert not [file.name for file in files if "@" in file.read_text("utf-8")]


@pytest.mark.parametrize("file", sorted(TOWN.glob("*.toml")), ids=lambda file: file.name)
def test_every_table_has_a_comment_above_its_first_row(file: Path) -> None:
    """Somebody who has never seen a pack is told what each table is for."""
    lines = file.read_text("utf-8").splitlines()
    assert lines[0].startswith("# @TITLE@: ")
    first: dict[str, str] = {}
    for before, line in pairwise(lines):
        if line.startswith("["):
            first.setdefault(line, before)
    assert first
    assert not [table for table, before in first.items() if not before.startswith("#")]


def test_nothing_that_stands_there_is_overwritten(tmp_path: Path) -> None:
    pack = rivertown(tmp_path)
    (pack / "tariff.toml").write_text("mine", "utf-8")
    with pytest.raises(Refused) as refused:
        rivertown(tmp_path)
    assert refused.value.code == "OUT_EXISTS"
    assert "--out" in refused.value.cure
    assert (pack / "tariff.toml").read_text("utf-8") == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["rivertown"]


@pytest.mark.parametrize(
    ("asked", "code", "cure"),
    [
        (("Río Ancho", None, None, None, None), "ID_MALFORMED", '"rio-ancho"'),
        (("2nd-town", None, None, None, None), "ID_MALFORMED", '"nd-town"'),
        (("../above", None, None, None, None), "ID_MALFORMED", '"above"'),
        (("한빛", None, None, None, None), "ID_MALFORMED", '"my-town"'),
        (("seoul", None, None, None, None), "CITY_KNOWN", '"seoul-2"'),
        (("rivertown", "nz", None, None, None), "UNKNOWN_COUNTRY", "two capitals"),
        (("rivertown", None, "dollar", None, None), "UNKNOWN_CURRENCY", "three capitals"),
        (("rivertown", None, None, "Pacific/Aukland", None), "UNKNOWN_ZONE", "Pacific/Auckland"),
        (("rivertown", None, None, None, "qq_QQ"), "UNKNOWN_LOCALE", "en_GB"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else value,
)
def test_a_bad_word_is_refused_with_a_cure(asked: tuple[str, None, None, None, None], code: str, cure: str) -> None:
    with pytest.raises(Refused) as refused:
        place_of(*asked)
    assert refused.value.code == code
    assert cure in refused.value.cure


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["city", "new", "rivertown", "--out", str(tmp_path / "packs" / "mine"), "--json"])
    answer = json.loads(told.output)
    assert answer["ok"]
    assert answer["data"]["title"] == Place("rivertown", "ZZ", "XTS", "UTC", "en").title == "Rivertown"
    assert tomllib.loads((tmp_path / "packs" / "mine" / "city.toml").read_text("utf-8"))["id"] == "rivertown"
    shown = CliRunner().invoke(main, ["city", "new", "lakeside", "--out", str(tmp_path / "lakeside")])
    assert f"afc city check {tmp_path / 'lakeside'}" in shown.output
