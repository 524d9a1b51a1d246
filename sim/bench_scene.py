"""One day of buses that different models play: the same vehicles, trips, doors, stops and riders for each of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from afc.city import City
from afc.keys import KeyRing, sim_environment
from afc.moment import SECOND_US
from afc.refusal import Refused
from sim.demand.journeys import Journeys
from sim.run import rates_on, set_up
from sim.scenario import find_scenario
from sim.world import World
from sim.world.by_rider import Street
from sim.world.setting import calls_of, clock_zero_us, set_vehicles

PURSE = 10**9
"""Minor units: nobody is turned away for want of money."""


class Scene(NamedTuple):
    """A day before it begins: our world of it, its journeys, and the same as any other model takes it."""

    city: City
    day: date
    stage: World
    journeys: Journeys
    rates: np.ndarray
    street: Street


def town(folder: Path) -> Path:
    """The small made-up town that every pack begins with, in a folder."""
    from afc.starter.begin import begin, place_of

    begin(place_of("bench-town", None, None, None, None), folder / "bench-town")
    return folder / "bench-town"


def set_scene(city_name: str, scale: float) -> Scene:
    """A day with the journeys of one ride by a vehicle without gates, one for each card, with money enough; the other vehicles
    stay in the depot."""
    scenario = find_scenario(None, city_name).changed(scale=scale)
    if scenario.errors:
        cure = "Take [errors] out of the pack's first scenario."
        raise Refused("ERRORS_NOT_PLAYED", "riders who are processes make no mistakes", where=city_name, cure=cure)
    city, day = scenario.load(), scenario.start
    riders, stage = set_up(scenario, city, KeyRing.from_seed(scenario.seed, sim_environment(city.id)))
    stage.population.cards["balance"] = PURSE
    stage.population.people["wants"] = 0
    gated = np.array([service.access == "station" for service in city.services])
    stand_still(stage, gated)
    journeys = simple(riders.journeys(day), calls_gated(city, gated))
    return Scene(city, day, stage, journeys, rates_on(city, day), street_of(city, day, stage, journeys))


def stand_still(stage: World, gated: np.ndarray) -> None:
    """Take the trips away from vehicles behind gates."""
    fleet, service = stage.estate.fleet, stage.network.route_service
    still = [bool(gated[service[route]]) for route in fleet.route]
    blocks = {
        kind: tuple(() if rests else trips for trips, rests in zip(of_kind, still, strict=True))
        for kind, of_kind in fleet.blocks.items()
    }
    stage.estate.fleet = fleet._replace(blocks=blocks)


def calls_gated(city: City, gated: np.ndarray) -> np.ndarray:
    """Is it behind gates: by call."""
    network = city.network
    of_pattern = [gated[network.route_service[pattern.route]] for pattern in network.patterns]
    return np.repeat(of_pattern, [len(pattern.stops) for pattern in network.patterns])


def simple(plan: Journeys, behind_gates: np.ndarray) -> Journeys:
    """The first journey of each card, of those with one ride and no gate, alone on the card, in the order of setting out."""
    one_ride = plan.journeys[plan.journeys["legs"] == 1]
    on_street = one_ride[~behind_gates[plan.legs["on"][one_ride["first_leg"]]]]
    first = np.sort(np.unique(on_street["row"], return_index=True)[1])
    chosen = on_street[first]
    legs = plan.legs[chosen["first_leg"]]
    legs["taps_out"] = 1
    chosen["first_leg"], chosen["party"], chosen["forgets"] = np.arange(len(chosen)), 1, 0
    return Journeys(chosen, legs, 0)


def street_of(city: City, day: date, stage: World, journeys: Journeys) -> Street:
    """The scene in the words of the other models."""
    rows = set_vehicles(city, city.network, day, stage.estate).rows
    blocks = stage.estate.fleet.blocks[city.calendar.day_types[city.day_type(day)]]
    room, board_us, alight_us, apart = (rows[name].tolist() for name in ("capacity", "board_us", "alight_us", "apart"))
    zero_us = clock_zero_us(city, day)
    come_us = zero_us + journeys.journeys["start_s"].astype(np.int64) * SECOND_US
    on, off = (journeys.legs[end].astype(np.int64) for end in ("on", "off"))
    return Street(blocks, room, board_us, alight_us, apart, calls_of(city.network), zero_us, come_us, on, off)
