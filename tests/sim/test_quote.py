"""`afc fare quote` without `--at`: it asks for a morning on which commuters ride, and says which."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from click.testing import CliRunner

from afc.fares.compile import lasting, working_day
from afc.pack.calendar import Calendar
from sim.cli import main

HANBIT = Path(__file__).resolve().parent.parent / "data" / "hanbit"
WEEK = (0, 0, 0, 0, 0, 1, 1)
CALENDAR = Calendar(("weekday", "sunday"), WEEK, date(2026, 12, 31), {date(2026, 1, 1): 1, date(2026, 1, 7): 0}, ())
CITY: Any = SimpleNamespace(calendar=CALENDAR)
YEAR: dict[str, Any] = {"id": "year", "from": date(2026, 1, 1)}


def test_a_quote_says_which_morning_it_assumes(tmp_path: Path) -> None:
    """The tariff begins on New Year, which is a holiday here: the day after."""
    pack = shutil.copytree(HANBIT, tmp_path / "hanbit")
    city = (pack / "city.toml").read_text("utf-8")
    new_year = 'holidays = [\n  { date = 2026-01-01, type = "sunday", name = "New Year" },'
    (pack / "city.toml").write_text(city.replace("holidays = [", new_year), "utf-8")
    question = ["fare", "quote", str(pack), "--from", "NG", "--to", "HB"]
    told = CliRunner().invoke(main, question)
    assert told.exit_code == 0, told.output
    assert "asked without --at: 2026-01-02 08:00, the tariff's first ordinary working day" in told.stdout
    assert "--at" not in CliRunner().invoke(main, [*question, "--at", "2026-01-01 08:00"]).stdout


def test_the_first_ordinary_working_day_is_no_holiday_no_free_day_and_no_sunday() -> None:
    assert working_day(CITY, [YEAR], 0) == date(2026, 1, 2)
    free = YEAR | {"free_day": [{"date": date(2026, 1, 2)}]}
    assert working_day(CITY, [free], 0) == date(2026, 1, 5), "after the week-end"


def test_days_of_an_overlay_are_not_the_tariffs_own() -> None:
    overlay = {"id": "fair", "from": date(2026, 1, 2), "until": date(2026, 1, 6)}
    assert working_day(CITY, [YEAR, overlay], 0) == date(2026, 1, 8), "the seventh is a holiday, though a working day"
    assert working_day(CITY, [YEAR, overlay], 1) == date(2026, 1, 2)
    assert lasting([YEAR, overlay]) == 0
    assert lasting([YEAR, overlay | {"standby": True}]) == 0


def test_without_an_ordinary_day_it_is_the_first() -> None:
    overlay = {"id": "new year", "from": date(2026, 1, 1), "until": date(2026, 1, 1)}
    assert working_day(CITY, [overlay], 0) == date(2026, 1, 1)
    assert lasting([overlay]) == 0
