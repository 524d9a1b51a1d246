"""The riders: who they are, which card they carry, where they live and where they go.

A rider is a row in two tables with the same numbering: the card (what the chip remembers, which the readers change) and the
person (habits, which nobody changes). Both persist from day to day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.fares.counter import loaded
from afc.fares.history import position, quota_rides
from afc.fares.state import new_cards

PERSON = np.dtype(
    [
        ("home", "<i4"), ("place", "<i4"), ("group", "<i1"), ("wants", "<i1"),
        ("forget", "<f4"), ("tap_out", "<f4"), ("top_up", "<i8"), ("below", "<i8"),
    ]
)  # fmt: skip
"""Habits: home stop and the place gone to; which pass is bought (0: none); how likely a low purse goes unnoticed and an
optional tap-out is made; how much is loaded when the purse is below what."""


class Population(NamedTuple):
    """Riders in rows, and the seed they were drawn with."""

    cards: NDArray[np.void]
    people: NDArray[np.void]
    seed: int


def card_ids(n: int, seed: int) -> NDArray[np.uint64]:
    """Card numbers without pattern or repeat: a one-to-one mixing of 1, 2, 3 ... within 62 bits."""
    mask = np.uint64((1 << 62) - 1)
    x = (np.arange(1, n + 1, dtype=np.uint64) + np.uint64((seed % 2**31) << 30)) & mask
    for factor in (0x1F58476D1CE4E5B9, 0x14D049BB133111EB):
        x = (x ^ (x >> np.uint64(31))) * np.uint64(factor) & mask
    x ^= x >> np.uint64(29)
    return x


def make_population(
    city: Any, version: Mapping[str, Any], size: int, trips: NDArray[np.float64], rng: np.random.Generator, seed: int
) -> Population:
    """Riders by the groups of demand.toml; homes and places by the trip matrix."""
    groups = city.demand.riders.group
    shares = np.array([g.share for g in groups], np.float64)
    cards, people = new_cards(size), np.zeros(size, PERSON)
    cards["card"] = card_ids(size, seed)
    cell = draw_cells(trips, size, rng)
    people["home"], people["place"] = np.divmod(cell, trips.shape[1])
    people["group"] = rng.choice(len(groups), size, p=shares / shares.sum())
    for g, group in enumerate(groups):
        rows = np.flatnonzero(people["group"] == g)
        issue(city, version, group, cards, people, rows, rng)
    return Population(cards, people, seed)


def draw_cells(trips: NDArray[np.float64], size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Cells of the trip matrix by their share."""
    ladder = np.cumsum(trips.ravel())
    cells: NDArray[np.int64] = np.searchsorted(ladder, rng.random(size) * ladder[-1], side="right")
    return cells


def issue(
    city: Any, version: Mapping[str, Any], group: Any, cards: Any, people: Any, rows: NDArray[np.int64],
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Fill the cards and habits of one group's riders."""
    cards["category"][rows] = position(city.categories, group.category, "rider category")
    media = [position(city.media, medium, "fare medium") for medium in group.medium]
    cards["medium"][rows] = np.array(media)[draw(list(group.medium.values()), len(rows), rng)]
    for name, share in group.attributes.items():
        bit = 1 << list(city.attributes).index(name)
        cards["attributes"][rows] |= np.where(rng.random(len(rows)) < share, bit, 0).astype(np.int16)
    if group.criteria:
        cards["quota_rides"][rows] = earned_rides(version, group.criteria, len(rows), rng)
    if group.products:
        ids = [row["id"] for row in version.get("product", [])]
        wanted = [0, *(ids.index(name) + 1 for name in group.products if name in ids)]
        some = [share for name, share in group.products.items() if name in ids]
        people["wants"][rows] = np.array(wanted)[draw([1 - sum(some), *some], len(rows), rng)]
    people["tap_out"][rows] = group.tap_out
    if group.balance is not None:
        top_up = loaded(version, group.balance.top_up) if group.balance.top_up else 0
        fill_purses(group.balance, top_up, 10**city.exponent, cards, people, rows, rng)
        postpaid = np.array([medium.funding == "postpaid" for medium in city.media])
        cards["balance"][rows[postpaid[cards["medium"][rows]]]] = 0  # a card billed afterwards holds nothing


def fill_purses(
    habit: Any, top_up: int, unit: int, cards: Any, people: Any, rows: NDArray[np.int64], rng: np.random.Generator
) -> None:
    """What is in the purse in the morning, in whole units of the currency, and when it is topped up."""
    cards["balance"][rows] = rng.integers(habit.low // unit, habit.high // unit + 1, len(rows)) * unit
    people["top_up"][rows], people["below"][rows] = top_up, habit.below
    people["forget"][rows] = habit.forget


def draw(shares: Sequence[float], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Positions in a list of shares, by chance."""
    weights = np.array(shares, np.float64)
    positions: NDArray[np.int64] = rng.choice(len(weights), n, p=weights / weights.sum())
    return positions


def earned_rides(
    version: Mapping[str, Any], criteria: Mapping[str, float], n: int, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Monthly rides on each card: the most that any of its holder's criteria earns, -1 for holders without one."""
    rides = np.full(n, -1, np.int16)
    for name, share in criteria.items():
        earned = quota_rides(version, [name])
        rides = np.where(rng.random(n) < share, np.maximum(rides, earned), rides).astype(np.int16)
    return rides
