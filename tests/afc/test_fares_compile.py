"""From tariff text to rates: what does not fit is refused by name, and the city's clock and calendar come out right."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace as Of
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from town import SERVICES, TOWN, Version

from afc.fares import rates as places
from afc.fares.calendar import calendar_row, minute_of, period_at, service_day
from afc.fares.compile import compile_rates, in_force
from afc.fares.state import Plain
from afc.moment import DAY_US, MINUTE_US, from_us, local_us, service_date
from afc.pack.calendar import Calendar
from afc.refusal import Refused

CLOCK_CHANGES_2026 = {
    "Europe/Athens": ("2026-03-29 02:59:59", "2026-03-29 04:00:00", "2026-10-25 02:59:59", "2026-10-25 05:00:00"),
    "Africa/Cairo": ("2026-04-23 23:59:59", "2026-04-24 01:00:00", "2026-10-29 22:59:59", "2026-10-30 01:00:00"),
    "Pacific/Auckland": ("2026-04-05 01:59:59", "2026-04-05 04:00:00", "2026-09-27 01:59:59", "2026-09-27 03:00:00"),
}


def version(**rows: Any) -> Version:
    """A flat tariff, and whatever a test adds to it."""
    base = {service: {"adult": 1000, "child": 500} for service in SERVICES}
    return {"id": "v", "from": date(2026, 1, 1), "source": "made up", "base": base} | rows


def town(**changes: Any) -> Of:
    """The tiny town with something changed."""
    return Of(**{**vars(TOWN), **changes})


def calendar(horizon: date, day_types: int = 2) -> Calendar:
    """Weekdays and Sundays until a horizon."""
    names = ("weekday", "sunday", "festival", "fair", "fast")[:day_types]
    return Calendar(names, (0, 0, 0, 0, 0, 1, 1), horizon, {}, ())


def journey(**rows: Any) -> Version:
    return {"services": ["bus"], "pricing": "integrated", "window_from": "service_day", "transfers_max": 4} | rows


TOO_LARGE: list[tuple[str, Of, Version]] = [
    ("28 services", town(services=TOWN.services * 7), version()),
    ("17 categories", town(categories=tuple(Of(id=f"c{i}") for i in range(17))), version()),
    ("9 media", town(media=tuple(Of(id=f"m{i}", funding="prepaid") for i in range(9))), version()),
    ("5 day types", town(calendar=calendar(date(2026, 6, 30), day_types=5)), version()),
    ("5 periods", TOWN, version(periods={f"p{i}": {} for i in range(4)})),
    ("9 quotas", TOWN, version(quota=[{}] * 9)),
    ("25 products", TOWN, version(product=[{}] * 25)),
    ("13 modifiers", TOWN, version(modifier=[{}] * 13)),
    ("5 caps", TOWN, version(cap=[{}] * 5)),
    ("5 tiers", TOWN, version(cap=[{"tiers": [{}] * 5}])),
    ("17 section sets", TOWN, version(sections={"amounts": [{}] * 17})),
    (
        "8 fare sections",
        town(network=Of(section_ids=tuple("abcdefgh"), zone_ids=(), stop=None, patterns=())),
        version(),
    ),
    ("64 transfers", TOWN, version(journey=journey(transfers_max=64))),
    ("32768 entries", TOWN, version(product=[{"entries": 32_768}])),
    ("128 missing tap-outs", TOWN, version(product=[{"suspend_after_missing": 128}])),
    ("7 distance bands", TOWN, version(distance={"bus": {"bands": [{"from_m": i, "step_m": 1} for i in range(7)]}})),
]


@pytest.mark.parametrize(("what", "city", "tariff"), TOO_LARGE, ids=[row[0] for row in TOO_LARGE])
def test_what_a_reader_cannot_hold_is_refused_and_counted(what: str, city: Of, tariff: Version) -> None:
    """Readers have fixed places for everything; the message says what there is too much of."""
    with pytest.raises(Refused, match=what.split()[0]) as refused:
        compile_rates(city, tariff, 0)
    assert refused.value.code == "TARIFF_TOO_LARGE"
    assert what.split()[1] in refused.value.what


def test_a_calendar_longer_than_the_table_is_refused() -> None:
    with pytest.raises(Refused, match="at most 8192") as refused:
        compile_rates(town(calendar=calendar(date(2048, 1, 1))), version(), 0)
    assert refused.value.code == "CALENDAR_TOO_LONG"


def test_a_zone_that_changes_its_clock_too_often_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "OFFSETS_MAX", 3)
    with pytest.raises(Refused, match="clock changes, at most 3") as refused:
        compile_rates(town(zone=ZoneInfo("Europe/Athens"), calendar=calendar(date(2027, 12, 31))), version(), 0)
    assert refused.value.code == "ZONE_TOO_RESTLESS"


def test_a_section_that_no_stretch_is_in_is_refused_with_the_near_one() -> None:
    """A surcharge that nobody could ever pay is a misspelt name."""
    with pytest.raises(Refused, match='Did you mean "near"') as refused:
        compile_rates(TOWN, version(sections={"amounts": [{"uses": ["naer"], "adult": 5}]}), 0)
    assert refused.value.code == "SECTION_UNKNOWN"


def test_before_the_first_version_there_is_no_tariff() -> None:
    versions = [version(), version() | {"id": "w", "from": date(2026, 3, 1)}]
    days = [date(2026, 1, 1), date(2026, 2, 28), date(2026, 3, 1), date(2030, 1, 1)]
    assert [in_force(versions, day) for day in days] == [0, 0, 1, 1]
    with pytest.raises(Refused, match="The first begins 2026-01-01") as refused:
        in_force(versions, date(2025, 12, 31))
    assert refused.value.code == "NO_TARIFF"


@pytest.mark.parametrize("zone", CLOCK_CHANGES_2026)
def test_the_rules_read_the_citys_clock_through_every_change(zone: str) -> None:
    """On both sides of each change the local minute and the service date are those of the time zone data base."""
    city = town(zone=ZoneInfo(zone), calendar=calendar(date(2026, 12, 31)))
    rates = Plain(compile_rates(city, version(), 0))
    for text in CLOCK_CHANGES_2026[zone]:
        for minutes in (-1, 0, 1, 59, 60, 61, 24 * 60):
            check_clock(local_us(text, city.zone) + minutes * MINUTE_US, city, rates)


@pytest.mark.parametrize(
    "zone", ["Asia/Seoul", "America/Bogota", "Asia/Ulaanbaatar", "Europe/Athens", "Pacific/Auckland"]
)
def test_and_at_every_day_cut_of_a_year(zone: str) -> None:
    city = town(zone=ZoneInfo(zone), calendar=calendar(date(2026, 12, 31)))
    rates = Plain(compile_rates(city, version(), 0))
    start_us = local_us("2026-01-01 03:59", city.zone)
    for day in range(364):
        for minute in (0, 1, 60):
            check_clock(start_us + day * DAY_US + minute * MINUTE_US, city, rates)


def check_clock(t_us: int, city: Of, rates: Any) -> None:
    local = from_us(t_us, city.zone)
    assert minute_of(t_us, rates) == local.hour * 60 + local.minute
    day = service_date(t_us, city.zone, city.day_cut_s)
    assert date(1970, 1, 1) + timedelta(days=service_day(t_us, rates)) == day


def test_a_day_outside_the_calendar_is_our_mistake() -> None:
    rates = Plain(compile_rates(TOWN, version(), 0))
    with pytest.raises(AssertionError):
        calendar_row(service_day(local_us("2026-07-02 12:00", TOWN.zone), rates), rates)


def test_holidays_school_days_and_free_days_stand_on_their_dates() -> None:
    """Founding Day is a Monday that runs like a Sunday, and no school day."""
    free = [{"date": date(2026, 3, 4), "services": ["bus"]}, {"date": date(2026, 3, 4), "services": ["red"]}]
    rates: Any = Plain(compile_rates(TOWN, version(free_day=free), 0))
    rows = [calendar_row((date(2026, 3, d) - date(1970, 1, 1)).days, rates) for d in (2, 3, 4)]
    assert [rates.day_type[row] for row in rows] == [1, 0, 0]
    assert [rates.school[row] for row in rows] == [0, 1, 1]
    assert [rates.free[row] for row in rows] == [0, 0, 0b110]
    assert [rates.month_of[row] for row in rows] == [2026 * 12 + 2] * 3


@pytest.mark.parametrize(
    ("moment", "peak"),
    [
        ("2026-03-03 06:59", False), ("2026-03-03 07:00", True), ("2026-03-03 08:59", True), ("2026-03-03 09:00", False),
        ("2026-03-03 22:59", False), ("2026-03-03 23:00", True), ("2026-03-04 00:59", True), ("2026-03-04 01:00", False),
        ("2026-03-08 00:30", False), ("2026-03-07 00:30", True), ("2026-03-02 08:00", False),
    ],
)  # fmt: skip
def test_a_period_may_run_over_midnight_and_belongs_to_its_service_day(moment: str, peak: bool) -> None:
    """At half past midnight on Saturday it is still Friday's peak; on Founding Day there is none."""
    bands = {"peak": {"weekday": ["07:00-09:00", "23:00-01:00"]}}
    rates = Plain(compile_rates(TOWN, version(periods=bands), 0))
    assert period_at(local_us(moment, TOWN.zone), rates) == peak


def test_what_a_tariff_leaves_out_changes_nothing() -> None:
    rates = compile_rates(TOWN, version(), 4)[0]
    assert rates["version"] == 4
    assert rates["reentry_service"] == -1
    assert not rates["joins"].any()
    assert (rates["pair_price"] == -1).all()
    assert (rates["lone_max"] == -1).all()
    assert rates["group_categories"] == 0b11, "whoever is not named may pay for several, because nobody is named"


def test_ids_become_places_in_the_order_of_the_city() -> None:
    tariff = version(
        journey=journey(services=["rail", "red"], needs_tap_out=["bankcard"], needs_attribute="personalised",
                        no_transfer=[["rail", "rail"]], free_m=10_000, free_m_with={"red": 30_000}),
        missing_tap_out={"collect": "none", "surcharge": {"ferry": 700}},
        quota=[{"categories": ["child"], "rides": 3, "day_types": ["school_day", "sunday"], "price": {"bus": 5},
                "payer": "town"}],
    )  # fmt: skip
    rates = compile_rates(TOWN, tariff, 0)[0]
    assert rates["joins"][:4].tolist() == [1, 0, 1, 0]
    assert rates["pair_price"][:4, :4, 0].tolist() == [[-1, -1, 0, -1], [-1] * 4, [0, -1, 0, -1], [-1] * 4]
    assert rates["needs_tap_out"][:2].tolist() == [0, 1]
    assert rates["free_m"][:4].tolist() == [10_000, 10_000, 30_000, 10_000]
    assert rates["missing_surcharge"][3] == 700
    assert (rates["quota_categories"][0], rates["quota_days"][0], rates["quota_school"][0]) == (0b10, 0b10, 1)
    assert rates["quota_price"][0][:4].tolist() == [-1, 5, -1, -1]
    assert np.array_equal(rates["postpaid"][:2], [0, 1])
