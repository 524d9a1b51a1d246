"""Caps and loyalty: what a card has paid in a day, a week, a month, or since its first ride."""

from __future__ import annotations

from typing import Any

from clerk import fares, flat, tariff
from town import Version


def capped(**row: Any) -> Version:
    """Rides at 300, and one cap."""
    return tariff(fare=flat(300, "bus", "red"), cap=[{"id": "cap"} | row])


def at(version: Version, *moments: str, **who: Any) -> list[int | str]:
    """A bus ride at each moment, half a minute long."""
    return fares(version, "\n".join(f"{moment} bus {moment[11:]}:30" for moment in moments), **who)


def test_the_ride_that_reaches_the_cap_costs_what_is_left() -> None:
    rides = [f"2026-03-03 {hour:02d}:00" for hour in (8, 9, 10, 11)]
    assert at(capped(per="day", max=700), *rides) == [300, 300, 100, 0]


def test_a_day_ends_at_the_cut_and_a_ride_belongs_to_its_boarding() -> None:
    """At 03:59 it is still Tuesday, though the rider steps down on Wednesday."""
    day = "2026-03-03 23:00 bus 23:10\n2026-03-04 02:00 bus 02:10\n03:59 bus 04:01\n04:02 bus 04:10"
    assert fares(capped(per="day", max=700), day) == [300, 300, 100, 300]


def test_a_week_begins_on_monday() -> None:
    rides = ["2026-03-01 12:00", "2026-03-02 03:00", "2026-03-02 04:00", "2026-03-08 12:00", "2026-03-09 12:00"]
    assert at(capped(per="week", max=500), *rides) == [300, 200, 300, 200, 300]


def test_a_month_turns_with_its_first_service_day() -> None:
    rides = ["2026-02-28 12:00", "2026-03-01 03:30", "2026-03-01 04:00", "2026-03-31 12:00", "2026-04-01 12:00"]
    assert at(capped(per="month", max=500), *rides) == [300, 200, 300, 200, 300]


def test_24_hours_begin_with_the_first_ride_and_then_again() -> None:
    """From 08:30 on; the second span begins with the next ride, not at 08:30."""
    rides = ["2026-03-03 08:30", "2026-03-03 20:00", "2026-03-04 08:29", "2026-03-04 10:00", "2026-03-05 08:30",
             "2026-03-05 09:59", "2026-03-05 10:00"]  # fmt: skip
    assert at(capped(per="24_hours", max=500), *rides) == [300, 200, 0, 300, 200, 0, 300]


def test_and_end_with_their_last_second() -> None:
    version = capped(per="24_hours", max=300)
    first = "2026-03-03 08:30:00 bus 08:40"
    assert fares(version, f"{first}\n2026-03-04 08:29:59 bus 08:40") == [300, 0]
    assert fares(version, f"{first}\n2026-03-04 08:30:00 bus 08:40") == [300, 300]


def test_seven_days_are_seven_times_24_hours() -> None:
    rides = ["2026-03-03 08:30", "2026-03-10 08:29", "2026-03-10 08:30"]
    assert at(capped(per="7_days", max=300), *rides) == [300, 0, 300]


def test_a_tier_looks_at_what_was_paid_before_the_ride() -> None:
    """At 500 paid a fifth off, at 1,000 nothing more to pay: 300, 300, then 240, then 240 to 1,080, then free."""
    tiers = [{"spent": 500, "percent": 20}, {"spent": 1_000, "percent": 100}]
    rides = [f"2026-03-{day:02d} 08:00" for day in (3, 4, 5, 6, 7)]
    assert at(capped(per="month", tiers=tiers), *rides) == [300, 300, 240, 240, 0]


def test_at_the_tier_to_the_unit() -> None:
    tiers = [{"spent": 500, "percent": 20}]
    assert at(capped(per="day", tiers=tiers), "2026-03-03 08:00", spent={"cap": 499}) == [300]
    assert at(capped(per="day", tiers=tiers), "2026-03-03 08:00", spent={"cap": 500}) == [240]


def test_each_class_has_its_own_cap_or_none() -> None:
    version, rides = capped(per="day", max_by={"child": 400}), ["2026-03-03 08:00", "2026-03-03 09:00"]
    assert at(version, *rides) == [300, 300]
    assert at(version, *rides, rider="child") == [300, 100]


def test_only_what_a_cap_names_counts_towards_it() -> None:
    day = "2026-03-03 08:00 bus 08:10\n09:00 red 09:10\n10:00 bus 10:10\n11:00 red 11:10"
    assert fares(capped(per="day", max=400, services=["bus"]), day) == [300, 300, 100, 300]
    assert fares(capped(per="day", max=400, media=["bankcard"]), day) == [300, 300, 300, 300]


def test_the_tightest_of_several_caps_holds() -> None:
    caps = [{"id": "bus", "per": "day", "max": 400, "services": ["bus"]}, {"id": "all", "per": "day", "max": 800}]
    day = "2026-03-03 08:00 bus 08:10\n09:00 bus 09:10\n10:00 red 10:10\n11:00 red 11:10\n12:00 bus 12:10"
    assert fares(tariff(fare=flat(300, "bus", "red"), cap=caps), day) == [300, 100, 300, 100, 0]


def test_a_penalty_is_neither_capped_nor_counted() -> None:
    """900 for the tap-out that is missing, collected by the next bus; the cap of 500 knows of three rides only."""
    version = capped(per="day", max=500) | {"missing_tap_out": {"fare": {"bus": 900}}}
    day = "2026-03-03 08:00 bus 08:10\n09:00 bus\n10:00 bus 10:10\n11:00 bus 11:10"
    assert fares(version, day) == [300, 0, 900 + 200, 0]
