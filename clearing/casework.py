"""A worked example's money between operators: the same split that a day's journeys go through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from afc.fares.cases import PricedLeg
from afc.fares.state import Rule
from afc.moment import local_us, service_date
from clearing.legs import LEG
from clearing.paths import within_gates
from clearing.split import Within, split
from clearing.terms import split_policy, split_versions

_TAKEN_LATER = (Rule.COLLECTED, Rule.SURCHARGE)


def shares_of_case(city: Any, case: Mapping[str, Any], legs: Sequence[PricedLeg]) -> dict[str, int]:
    """Minor units by service id and, where the pack's network names the operator, by party id."""
    first_us = local_us(case["legs"][0]["in"], city.zone)
    day = service_date(first_us, city.zone, city.day_cut_s)
    policy = split_policy(city, day)
    records = as_legs(city, case, legs)
    records = records[np.lexsort((records["number"], records["journey"]))]
    shares = split(records, policy["between"], _within(city, split_versions(city).index(dict(policy))))
    sums: defaultdict[str, int] = defaultdict(int)
    for share in shares:
        leg = records[share["leg"]]
        sums[city.services[leg["service"]].id] += int(share["minor"])
        if share["operator"] >= 0:
            sums[city.parties[share["operator"]].id] += int(share["minor"])
    return dict(sums)


@cache
def _within(city: Any, ordinal: int) -> Within:
    """Working out every pair of gates takes seconds, and the examples of a city share a few versions."""
    return within_gates(city, split_versions(city)[ordinal])


def as_legs(city: Any, case: Mapping[str, Any], legs: Sequence[PricedLeg]) -> np.ndarray:
    """LEG records of a case: a boarding without a transfer line begins a journey, which later legs may continue."""
    network, records, latest = city.network, np.zeros(len(legs), LEG), 0
    for i, (told, leg) in enumerate(zip(case["legs"], legs, strict=True)):
        record, lines = records[i], [line for answer in leg.answers for line in answer.lines]
        goes_on = any(line.rule == Rule.TRANSFER for line in lines)
        record["journey"], record["number"], record["service"] = latest if goes_on else i + 1, i + 1, leg.service
        latest = i + 1 if leg.opens_journey else latest
        record["base"] = leg.base
        record["charge"] = leg.charge - sum(line.minor for line in lines if line.rule in _TAKEN_LATER)
        record["dist_m"] = told.get("distance_m", 0)
        record["operator"] = network.owner[network.stop(told["from"])] if "from" in told else -1
        if told.get("route") in network.route_ids:
            record["operator"] = network.route_operator[network.route_ids.index(told["route"])]
        for field, key in (("in_stop", "from"), ("out_stop", "to")):
            record[field] = network.stop(told[key]) if key in told else -1
    return records
