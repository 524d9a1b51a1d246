"""Athens puts its clocks forward in March and back in October: a service day has 23 or 25 hours, and 90 minutes stay 90."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from afc.city import City, load_city
from afc.fares.cases import MACHINES, Checker
from afc.moment import HOUR_US, day_start_us, local_us, service_date

FORWARD, BACK = date(2025, 3, 29), date(2025, 10, 25)  # service days; the clocks change before their cut at four


@pytest.fixture(scope="module")
def athens() -> City:
    return load_city("athens")


@pytest.fixture(scope="module")
def checker(athens: City) -> Checker:
    return Checker(athens)


def fares(checker: Checker, *boardings: str) -> list[list[int]]:
    """Charges of buses boarded one after another by one adult, interpreted and compiled."""
    case = {
        "name": "over the change", "rider": "adult", "medium": "card_personal", "before": {"balance": 5_000},
        "legs": [{"service": "bus", "in": boarding} for boarding in boardings],
    }  # fmt: skip
    return [[leg.charge for leg in checker.price(case, machine)] for machine in MACHINES.values()]


@pytest.mark.parametrize(("day", "hours"), [(FORWARD, 23), (BACK, 25), (date(2025, 3, 30), 24)])
def test_a_day_has_as_many_hours_as_the_clock_says(athens: City, day: date, hours: int) -> None:
    """From cut to cut; each of its quarters belongs to it, and none to two days."""
    begin, end = (day_start_us(one, athens.zone, athens.day_cut_s) for one in (day, day + timedelta(days=1)))
    assert end - begin == hours * HOUR_US
    quarters = range(begin - HOUR_US, end + HOUR_US, HOUR_US // 4)
    mine = [t_us for t_us in quarters if service_date(t_us, athens.zone, athens.day_cut_s) == day]
    assert (mine[0], len(mine)) == (begin, hours * 4)


@pytest.mark.parametrize(
    ("boardings", "charges"),
    [
        (("2025-03-30 02:30:00", "2025-03-30 04:59:00"), [120, 0]),  # by the wall 149 minutes, in truth 89
        (("2025-03-30 02:30:00", "2025-03-30 05:01:00"), [120, 120]),
        (("2025-10-26 03:30:00+03:00", "2025-10-26 03:10:00+02:00"), [120, 0]),  # the wall runs backwards
        (("2025-10-26 03:30:00+03:00", "2025-10-26 03:59:00+02:00"), [120, 0]),
        (("2025-10-26 03:30:00+03:00", "2025-10-26 04:01:00+02:00"), [120, 120]),  # by the wall 31 minutes, in truth 91
    ],
    ids=str,
)
def test_a_ticket_over_the_change_is_good_for_ninety_minutes(
    checker: Checker, boardings: tuple[str, ...], charges: list[int]
) -> None:
    assert fares(checker, *boardings) == [charges] * len(MACHINES)


def test_an_hour_that_is_skipped_is_refused_and_one_that_comes_twice_has_two_moments(athens: City) -> None:
    with pytest.raises(Exception, match="does not exist"):
        local_us("2025-03-30 03:30:00", athens.zone)
    first, second = (local_us(f"2025-10-26 03:30:00+0{hours}:00", athens.zone) for hours in (3, 2))
    assert second - first == HOUR_US
    assert {service_date(t_us, athens.zone, athens.day_cut_s) for t_us in (first, second)} == {BACK}
