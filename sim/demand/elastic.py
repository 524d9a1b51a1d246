"""How many journeys riders make at another fare: a constant elasticity, by the fare of each rider's own way.

Every pair of home and place is priced both ways under both tariff versions by the product's own fare rules, on one date, for a
rider of the pack's first category with a fresh card: a way there in the morning and a way home in the evening, each as riders
choose it. Passes, quotas and the rest of the day are left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.executor import compiled
from afc.fares.cases import versions_of
from afc.fares.codes import ENTRY, EXIT
from afc.fares.compile import compile_rates, in_force
from afc.fares.state import EVENT, new_cards, new_scratch
from afc.moment import SECOND_US, at_us
from sim.bench_fares import TAPS_EACH, board, fold
from sim.demand.chance import child
from sim.demand.choice import LEGS_MAX, Sample
from sim.demand.knowledge import ask

THERE_S, BACK_S = 8 * 3600, 17 * 3600
RATIO_MAX = 4.0
"""A fare that is more than four times the one before, or less than a quarter, is answered as these are; a fare of zero too."""
FULL = 10**12


class Answer(NamedTuple):
    """Journeys of each rider beside those that were counted, and mean fares of all riders' ways under both versions (minor)."""

    factor: NDArray[np.float64]
    then_minor: float
    now_minor: float


def answer(riders: Any, elasticity: Any, day: date) -> Answer:
    """Each rider's answer to the fares of a date; everybody's is 1 where nothing changed."""
    people, stops = riders.population.people, riders.lines.stops
    cell, which = np.unique(people["home"].astype(np.int64) * stops + people["place"], return_inverse=True)
    home, place = (end.astype(np.int32) for end in np.divmod(cell, stops))
    city = replace(riders.city, commanded="")
    then = fares(riders, city.under(elasticity.counted_under), home, place, day)
    now = fares(riders, riders.city, home, place, day)
    ratio = np.ones(len(cell))
    np.divide(now, then, out=ratio, where=then > 0)
    ratio[(then == 0) & (now > 0)] = RATIO_MAX
    factor = np.clip(ratio, 1 / RATIO_MAX, RATIO_MAX) ** elasticity.value
    return Answer(factor[which], float(then[which].mean()), float(now[which].mean()))


def fares(riders: Any, city: Any, home: NDArray[np.int32], place: NDArray[np.int32], day: date) -> NDArray[np.float64]:
    """The mean of both ways' fares for each pair, in minor units."""
    versions = versions_of(city)
    ordinal = in_force(versions, day)
    rates = compile_rates(city, versions[ordinal], ordinal)
    day_type = city.calendar.day_types[city.day_type(day)]
    chance = child(riders.seed, "elasticity").random((len(home), 1 + LEGS_MAX))
    both = np.zeros(len(home))
    for origin, destination, start_s in ((home, place, THERE_S), (place, home, BACK_S)):
        sample = Sample(origin, destination, np.full(len(home), start_s, np.int64), chance)
        legs, counts = ask(riders.lines, riders.walks, riders.known(day_type), sample)
        events = taps_of(riders.lines, city, legs, counts, at_us(day, 0, city.zone) + start_s * SECOND_US)
        cards = new_cards(len(home))
        cards["medium"] = first_prepaid(city)
        cards["balance"] = FULL
        compiled(fold)(cards, events, rates, city.network.tables, new_scratch())
        both += FULL - cards["balance"]
    return both / 2


def first_prepaid(city: Any) -> int:
    """The medium of a plain fare: the first with a purse, or the first at all."""
    return next((i for i, medium in enumerate(city.media) if medium.funding == "prepaid"), 0)


def taps_of(lines: Any, city: Any, legs: NDArray[np.void], counts: NDArray[np.int8], start_us: int) -> NDArray[np.void]:
    """EVENT[journeys * TAPS_EACH]: a tap-in and a tap-out for each leg, as far as its service has them; nobody taps where
    a ride goes on inside the gates."""
    events = np.zeros((len(legs), TAPS_EACH), EVENT)
    events["pattern"], events["group"] = -2, 1  # a place that stays empty is no tap
    taps_out = np.array([service.tap_out != "never" for service in city.services])
    first = np.zeros(len(lines.call_pattern), np.int64)
    first += lines.first[lines.call_pattern]
    for i in range(LEGS_MAX):
        used = counts > i
        goes_on = (counts > i + 1) & (legs["inside"][:, i + 1] == 1) if i + 1 < LEGS_MAX else np.zeros(len(legs), bool)
        service = lines.pattern_service[lines.call_pattern[legs["on"][:, i]]]
        ways = (
            (2 * i, ENTRY, "on", used & (legs["inside"][:, i] == 0)),
            (2 * i + 1, EXIT, "off", used & ~goes_on & taps_out[service]),
        )
        for slot, kind, end, who in ways:
            call = legs[end][who, i]
            taps = events[who, slot]
            board(taps, city, lines.call_pattern[call], call - first[call])
            taps["kind"] = kind
            taps["t_us"] = start_us + (legs["lag_s"][who, i].astype(np.int64) + 600 * (kind == EXIT)) * SECOND_US
            events[who, slot] = taps
    events["t_us"] = np.maximum.accumulate(np.where(events["kind"] > 0, events["t_us"], 0), axis=1)
    return events.ravel()
