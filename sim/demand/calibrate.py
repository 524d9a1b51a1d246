"""How many tap-ins a journey makes, and of which service: asked of a sample, and set right until they are as counted."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.demand.choice import LEGS_MAX, choose_paths
from sim.demand.lines import Lines, thin_hours
from sim.demand.routes import Routes, Walks, find_routes

_ROUNDS = 12
_NEAR = 0.01
_STEP_S = 300.0
_BIAS_MAX_S = 1200.0


class Sample(NamedTuple):
    """Journeys to ask: the same people, hours and chances in every round."""

    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    start_s: NDArray[np.int64]
    chance: NDArray[np.float64]


class Taps(NamedTuple):
    """Tap-ins that a sample makes: service of each, and how long after setting out."""

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
    legs, counts = None, np.zeros(len(night), np.int8)
    for routes, who in zip(known.routes, (~night, night), strict=True):
        some, n = choose_paths(
            lines, walks, routes, known.table,
            sample.origin[who], sample.destination[who], sample.start_s[who], sample.chance[who],
        )  # fmt: skip
        legs = np.zeros((len(night), LEGS_MAX), some.dtype) if legs is None else legs
        legs[who], counts[who] = some, n
    assert legs is not None
    return legs, counts


def tap_ins(lines: Lines, gates: NDArray[np.int32], legs: NDArray[np.void], counts: NDArray[np.int8]) -> Taps:
    """The boardings that a reader or gate sees; changes inside a paid area are none."""
    used = (np.arange(LEGS_MAX) < counts[:, None]) & (legs["inside"] == 0)
    on = legs["on"][used]
    service = lines.pattern_service[lines.call_pattern[on]]
    gated = lines.by_gate[service]
    seen = np.where(gated, gates[lines.call_stop[on]], service)
    return Taps(seen.astype(np.int64), legs["lag_s"][used].astype(np.float64), used.sum() / max(1, (counts > 0).sum()))


def find_bias(
    city: Any, network: Any, lines: Lines, walks: Walks, table: NDArray[np.float64], sample: Sample
) -> NDArray[np.float64]:
    """Seconds by service that make the split of boardings come out as demand.toml says, as far as the network lets it."""
    wanted = wanted_split(city)
    gates = np.asarray(network.gates, np.int32)
    bias_s = np.zeros(len(city.services))
    for _ in range(_ROUNDS if (wanted > 0).sum() > 1 else 0):
        known = learn(lines, walks, table, bias_s)
        found = np.bincount(tap_ins(lines, gates, *ask(lines, walks, known, sample)).service, minlength=len(wanted))
        share = found / found.sum()
        both = (wanted > 0) & (share > 0)
        if np.abs(share - wanted)[both].max() < _NEAR:
            break
        bias_s[both] += _STEP_S * np.log(share[both] / wanted[both])
        bias_s = np.clip(bias_s - bias_s[both].min(), 0, _BIAS_MAX_S)
    return bias_s


def wanted_split(city: Any) -> NDArray[np.float64]:
    """Shares of boardings by service, on the kind of day with most of them."""
    day = max(city.demand.day.values(), key=lambda d: d.boardings)
    wanted = np.zeros(len(city.services))
    for s, service in enumerate(city.services):
        wanted[s] = (day.services or {}).get(service.id, 0.0)
    return wanted / wanted.sum() if wanted.sum() > 0 else wanted
