"""A city as the rest of the product asks it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hanbit_pack import HANBIT, changed, copied

from afc.city import City, list_cities, load_city
from afc.fares.cases import versions_of
from afc.fares.compile import in_force
from afc.pack.prices import price_in
from afc.refusal import Refused


@pytest.fixture(scope="module")
def hanbit() -> City:
    return load_city(HANBIT)


def test_numbers_are_the_order_of_city_toml(hanbit: City) -> None:
    assert (
        hanbit.party("hanbit-bus"),
        hanbit.service("bus"),
        hanbit.category("senior"),
        hanbit.medium("bankcard"),
    ) == (
        1,
        1,
        2,
        1,
    )
    assert hanbit.parties_with("service_operator") == (0, 1)
    assert (hanbit.currency, hanbit.exponent, hanbit.zone.key, hanbit.day_cut_s) == ("KRW", 0, "Asia/Seoul", 14_400)


@pytest.mark.parametrize("ask", ["party", "service", "category", "medium"])
def test_an_unknown_id_is_refused_by_name(hanbit: City, ask: str) -> None:
    with pytest.raises(Refused, match=f'there is no {ask} "nobody"') as told:
        getattr(hanbit, ask)("nobody")
    assert told.value.code == f"UNKNOWN_{ask.upper()}"
    assert told.value.cure.startswith("Known: ")


def test_a_date_has_a_day_type_and_a_holiday_takes_another(hanbit: City) -> None:
    names = hanbit.calendar.day_types
    assert [names[hanbit.day_type(date(2026, 3, day))] for day in (1, 2, 3, 7)] == [
        "sunday",
        "sunday",
        "weekday",
        "sunday",
    ]


def test_past_the_horizon_nobody_knows_the_holidays(hanbit: City) -> None:
    assert hanbit.day_type(date(2026, 12, 31)) == 0
    with pytest.raises(Refused) as told:
        hanbit.day_type(date(2027, 1, 1))
    assert told.value.code == "CALENDAR_HORIZON"
    assert told.value.what == "holidays are known until 2026-12-31 only, and 2027-01-01 is later"


def test_pupils_go_to_school_on_working_days_of_a_term(hanbit: City) -> None:
    days = {day: hanbit.is_school_day(date(2026, *day)) for day in ((3, 2), (3, 3), (3, 7), (7, 15), (7, 16))}
    assert days == {(3, 2): False, (3, 3): True, (3, 7): False, (7, 15): True, (7, 16): False}


def test_the_version_in_force_changes_on_its_date(hanbit: City) -> None:
    versions = versions_of(hanbit)
    assert [in_force(versions, date(*day)) for day in ((2024, 10, 5), (2025, 12, 31), (2026, 1, 1))] == [0, 0, 1]
    with pytest.raises(Refused, match="no tariff version is in force on 2024-10-04"):
        in_force(versions, date(2024, 10, 4))


def test_a_version_is_given_as_it_stands_in_the_file(hanbit: City) -> None:
    version = hanbit.tariff.version[1].model_dump(by_alias=True, exclude_none=True)
    assert version["from"] == date(2026, 1, 1)
    assert version["journey"]["bands"] == ({"from_m": 0, "step_m": 5000, "adult": 100, "youth": 80, "senior": 0},)
    assert version["sections"]["amounts"] == ({"uses": ("air",), "adult": 500, "youth": 400, "senior": 500},)
    assert version["journey"]["night"] == "21:00-07:00"
    assert "night_window_s" in version["journey"]
    assert "needs_attribute" not in version["journey"]


def test_a_price_may_differ_by_period(tmp_path: Path) -> None:
    peak = '[version.periods]\npeak = { weekday = ["07:00-09:00", "17:00-19:30"] }\n\n[version.base.metro]'
    pack, _ = changed(tmp_path, "tariff.toml", "[version.base.metro]", peak)
    text = (pack / "tariff.toml").read_text("utf-8")
    (pack / "tariff.toml").write_text(text.replace("adult = 1400", "adult = { off_peak = 1400, peak = 1700 }"), "utf-8")
    version = load_city(pack).tariff.version[0]
    assert version.period_ids == ("off_peak", "peak")
    assert [price_in(version.base["metro"]["adult"], period) for period in version.period_ids] == [1400, 1700]
    (pack / "tariff.toml").write_text(text.replace('"17:00-19:30"', '"08:30-19:30"'), "utf-8")
    with pytest.raises(Refused, match="two periods hold at once on weekday"):
        load_city(pack)


def test_the_digest_is_of_every_file_and_of_nothing_else(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    before = load_city(pack).digest
    assert before == load_city(HANBIT).digest
    (pack / "__pycache__").mkdir()
    (pack / "__pycache__" / "x").write_text("x")
    (pack / ".hidden").write_text("x")
    assert load_city(pack).digest == before
    (pack / "SOURCES.md").write_text("other")
    assert load_city(pack).digest != before


def test_every_pack_that_comes_with_the_product_is_listed() -> None:
    shipped = Path(load_city.__code__.co_filename).parent / "cities"
    assert list_cities() == sorted(folder.parent.name for folder in shipped.glob("*/city.toml"))


def test_an_unknown_city_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no city") as told:
        load_city("hanbitt")
    assert told.value.code == "CITY_UNKNOWN"
    with pytest.raises(Refused, match="the folder is not a city pack"):
        load_city(tmp_path)


def test_asking_for_help_does_not_load_the_heavy_libraries() -> None:
    code = "import sys, afc.city; print([m for m in ('pydantic', 'numpy', 'scipy', 'babel') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_network_is_built_without_scipy_until_a_path_is_asked_for() -> None:
    code = (
        "import sys, afc.city\n"
        f"network = afc.city.load_city({str(HANBIT)!r}).network\n"
        "before = 'scipy' in sys.modules\n"
        "network.tables\n"
        "print(before, 'scipy' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False True"
