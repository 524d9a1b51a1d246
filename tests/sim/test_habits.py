"""Riders repeat: is the second day of a run made of the same people doing much the same?"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from street import WEDNESDAY

from afc.city import City
from sim import demand
from sim.demand.habits import ELSE

THURSDAY, SATURDAY = WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=3)


@pytest.fixture(scope="module")
def riders(hanbit: City) -> demand.Demand:
    return demand.build(hanbit, hanbit.network, SimpleNamespace(scale=1.0, seed=7, start=WEDNESDAY))


def first_starts(planned: demand.Journeys, riders: int) -> np.ndarray:
    """Seconds at which each rider sets out first; -1 for who stays at home."""
    found = np.full(riders, 1 << 30)
    np.minimum.at(found, planned.journeys["row"], planned.journeys["start_s"])
    return np.where(found == 1 << 30, -1, found)


def test_most_set_out_within_minutes_of_the_day_before(riders: demand.Demand) -> None:
    """At least three in four of those who ride on both days do so within a quarter of an hour; by chance it were one in ten."""
    n = len(riders.population.people)
    first, second = (first_starts(riders.journeys(day), n) for day in (WEDNESDAY, THURSDAY))
    both = (first >= 0) & (second >= 0)
    assert both.sum() / (first >= 0).sum() > 0.9
    within = np.abs(first - second)[both] <= 900
    assert within.mean() > 0.75
    assert within.mean() < 0.99
    assert (first != second)[both].mean() > 0.9


def test_as_many_ride_and_at_the_same_hours(riders: demand.Demand) -> None:
    first, second = riders.journeys(WEDNESDAY).journeys, riders.journeys(THURSDAY).journeys
    assert len(second) == pytest.approx(len(first), rel=0.01)
    hours = [np.bincount(day["start_s"] // 3600, minlength=30) / len(day) for day in (first, second)]
    assert np.abs(hours[0] - hours[1]).max() < 0.01


def test_some_do_something_else(riders: demand.Demand) -> None:
    """As many as are stated change how often they ride or when; a rider's journeys stay apart from each other."""
    n = len(riders.population.people)
    first, second = (riders.journeys(day).journeys for day in (WEDNESDAY, THURSDAY))
    counts = [np.bincount(day["row"], minlength=n) for day in (first, second)]
    assert 0.02 < (counts[0] != counts[1]).mean() < ELSE


def test_a_date_is_the_same_whichever_was_asked_before(hanbit: City, riders: demand.Demand) -> None:
    """A closing process may ask for Thursday alone."""
    alone = demand.build(hanbit, hanbit.network, SimpleNamespace(scale=1.0, seed=7, start=WEDNESDAY))
    assert alone.journeys(THURSDAY).journeys.tobytes() == riders.journeys(THURSDAY).journeys.tobytes()


def test_a_saturday_shows_habits_of_its_own(riders: demand.Demand) -> None:
    assert riders.first_like(SATURDAY) == SATURDAY
    assert riders.first_like(SATURDAY + timedelta(days=1)) == SATURDAY
    assert riders.first_like(THURSDAY) == WEDNESDAY
    assert riders.first_like(WEDNESDAY - timedelta(days=1)) == WEDNESDAY - timedelta(days=1)
