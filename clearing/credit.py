"""What each operator earns between two gates: paths weigh by what they cost more than the best, operators by their parts.

Whole numbers from the first: a share of riders, a path's credit and the sum of both are each divided into parts per million
by the one function that divides money. Only the exponentials of the logit are not whole. They come from `decimal`, whose
every digit is laid down (an exponential is the true one, rounded), and not from the machine's own, whose last digit
differs from one C library to the next and could one day move a unit of money.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any, NamedTuple

import numpy as np

from afc.executor import rule
from afc.money import allocate_into
from afc.network.network import I8
from clearing.stretches import SECOND
from clearing.yen import find_paths, find_ways

PARTS = 1_000_000
BEST_WEIGHT = 1_000_000_000


class Terms(NamedTuple):
    """How credit is given. Operators are places in the order of their ids, to which ties go."""

    riders: I8  # [s] weight of a path that costs `s` seconds more than the best; the last stands for all beyond
    owner: I8  # [station] operator that owns the gate, -1 where nobody does
    operators: int
    entry_gate_bp: int
    first_boarding_bp: int
    passenger_km_bp: int


def riders_by_delay(spread_s: int) -> I8:
    """exp(-s / spread) of `BEST_WEIGHT` for every whole second up to the first that rounds to nothing.

    A product of thirty digits a second: over the two million seconds of the widest spread twenty of them stay true.

    >>> riders_by_delay(1)[:4].tolist()
    [1000000000, 367879441, 135335283, 49787068]
    """
    context = Context(prec=30)
    factor = context.exp(context.divide(Decimal(-1), Decimal(spread_s)))
    weights, weight = [BEST_WEIGHT], Decimal(BEST_WEIGHT)
    while weights[-1] > 0:
        weight = context.multiply(weight, factor)
        weights.append(int(weight.to_integral_value()))
    return np.array(weights, np.int64)


def terms_of(parameters: Mapping[str, Any], owner: I8, operators: int) -> Terms:
    """The terms of a split policy's `paths`."""
    shares = (parameters[f"{share}_bp"] for share in ("entry_gate", "first_boarding", "passenger_km"))
    return Terms(riders_by_delay(parameters["spread_s"]), owner, operators, *shares)


@rule
def credits_to(goal: int, terms: Any, room: Any) -> Any:
    """[station, operator] parts per million for rides to station `goal`; all 0 from where no path leads there."""
    stations = len(room.visited)
    parts = np.zeros((stations, terms.operators), np.int64)
    room.visited[:] = 0
    find_ways(goal, len(room.tree), room.on, room.visited, room.tree)
    for origin in range(stations):
        if origin != goal:
            paths = find_paths(origin, goal, room)
            if paths > 0:
                credit_pair(origin, paths, terms, room, parts[origin])
    return parts


@rule
def credit_pair(origin: int, paths: int, terms: Any, room: Any, credit: Any) -> None:
    """Divide a million among the operators of the paths in `room`: paths by their riders, each path by its own credit."""
    weights: Any = np.zeros(paths, np.int64)
    riders: Any = np.zeros(paths, np.int64)
    for path in range(paths):
        delay_s = room.found[path].cost // SECOND - room.found[0].cost // SECOND
        weights[path] = terms.riders[min(delay_s, len(terms.riders) - 1)]
    allocate_into(PARTS, weights, paths, riders)
    own: Any = np.zeros(terms.operators, np.int64)
    parts: Any = np.zeros(terms.operators, np.int64)
    total: Any = np.zeros(terms.operators, np.int64)
    for path in range(paths):
        weigh_operators(terms.owner[origin], path, terms, room, own)
        allocate_into(PARTS, own, terms.operators, parts)
        for operator in range(terms.operators):
            total[operator] += riders[path] * parts[operator]
    allocate_into(PARTS, total, terms.operators, credit)


@rule
def weigh_operators(owner: int, path: int, terms: Any, room: Any, weights: Any) -> None:
    """One path's operators in basis points of all its metres, so that kilometres, first train and gate are all whole."""
    weights[:] = 0
    metres, row = 0, room.paths[path]
    for i in range(room.found[path].length):
        ridden = int(room.on.rides[row[i]].metres)
        weights[room.on.rides[row[i]].operator] += terms.passenger_km_bp * ridden
        metres += ridden
    first = room.on.rides[row[0]].operator
    weights[first] += terms.first_boarding_bp * metres
    weights[owner if owner >= 0 else first] += terms.entry_gate_bp * metres
