"""A pack with a part of a city's routes sends more vehicles on each departure when a run brings more riders than they carry."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from street import with_fleet

from afc.city import City
from afc.keys import KeyRing
from sim.world.estate import Estate
from sim.world.fleet import make_fleet
from sim.world.sisters import leaving, sisters_of


@pytest.fixture(scope="module")
def part_of_a_city(hanbit: City) -> City:
    """The town's buses as if they were a tenth of a city's."""
    return with_fleet(hanbit, "bus", part=0.1)


def number(city: City, service: str) -> int:
    """A service by its number."""
    return [one.id for one in city.services].index(service)


@pytest.mark.parametrize(("scale", "vehicles"), [(0.02, 1), (0.1, 1), (0.16, 2), (0.5, 5), (1.0, 10), (2.2, 22)])
def test_as_many_vehicles_as_the_riders_need(part_of_a_city: City, scale: float, vehicles: int) -> None:
    """A tenth of the city carries a tenth of its riders; ten times as many need ten vehicles for one."""
    sisters = sisters_of(part_of_a_city, scale)
    assert sisters[number(part_of_a_city, "bus")] == vehicles
    assert {k for s, k in enumerate(sisters) if s != number(part_of_a_city, "bus")} == {1}


def test_a_whole_city_runs_its_timetable_at_any_scale(hanbit: City) -> None:
    assert set(sisters_of(hanbit, 3.0)) == {1}


def test_sisters_leave_evenly_until_the_next_departure() -> None:
    """Every ten minutes becomes every five; nobody waits for a sister till the next morning."""
    assert leaving([0, 600, 1200], 2) == [[0, 300], [600, 900], [1200, 1500]]
    assert leaving([0, 9_000], 3) == [[0, 600, 1200], [9_000, 9_600, 10_200]]
    assert leaving([28_800], 2) == [[28_800, 29_700]]
    assert leaving([], 4) == []


def test_every_sister_is_a_vehicle_of_its_own_with_the_number_of_the_trip(part_of_a_city: City) -> None:
    city, bus = part_of_a_city, number(part_of_a_city, "bus")
    alone = make_fleet(city.network, city.calendar.day_types, city.day_cut_s)
    many = make_fleet(city.network, city.calendar.day_types, city.day_cut_s, sisters_of(city, 0.3))
    trips = Counter(trip.number for block in many.blocks["weekday"] for trip in block)
    of_buses = {trip.number for block, route in zip(alone.blocks["weekday"], alone.route, strict=True) for trip in block
                if city.network.route_service[route] == bus}  # fmt: skip
    assert {trips[one] for one in of_buses} == {3}
    assert {n for one, n in trips.items() if one not in of_buses} <= {1}


def test_gates_grow_with_the_vehicles(part_of_a_city: City, ring: KeyRing) -> None:
    """More trains would bring more riders than a subset's gates let through."""
    city: Any = part_of_a_city
    lanes = [Estate(city, city.network, ring, 7, scale).equipment.lanes for scale in (0.1, 0.3)]
    assert lanes == [city.demand.stations.lanes, 3 * city.demand.stations.lanes]


def test_the_same_run_as_ever_where_one_vehicle_is_enough(hanbit: City, part_of_a_city: City, ring: KeyRing) -> None:
    before, now = (Estate(city, city.network, ring, 7, 0.1) for city in (hanbit, part_of_a_city))
    assert before.fleet == now.fleet
    assert before.devices == now.devices
    assert np.array_equal(before.readers, now.readers)
