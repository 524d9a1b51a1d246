"""Rating beside two databases in memory: the same taps of the same cards, the same money for every leg, three ways.

Ours is the fare fold as a city's day runs it, compiled, with its reasons. polars and DuckDB work the same journeys out with
windows over each card's taps: from the pack's own numbers, but for one rider category and for what integrated fares come to,
and nothing else. Purse, caps, passes, refusals, reasons and the chip's memory, which the fold keeps for every tap, they leave
out. A leg that comes to another amount anywhere ends the measurement.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from afc.city import City, list_cities, load_city
from afc.executor import compiled
from afc.fares.cases import versions_of
from afc.fares.codes import ENTRY, EXIT
from afc.fares.compile import compile_rates
from afc.fares.state import EVENT, new_cards, new_scratch
from afc.moment import MINUTE_US, at_us
from afc.refusal import Refused
from sim.bench import row
from sim.bench_rating_peers import Through, by_duckdb, by_polars, through_of
from sim.bench_rating_rules import fold, interpreted

LEGS_EACH, INTERPRETED_TAPS, ROUNDS = 4, 20_000, 3
ROUTES = 30_000
PEERS = {"polars": by_polars, "duckdb": by_duckdb}


def measure(city_name: str | None, taps: int) -> list[dict[str, str]]:
    """Rows of what, figure, unit; rates are taps a processor second, over all threads that a library uses."""
    city, version, ordinal = integrated(city_name)
    told, rates = through_of(city, version), compile_rates(city, version, ordinal)
    events, card = journeys(city, version, told, max(1, taps // (2 * LEGS_EACH)))
    minor, ours = by_us(city, rates, events, card)
    few = min(len(events), INTERPRETED_TAPS)
    by_hand, slow = timed(lambda: interpreted(issued(city, 1 + int(card[few - 1])), rates, events[:few], card[:few]))
    compare("interpreted", by_hand, minor[: few // 2])
    rows = [
        row("taps", f"{len(events):,}", "taps"),
        row(
            f"rating compiled, with reasons ({city.id}, tariff {version['id']})", f"{len(events) / ours:,.0f}", "taps/s"
        ),
        row("rating interpreted, with reasons", f"{few / slow:,.0f}", "taps/s"),
        row("compiled against interpreted", f"{len(events) / ours / (few / slow):.0f}", "times"),
    ]
    for name in PEERS:
        rows += beside(name, told, events, card, minor, ours)
    return rows


def beside(
    name: str, told: Through, events: np.ndarray, card: np.ndarray, minor: np.ndarray, ours: float
) -> list[dict[str, str]]:
    """The rows of one library; where it is not installed, how to have it."""
    peer = PEERS[name]
    if importlib.util.find_spec(name) is None:
        return [row(name, f"not installed: pip install {name}", "")]
    columns = {"card": card} | {field: events[field].copy() for field in ("kind", "t_us", "service", "dist_m")}
    peer(told, {field: column[: 4 * LEGS_EACH] for field, column in columns.items()})
    found, seconds = min((timed(lambda: peer(told, columns)) for _ in range(ROUNDS)), key=lambda one: one[1])
    compare(name, found, minor)
    return [
        row(f"{name}, the amounts alone", f"{len(events) / seconds:,.0f}", "taps/s"),
        row(f"compiled against {name}", f"{seconds / ours:.1f}", "times"),
    ]


def compare(name: str, found: np.ndarray, minor: np.ndarray) -> None:
    """Both come to the same money for every leg, or there is nothing to compare."""
    differ = np.flatnonzero(found != minor)
    if len(differ):
        leg = int(differ[0])
        what = f"leg {leg} costs {minor[leg]} by the rules and {found[leg]} by {name}; {len(differ)} of {len(minor)} differ"
        raise Refused(
            "BENCH_DIFFERS", what, cure="Nothing was measured. Tell the makers of afc, with the city and its tariff."
        )


def integrated(name: str | None) -> tuple[City, Any, int]:
    """A city, its newest tariff and the place of that; without a name, the first whose journeys have integrated fares."""
    for one in [name] if name else list_cities():
        city = load_city(one)
        versions = versions_of(city)
        ordinal = max(range(len(versions)), key=lambda i: versions[i]["from"])
        if versions[ordinal].get("journey", {}).get("pricing") == "integrated":
            return city, versions[ordinal], ordinal
    what = f"the newest tariff of {name} has no integrated journeys" if name else "no city has integrated journeys"
    raise Refused("BENCH_NEEDS_INTEGRATED", what, cure="Leave --city out.")


def journeys(city: City, version: Any, told: Through, cards: int) -> tuple[np.ndarray, np.ndarray]:
    """EVENT[n] card by card and the card of each: legs of some kilometres by day, half of them soon after the one before."""
    chance, n = np.random.default_rng(1), cards * LEGS_EACH
    services = np.array([city.service(name) for name in told.base], np.int8)
    gated = np.array([service.access == "station" for service in city.services])
    wait = np.where(chance.random(n) < 0.6, chance.integers(1, 30, n), chance.integers(31, 90, n)) * MINUTE_US
    ride = chance.integers(5, 40, n) * MINUTE_US
    begins = (wait + ride).reshape(cards, LEGS_EACH).cumsum(axis=1).ravel() - ride
    legs = np.zeros(n, EVENT)
    legs["service"], legs["group"] = chance.choice(services, n), 1
    legs["dist_m"], legs["stop"] = chance.integers(300, 30_000, n), np.arange(n)
    legs["route"] = np.where(gated[legs["service"]], -1, np.arange(n) % ROUTES)
    legs["vehicle"] = np.where(gated[legs["service"]], -1, np.arange(n))
    events = np.repeat(legs, 2)
    events["kind"] = np.tile([ENTRY, EXIT], n)
    zero_us = at_us(version["from"], told.from_s, city.zone)
    events["t_us"] = zero_us + np.stack([begins, begins + ride], axis=1).ravel()
    events["dist_m"][::2] = 0
    events["stop"][1::2] += n
    return events, np.repeat(np.arange(cards, dtype=np.int64), 2 * LEGS_EACH)


def issued(city: City, cards: int) -> np.ndarray:
    """Cards of the first category and medium, with a full purse."""
    made = new_cards(cards)
    made["balance"] = 10**12
    return made


def by_us(city: City, rates: np.ndarray, events: np.ndarray, card: np.ndarray) -> tuple[np.ndarray, float]:
    """The money of each leg by the compiled rules, and the processor seconds that it took."""
    cards, loop, minor = issued(city, int(card[-1]) + 1), compiled(fold), np.zeros(len(events), np.int64)
    loop(cards[:1].copy(), events[:2], card[:2], rates, new_scratch(), minor)
    spent = min(timed(lambda: loop(cards.copy(), events, card, rates, new_scratch(), minor))[1] for _ in range(ROUNDS))
    return minor.reshape(-1, 2).sum(axis=1), spent


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work gives, and the processor seconds of all threads."""
    began = time.process_time()
    found = work()
    return found, time.process_time() - began
