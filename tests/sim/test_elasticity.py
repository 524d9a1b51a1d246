"""What riders do at another fare: a stated elasticity, by each rider's own way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from street import WEDNESDAY

from afc.city import City
from sim import demand
from sim.demand.elastic import RATIO_MAX, answer
from sim.quote import price
from sim.scenario import Scenario
from sim.scenario_answers import with_answers

CITY = str(Path(__file__).resolve().parents[1] / "data" / "hanbit")


def scenario(value: float, counted_under: str, **more: object) -> Scenario:
    table = {"elasticity": {"value": value, "counted_under": counted_under, "source": "synthetic"}}
    return Scenario("day", CITY, WEDNESDAY, **with_answers(table, "day.toml"), **more)  # type: ignore[arg-type]


def journeys(city: City, asked: Scenario) -> int:
    planned = demand.build(city, city.network, asked).journeys(WEDNESDAY)
    return len(planned.journeys) + planned.unserved


@pytest.fixture(scope="module")
def riders(hanbit: City) -> demand.Demand:
    return demand.build(hanbit, hanbit.network, scenario(-0.3, "2024"))


def test_one_way_is_priced_as_a_quote_prices_it(hanbit: City, riders: demand.Demand) -> None:
    """From North Gate to the Market by metro: 1 400 in 2024 and 1 550 in 2026, so (1550 / 1400) to the power of -0.3."""
    network, people = hanbit.network, riders.population.people
    quoted = price(hanbit, "NG", "MK", "2026-03-04 08:00", "adult", "hancard", [], [])
    assert quoted["ways"][0]["total_minor"] == 1_550
    theirs = (people["home"] == network.stop("NG")) & (people["place"] == network.stop("MK"))
    found = answer(riders, riders.elasticity, WEDNESDAY).factor[theirs]
    assert len(found) > 0
    assert found == pytest.approx((1_550 / 1_400) ** -0.3)


def test_all_ride_less_where_all_pay_more(hanbit: City, riders: demand.Demand) -> None:
    found = answer(riders, riders.elasticity, WEDNESDAY)
    assert 1_000 < found.then_minor < found.now_minor < 2_500  # one ride, not both
    assert (found.factor < 1).all()
    assert journeys(hanbit, scenario(-0.3, "2024")) == pytest.approx(
        journeys(hanbit, Scenario("day", CITY, WEDNESDAY)) * found.factor.mean(), rel=0.01
    )


def test_a_lower_fare_brings_journeys(hanbit: City) -> None:
    """Counted under 2026, and 2024's prices by command."""
    cheap = hanbit.under("2024")
    found = journeys(cheap, scenario(-0.8, "2026", tariff="2024"))
    assert found > 1.03 * journeys(cheap, Scenario("day", CITY, WEDNESDAY, tariff="2024"))


def test_the_fare_that_was_counted_changes_nothing(hanbit: City) -> None:
    """Not a journey, not a byte."""
    same = demand.build(hanbit, hanbit.network, scenario(-0.3, "2026")).journeys(WEDNESDAY)
    plain = demand.build(hanbit, hanbit.network, Scenario("day", CITY, WEDNESDAY)).journeys(WEDNESDAY)
    assert same.journeys.tobytes() == plain.journeys.tobytes()
    assert same.legs.tobytes() == plain.legs.tobytes()


def test_no_fare_is_answered_without_end(riders: demand.Demand) -> None:
    found = answer(riders, riders.elasticity.model_copy(update={"value": -3.0}), WEDNESDAY)
    assert np.isfinite(found.factor).all()
    assert found.factor.max() <= RATIO_MAX**3
    assert found.factor.min() >= RATIO_MAX**-3
