"""Inside the gates: which operators carried a rider from one gate to another, when gates show only both ends.

Riders are assigned to the K best paths by generalised cost (riding time and a penalty for each change of line), in logit
proportions. An operator's credit for a pair of gates mixes three measures: who owns the entry gate, who ran the first train
boarded, and passenger-kilometres. Credits are whole parts per million, and those of a pair sum to a million.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from afc.executor import compiled
from afc.refusal import Refused
from clearing.credit import credits_to, terms_of
from clearing.split import LEGS_PER_JOURNEY_MAX, Within, nothing_within
from clearing.stretches import stops_of, stretches_of
from clearing.yen import room_for

ENTRY_GATE: Mapping[str, Any] = {
    "k": 1,
    "transfer_penalty_s": 0,
    "spread_s": 1,
    "entry_gate_bp": 10_000,
    "first_boarding_bp": 0,
    "passenger_km_bp": 0,
}
"""The rule `entry_gate`: whoever owns the gate where the rider went in takes it all."""
OPERATORS_PER_PAIR_MAX = LEGS_PER_JOURNEY_MAX
"""`clearing.split` divides a leg's part in the same room as a journey's."""


def within_gates(city: Any, policy: Mapping[str, Any]) -> Within:
    """The second stage of a split policy, worked out for every pair of gates of the services that it names."""
    network = city.network
    rules = {s: policy.get("within", {}).get(service.id) for s, service in enumerate(city.services)}
    services = [s for s, rule in rules.items() if rule and len(operators_of(network, s)) > 1]
    if not services:
        return nothing_within()._replace(of_service=service_weights(city, policy))
    n = len(network.stop_ids)
    split = np.zeros(32, np.int8)
    offset, size = np.zeros((n, n), np.int32), np.zeros((n, n), np.int32)
    operators, weights = [np.zeros(1, np.int16)], [np.zeros(1, np.int64)]
    for service in services:
        split[service] = 1
        parameters = policy["paths"] if rules[service] == "paths" else ENTRY_GATE
        stops, order, parts = credits_within(city, service, parameters)
        a, b, places = np.nonzero(parts)
        sizes = np.count_nonzero(parts, axis=2)
        check_sizes(sizes, stops, city, service)
        first = sum(map(len, weights)) + np.cumsum(sizes).reshape(sizes.shape) - sizes
        offset[np.ix_(stops, stops)], size[np.ix_(stops, stops)] = first, sizes
        operators.append(order[places])
        weights.append(parts[a, b, places].astype(np.int64))
    of_service = service_weights(city, policy)
    return Within(split, offset, size, np.concatenate(operators), np.concatenate(weights), of_service)


def service_weights(city: Any, policy: Mapping[str, Any]) -> np.ndarray:
    """What a leg of each service weighs between operators, where the policy says so."""
    weights = np.zeros(32, np.int64)
    for s, service in enumerate(city.services):
        weights[s] = policy.get("weights", {}).get(service.id, 0)
    return weights


def operators_of(network: Any, service: int) -> set[int]:
    """Who runs stretches of a service."""
    patterns = [p for p in network.patterns if network.route_service[p.route] == service]
    return {int(o) for p in patterns for o in p.operator}


def credits_within(city: Any, service: int, parameters: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The stops of a service, its operators in the order of their ids, and [entry, exit, operator] parts per million."""
    network, stops = city.network, stops_of(city.network, service)
    owners = {int(network.owner[stop]) for stop in stops} - {-1}
    parties = operators_of(network, service) | owners
    order = sorted(parties, key=lambda party: city.parties[party].id)
    ranks = {party: rank for rank, party in enumerate(order)} | {-1: -1}
    penalty_s = parameters["transfer_penalty_s"]
    on = stretches_of(network, city.services[service], service, penalty_s, ranks)
    owner = np.array([ranks[int(network.owner[stop])] for stop in stops], np.int64)
    terms, room = terms_of(parameters, owner, len(order)), room_for(on, parameters["k"])
    parts = [compiled(credits_to)(goal, terms, room).astype(np.int32) for goal in range(len(stops))]
    return np.array(stops), np.array(order, np.int16), np.stack(parts, axis=1)


def check_sizes(sizes: np.ndarray, stops: np.ndarray, city: Any, service: int) -> None:
    """Refuse a pair of gates with more operators than a leg can be divided among."""
    if sizes.max() > OPERATORS_PER_PAIR_MAX:
        a, b = (city.network.stop_ids[stops[i]] for i in np.unravel_index(sizes.argmax(), sizes.shape))
        what = f"{sizes.max()} operators have a part in rides from {a} to {b}, {OPERATORS_PER_PAIR_MAX} fit"
        cure = "Give a smaller `k`, or split the service by `entry_gate`."
        raise Refused("TOO_MANY_OPERATORS", what, where=city.services[service].id, cure=cure)
