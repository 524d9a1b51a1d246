"""How fast each city's fares are: the fold with reasons over rides through the city's own network, on one core."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from afc.city import City, load_city
from afc.executor import compiled, rule
from afc.fares.charge import charge
from afc.fares.codes import ENTRY, EXIT
from afc.fares.compile import compile_rates
from afc.fares.state import EVENT, REFUSED, new_cards, new_scratch
from afc.moment import MINUTE_US, at_us
from afc.network.distance import measure_leg, measure_nothing, measure_to_end
from sim.fare_table import chosen_version

CARDS, RIDES_EACH, ROUNDS = 20_000, 4, 5
TAPS_EACH = 2 * RIDES_EACH


def measure(names: Iterable[str]) -> list[dict[str, Any]]:
    """A row for each city: taps a second, compiled, with reasons; the first row says what compiling took."""
    rows: list[dict[str, Any]] = []
    for name in names:
        city = load_city(name)
        ordinal, version = chosen_version(city, None)
        rates, events = compile_rates(city, version, ordinal), rides(city, version["from"])
        cards = issued(city)
        scratch, loop = new_scratch(), compiled(fold)
        began = time.perf_counter()
        loop(cards[:1].copy(), events[:2], rates, city.network.tables, scratch)
        if not rows:
            first = f"{time.perf_counter() - began:.1f}"
            rows.append({"what": "first use of the rules, compiled or from the cache", "figure": first, "unit": "s"})
        seconds = min(timed(loop, cards.copy(), events, rates, city.network.tables, scratch) for _ in range(ROUNDS))
        rate = f"{len(events) / seconds:,.0f}"
        rows.append({"what": f"{city.id}, tariff {version['id']}", "figure": rate, "unit": "taps/s"})
    return rows


def timed(work: Callable[..., Any], *given: Any) -> float:
    """Seconds that some work takes."""
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def issued(city: City) -> np.ndarray:
    """Cards of every category and medium in turn, with a full purse."""
    cards = new_cards(CARDS)
    cards["category"] = np.arange(CARDS) % len(city.categories)
    cards["medium"] = np.arange(CARDS) // len(city.categories) % len(city.media)
    cards["balance"] = 10**12
    return cards


def rides(city: City, day: Any) -> np.ndarray:
    """EVENT[n]: every card rides patterns of the network one after another, in and out between two of their stops."""
    chance, network = np.random.default_rng(1), city.network
    events = np.zeros(CARDS * TAPS_EACH, EVENT)
    ride = np.arange(len(events)) // (2 * CARDS)
    exits = np.arange(len(events)) // CARDS % 2 == 1
    events["kind"], events["group"] = np.where(exits, EXIT, ENTRY), 1
    events["t_us"] = at_us(day, 8 * 3600, city.zone) + (15 * ride + 10 * exits) * MINUTE_US
    for r in range(RIDES_EACH):
        chosen = chance.integers(len(network.patterns), size=CARDS)
        calls = np.array([len(pattern.stops) for pattern in network.patterns])[chosen]
        first = (chance.random(CARDS) * (calls - 1)).astype(np.int64)
        last = first + 1 + (chance.random(CARDS) * (calls - 1 - first)).astype(np.int64)
        for call, rows in ((first, 2 * r), (last, 2 * r + 1)):
            board(events[rows * CARDS : (rows + 1) * CARDS], city, chosen, call)
    return events.reshape(-1, CARDS).T.reshape(-1).copy()  # card by card, as a shard is closed


def board(events: np.ndarray, city: City, chosen: np.ndarray, call: np.ndarray) -> None:
    """Write where cards tap: on board of a pattern's vehicle, or at the gates of its station."""
    network, tables = city.network, city.network.tables
    service = tables.pattern_service[chosen]
    gated = np.array([one.access == "station" for one in city.services])[service]
    events["service"], events["seq"] = service, np.where(gated, 0, call)
    events["stop"] = tables.pattern_stop[chosen, call]
    events["route"] = np.where(gated, -1, tables.pattern_route[chosen])
    events["pattern"] = np.where(gated, -1, chosen)
    events["vehicle"], events["operator"] = (
        np.where(gated, -1, chosen),
        network.route_operator[tables.pattern_route[chosen]],
    )


@rule
def fold(cards: Any, events: Any, rates: Any, tables: Any, scratch: Any) -> int:
    """All taps, one after another, each leg measured as a reader does; their money, refusals left out."""
    total, r = 0, rates[0]
    image, _, lines = scratch
    for i in range(len(events)):
        row = i // TAPS_EACH
        image[0] = cards[row]
        card, e = image[0], events[i]
        lines[:] = 0
        measure_nothing(e, r)
        if e.kind == ENTRY:
            measure_to_end(e, r, tables)
        elif card.leg_open == 1 and card.leg_pattern == e.pattern:
            measure_leg(e, card, card.leg_stop, card.leg_seq, r, tables)
        minor = charge(card, e, r, lines)
        if minor >= REFUSED:
            cards[row] = image[0]
            total += minor
    return total
