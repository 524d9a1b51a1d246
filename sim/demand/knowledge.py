"""What riders know of a kind of day, and what they would do: the same question asked of a sample and of a whole day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.executor import compiled
from sim.demand.choice import LEG, LEGS_MAX, Sample, choose_all
from sim.demand.lines import Lines, thin_hours
from sim.demand.routes import Routes, Walks, find_routes


class Taps(NamedTuple):
    """Tap-ins that a sample makes: journey and service of each, and how long after setting out."""

    journey: NDArray[np.int64]
    service: NDArray[np.int64]
    lag_s: NDArray[np.float64]
    per_journey: float


class Knowledge(NamedTuple):
    """What riders know of a kind of day: departures by hour, and the routes of full and of thin hours."""

    table: NDArray[np.float64]
    thin: NDArray[np.int64]
    routes: tuple[Routes, Routes]


def learn(lines: Lines, walks: Walks, table: NDArray[np.float64], bias_s: NDArray[np.float64]) -> Knowledge:
    """Routes for the hours of full service and, if there are any with riders, for the thin ones."""
    thin = thin_hours(table)
    full = find_routes(lines, walks, per_second(table, thin == 0), bias_s)
    at_night = per_second(table, thin == 1)
    return Knowledge(table, thin, (full, find_routes(lines, walks, at_night, bias_s) if at_night.any() else full))


def per_second(table: NDArray[np.float64], hours: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean departures a second of each pattern over the hours in which it runs."""
    within = table[:, hours]
    running = np.maximum((within > 0).sum(axis=1), 1)
    rate: NDArray[np.float64] = within.sum(axis=1) / (running * 3600.0)
    return rate


def ask(lines: Lines, walks: Walks, known: Knowledge, sample: Sample) -> tuple[NDArray[np.void], NDArray[np.int8]]:
    """Legs of every journey of a sample; LEGS_MAX places each, and how many are used."""
    night = known.thin[sample.start_s // 3600] == 1
    legs, counts = np.zeros((len(night), LEGS_MAX), LEG), np.zeros(len(night), np.int8)
    choose = compiled(choose_all)
    for routes, who in zip(known.routes, (~night, night), strict=True):
        choose(lines, walks, routes, known.table, sample, np.flatnonzero(who), legs, counts)
    return legs, counts


def tap_ins(lines: Lines, gates: NDArray[np.int32], legs: NDArray[np.void], counts: NDArray[np.int8]) -> Taps:
    """The boardings that a reader or gate sees; changes inside a paid area are none."""
    used = (np.arange(LEGS_MAX) < counts[:, None]) & (legs["inside"] == 0)
    on = legs["on"][used]
    service = lines.pattern_service[lines.call_pattern[on]]
    gated = lines.by_gate[service]
    seen = np.where(gated, gates[lines.call_stop[on]], service)
    journey, per_journey = np.nonzero(used)[0], used.sum() / max(1, (counts > 0).sum())
    return Taps(journey, seen.astype(np.int64), legs["lag_s"][used].astype(np.float64), per_journey)
