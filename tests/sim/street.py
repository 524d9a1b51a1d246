"""The small town's streets for a day: riders, vehicles, and a collector who keeps what he is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from afc.answers import AnswerKind
from afc.batch import Batch, open_sealed
from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.compile import compile_rates, in_force
from afc.keys import KeyRing
from afc.receipt import Receipt, sign_receipt
from sim import demand
from sim.world import DayLog, Office, Stamping, World
from sim.world.day import Day

WEDNESDAY = date(2026, 3, 4)


class Played(NamedTuple):
    """A day that is over; `taps` are those that came to the office, verified."""

    log: DayLog
    day: Day
    journeys: demand.Journeys
    sealed: list[bytes]
    taps: np.ndarray


class Clerk:
    """The other end of all uplinks: keeps batches and signs receipts, except for those that it is told to lose."""

    def __init__(self, ring: KeyRing, lose_first: int = 0) -> None:
        self.ring, self.lose, self.sealed = ring, lose_first, list[bytes]()

    def take(self, batches: list[bytes], now_us: int) -> list[bytes | None]:
        receipts: list[bytes | None] = []
        for batch in batches:
            self.sealed.append(batch)
            self.lose -= 1
            receipts.append(None if self.lose >= 0 else self.receipt(self.open(batch), now_us))
        return receipts

    def open(self, sealed: bytes) -> Batch:
        return open_sealed(sealed, self.ring.device_public, self.ring.environment)

    def receipt(self, batch: Batch, now_us: int) -> bytes:
        said = Receipt(
            AnswerKind.ACCEPTED, batch.digest, batch.device, batch.epoch, batch.last_seq, 1, bytes(32), now_us,
            self.ring.environment,
        )  # fmt: skip
        return sign_receipt(self.ring.receipt_private(), said)

    def taps(self) -> np.ndarray:
        """Every tap once, in the order of arrival."""
        return np.concatenate([self.open(batch).taps for batch in dict.fromkeys(self.sealed)])


def play(
    city: City, *, days: int = 1, scale: float = 1.0, seed: int = 7, lose_first: int = 0, errors: Any = None
) -> list[Played]:
    """Run service days of a city one after another."""
    ring = KeyRing.from_seed(seed, "sim-street")
    scenario = SimpleNamespace(scale=scale, seed=seed, start=WEDNESDAY, days=days, errors=errors)
    riders = demand.build(city, city.network, scenario)
    world = World(city, city.network, riders.population, ring)
    played = []
    for k in range(days):
        service_date, clerk = WEDNESDAY + timedelta(days=k), Clerk(ring, lose_first)
        versions = versions_of(city)
        ordinal = in_force(versions, service_date)
        rates = compile_rates(city, versions[ordinal], ordinal)
        journeys = riders.journeys(service_date)
        office = Stamping(ring, Office(world.estate, clerk.take))
        day = Day(city, city.network, service_date, riders.population, journeys, rates, world.estate, office)
        log = day.run(None)
        world.report_late(service_date, clerk.take)
        played.append(Played(log, day, journeys, clerk.sealed, clerk.taps()))
    return played


@cache
def wednesday(city: City) -> Played:
    """One ordinary day, run once for everybody who looks at it."""
    return play(city)[0]


def with_fleet(city: City, service: str, **changes: Any) -> City:
    """The city with other vehicles on one service."""
    fleet = dict(city.demand.fleet)
    fleet[service] = fleet[service].model_copy(update=changes)
    return replace(city, demand=city.demand.model_copy(update={"fleet": fleet}))


def with_purses(city: City, **changes: Any) -> City:
    """The city with other habits of filling purses."""
    groups = tuple(
        group.model_copy(update={"balance": group.balance.model_copy(update=changes)})
        for group in city.demand.riders.group
        if group.balance
    )
    riders = city.demand.riders.model_copy(update={"group": groups})
    return replace(city, demand=city.demand.model_copy(update={"riders": riders}))
