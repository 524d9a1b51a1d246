"""Split: a journey's charges become each operator's shares, and the shares sum to the charges.

Where a city pools its fares the share still names who carried the rider; the books then credit the pool.

First between the legs by the city's policy, then inside gated services that several operators run, where gates show only
where a rider entered and left: there each operator's part of a pair of gates comes from `clearing.paths`. What a tap-in
collected for an earlier leg goes to that leg's operator and is not part of the journey's split.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from afc.executor import compiled, rule
from afc.money import allocate_into
from afc.records import copy_of

BOARDING_OPERATOR, PER_BOARDING, FIRST_BOARDING, STANDALONE_BASE, DISTANCE, POOL, SERVICE_WEIGHT = range(7)
POLICIES = {
    "boarding_operator": BOARDING_OPERATOR,
    "per_boarding": PER_BOARDING,
    "first_boarding": FIRST_BOARDING,
    "standalone_base": STANDALONE_BASE,
    "distance": DISTANCE,
    "pool": POOL,
    "service_weight": SERVICE_WEIGHT,
}
LEGS_PER_JOURNEY_MAX = 64
"""A journey of more legs is settled in parts; no tariff allows nearly so many transfers."""

SHARE = np.dtype([("leg", "<i8"), ("operator", "<i2"), ("kind", "<i1"), ("minor", "<i8")])
FARE, COLLECTED_FARE = 0, 1
"""Kinds of share: of the fare of a journey; of what was collected for a leg without tap-out."""


class Within(NamedTuple):
    """Second stage: for gates `a` to `b` of a service with `split[service]` 1, rows `offset[a][b]` up to its `size` of
    `operators` and `weights`. `of_service` is what a leg of each service weighs where the first stage asks for it."""

    split: np.ndarray
    offset: np.ndarray
    size: np.ndarray
    operators: np.ndarray
    weights: np.ndarray
    of_service: np.ndarray


def nothing_within() -> Within:
    """For cities whose gates each belong to one operator."""
    one = np.zeros((1, 1), np.int32)
    return Within(np.zeros(32, np.int8), one, one, np.zeros(1, np.int16), np.zeros(1, np.int64), np.zeros(32, np.int64))


def split(legs: np.ndarray, policy: str, within: Within) -> np.ndarray:
    """SHARE[k] of LEG[n] sorted by card, journey and leg number, of complete journeys only."""
    shares = np.zeros(len(legs) * 2 + 64, SHARE)
    while True:
        n = compiled(split_into)(legs, POLICIES[policy], within, shares)
        if n >= 0:
            return copy_of(shares[:n])
        shares = np.zeros(2 * len(shares), SHARE)


@rule
def split_into(legs: Any, policy: int, within: Any, shares: Any) -> int:
    """Journey by journey; how many shares there are, or -1 when `shares` is too short."""
    n, first = 0, 0
    weights, parts = np.zeros(LEGS_PER_JOURNEY_MAX, np.int64), np.zeros(LEGS_PER_JOURNEY_MAX, np.int64)
    inner = np.zeros(LEGS_PER_JOURNEY_MAX, np.int64)
    while first < len(legs):
        last = first + 1
        while last < len(legs) and last - first < LEGS_PER_JOURNEY_MAX and same_journey(legs[first], legs[last]):
            last += 1
        share_legs(legs, first, last, policy, within.of_service, weights, inner, parts)
        for i in range(first, last):
            if n + LEGS_PER_JOURNEY_MAX + 1 > len(shares):
                return -1
            n = share_within(legs[i], i, parts[i - first], within, inner, shares, n)
            if legs[i].collected > 0:
                n = put(shares, n, i, legs[i].collected_operator, COLLECTED_FARE, legs[i].collected)
        first = last
    return n


@rule
def same_journey(a: Any, b: Any) -> bool:
    """Do two legs belong to one journey of one card?"""
    return a.card == b.card and a.journey == b.journey


@rule
def put(shares: Any, n: int, leg: int, operator: int, kind: int, minor: int) -> int:
    """Write one share; how many there are now."""
    shares[n].leg, shares[n].operator, shares[n].kind, shares[n].minor = leg, operator, kind, minor
    return n + 1


@rule
def share_legs(
    legs: Any, first: int, last: int, policy: int, of_service: Any, weights: Any, own: Any, parts: Any
) -> None:
    """First stage: the journey's money over its legs. Where no leg weighs anything all legs weigh the same.

    Money goes to operators before it goes to their legs, so that cutting a ride in two never wins its operator a unit.
    """
    total, weight = 0, 0
    for i in range(first, last):
        total += legs[i].charge
        parts[i - first] = legs[i].charge
        weights[i - first] = leg_weight(legs[i], i - first, policy, of_service)
        weight += weights[i - first]
    if policy in (BOARDING_OPERATOR, POOL) or total <= 0:
        return
    if weight == 0:
        weights[: last - first] = 1
    for i in range(first, last):
        own[i - first] = operator_weight(legs, first, last, i, weights)
    allocate_into(total, own, last - first, parts)
    for i in range(first, last):
        if own[i - first] > 0:
            share_own_legs(legs, first, last, i, weights, parts)


@rule
def operator_weight(legs: Any, first: int, last: int, i: int, weights: Any) -> int:
    """The weight of all legs of leg `i`'s operator if this is the first of them, else 0."""
    weight = 0
    for j in range(first, last):
        if legs[j].operator == legs[i].operator:
            if j < i:
                return 0
            weight += weights[j - first]
    return weight


@rule
def share_own_legs(legs: Any, first: int, last: int, i: int, weights: Any, parts: Any) -> None:
    """An operator's money, which stands at its first leg `i`, over all its legs: each takes its part of what is left."""
    left, weight = parts[i - first], operator_weight(legs, first, last, i, weights)
    for j in range(i, last):
        if legs[j].operator == legs[i].operator:
            parts[j - first] = left * weights[j - first] // weight if weight > 0 else 0
            left -= parts[j - first]
            weight -= weights[j - first]


@rule
def leg_weight(leg: Any, i: int, policy: int, of_service: Any) -> int:
    """How much of the journey's money a leg stands for."""
    if policy == STANDALONE_BASE:
        return leg.base
    if policy == DISTANCE:
        return leg.dist_m
    if policy == FIRST_BOARDING:
        return 1 if i == 0 else 0
    if policy == SERVICE_WEIGHT:
        return of_service[leg.service]
    return 1


@rule
def share_within(leg: Any, i: int, minor: int, within: Any, inner: Any, shares: Any, n: int) -> int:
    """Second stage: a leg's part to the operators that carried it; how many shares there are now."""
    if minor == 0:
        return n
    if within.split[leg.service] == 0 or leg.in_stop < 0 or leg.out_stop < 0:
        return put(shares, n, i, leg.operator, FARE, minor)
    row, count = within.offset[leg.in_stop][leg.out_stop], within.size[leg.in_stop][leg.out_stop]
    if count == 0:
        return put(shares, n, i, leg.operator, FARE, minor)
    allocate_into(minor, within.weights[row : row + count], count, inner)
    for j in range(count):
        if inner[j] != 0:
            n = put(shares, n, i, within.operators[row + j], FARE, inner[j])
    return n
