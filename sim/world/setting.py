"""Setting the stage: a day's riders, vehicles, queues and gates as they are before anybody moves."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afc.fares.cases import versions_of
from afc.fares.compile import in_force
from afc.fares.state import new_scratch
from afc.moment import SECOND_US, at_us
from afc.tap import TAP
from sim.demand.chance import child
from sim.demand.journeys import Journeys
from sim.demand.population import Population
from sim.world.equipment import doors_of
from sim.world.estate import Estate
from sim.world.stage import (
    CALL,
    DWELL_FREE_US,
    OUTSIDE,
    STATION,
    TICK_US,
    TRAVELLER,
    VEHICLE,
    Crowd,
    Desk,
    Ground,
    Vehicles,
)

HOURS_AFTER = 4
"""Vehicles that left before the day cut may still be on their way so long after it."""
TAPS_FIRST = 1 << 16
NO_CARDS = np.zeros(0, np.uint64)


def clock_zero_us(city: Any, service_date: date) -> int:
    """The moment from which the clock seconds of a timetable count: twelve hours before noon, as GTFS has it."""
    return at_us(service_date, 43_200, city.zone) - 43_200 * SECOND_US


def day_start_us(city: Any, service_date: date) -> int:
    """When the service day begins, by the timetable's clock."""
    return clock_zero_us(city, service_date) + int(city.day_cut_s) * SECOND_US


def set_crowd(
    city: Any, network: Any, service_date: date, population: Population, journeys: Journeys, tally: NDArray[np.int64]
) -> Crowd:
    """Every rider on the way to their first stop."""
    day_us = day_start_us(city, service_date)
    ticks = (24 + HOURS_AFTER) * 3600 * SECOND_US // TICK_US
    travellers = set_travellers(journeys, clock_zero_us(city, service_date))
    moving = set_out(travellers, day_us, ticks)
    riding = np.zeros(len(population.cards), np.int32)
    errs = int(travellers["error"].any())
    return Crowd(travellers, journeys.legs, set_calls(city, network), moving, riding, tally, day_us, errs)


def set_desk(
    network: Any, population: Population, rates: NDArray[np.void], estate: Estate, tally: NDArray[np.int64],
    actions: NDArray[np.void],
) -> Desk:  # fmt: skip
    """Readers with the day's rates and action list, without a denylist, and room for taps."""
    estate.readers["tariff"] = rates["version"][0]
    taps = np.zeros(TAPS_FIRST, TAP)
    return Desk(population.cards, estate.readers, NO_CARDS, actions, rates, network.tables, new_scratch(), taps, tally)


def set_travellers(journeys: Journeys, zero_us: int) -> NDArray[np.void]:
    """One row for each journey, on the way to its first stop."""
    planned = journeys.journeys
    travellers = np.zeros(len(planned), TRAVELLER)
    for field in ("row", "forgets", "party", "error"):
        travellers[field] = planned[field]
    travellers["first"] = travellers["leg"] = planned["first_leg"]
    travellers["end"] = planned["first_leg"] + planned["legs"]
    travellers["at_us"] = zero_us + planned["start_s"].astype(np.int64) * SECOND_US
    travellers["phase"] = OUTSIDE
    return travellers


def set_out(travellers: NDArray[np.void], day_us: int, ticks: int) -> NDArray[np.int32]:
    """Riders by the half-minute in which they come to their first stop."""
    tick = np.clip((travellers["at_us"] - day_us) // TICK_US, 0, ticks - 1)
    order = np.argsort(tick, kind="stable").astype(np.int32)
    moving = np.full(ticks, -1, np.int32)
    last = np.ones(len(order), np.bool_)
    last[:-1] = np.diff(tick[order]) != 0
    travellers["next"][order] = np.where(last, -1, np.roll(order, -1))
    first = np.roll(last, 1) if len(order) else last
    moving[tick[order[first]]] = order[first]
    return moving


def set_calls(city: Any, network: Any) -> NDArray[np.void]:
    """Empty queues."""
    gated = np.array([service.access == "station" for service in city.services])
    lengths = [len(pattern.stops) for pattern in network.patterns]
    calls = np.zeros(sum(lengths), CALL)
    calls["stop"] = np.concatenate([pattern.stops for pattern in network.patterns])
    calls["pattern"] = np.repeat(np.arange(len(lengths)), lengths)
    calls["seq"] = np.concatenate([np.arange(n) for n in lengths])
    calls["head"] = calls["tail"] = -1
    calls["service"] = [network.route_service[network.patterns[p].route] for p in calls["pattern"]]
    calls["gated"] = gated[calls["service"]]
    return calls


def set_vehicles(city: Any, network: Any, service_date: date, estate: Estate) -> Vehicles:
    """Empty vehicles."""
    rows, doors = np.zeros(len(estate.fleet.route), VEHICLE), doors_of(city)
    rows["reader"], rows["readers"] = estate.equipment.vehicle_reader, estate.equipment.vehicle_readers
    rows["service"] = [network.route_service[route] for route in estate.fleet.route]
    rows["apart"] = doors.apart[rows["service"]]
    rows["chance"] = child(estate.seed, "cash", service_date.isoformat()).integers(1, 2_147_483_647, len(rows))
    for s, service in enumerate(city.services):
        kind, mine = city.demand.fleet[service.id], rows["service"] == s
        rows["capacity"][mine] = kind.capacity
        rows["board_us"][mine] = round(kind.board_s / kind.doors * SECOND_US)
        rows["alight_us"][mine] = round(kind.alight_s / kind.doors * SECOND_US)
        rows["gated"][mine] = service.access == "station"
        rows["taps_out"][mine] = service.tap_out != "never"
        cash = city.demand.cash.get(service.id)
        if cash and cash.from_ <= service_date and service.access == "vehicle":
            rows["cash"][mine] = round(1_000_000 * cash.share / (1 - cash.share))  # so many for a million with cards
            rows["cash_fare"][mine] = cash.fare
    aboard = np.full((len(rows), max(len(pattern.stops) for pattern in network.patterns)), -1, np.int32)
    return Vehicles(rows, aboard, doors.ins, doors.outs)


def set_ground(city: Any, network: Any, service_date: date, population: Population, estate: Estate) -> Ground:
    """Everything that riders on foot meet."""
    stations = np.zeros(len(network.stop_ids), STATION)
    for field in ("gate_in", "gate_out", "sells", "loads"):
        stations[field] = getattr(estate.equipment, field)
    gates = city.demand.stations
    must = np.array([service.tap_out == "required" for service in city.services])
    stations["must_tap_out"] = [service >= 0 and must[service] for service in network.gates]
    lanes = np.zeros((2 * len(stations), estate.equipment.lanes), np.int64)
    lane_us = round(gates.lane_s * SECOND_US) if gates else 0
    versions = versions_of(city)
    products = versions[in_force(versions, service_date)].get("product", [])
    prices = np.array([0, *(product["price"] for product in products)], np.int64)
    entries = np.array([0, *(product.get("entries", 0) for product in products)], np.int64)
    per_lane = int(gates is not None and gates.reader == "lane")
    return Ground(stations, lanes, lane_us, per_lane, population.people, prices, entries)


def calls_of(network: Any, slower: float = 1.0) -> list[list[tuple[int, int]]]:
    """For each pattern: its calls and the time (microseconds) to the next; after the last, until the doors are closed.

    `slower` is how many times as long rides take.
    """
    calls, first = [], 0
    for pattern in network.patterns:
        run_us = [round(int(b - a) * SECOND_US * slower) for a, b in pairwise(pattern.run_s)] + [DWELL_FREE_US]
        calls.append(list(zip(range(first, first + len(run_us)), run_us, strict=True)))
        first += len(run_us)
    return calls
