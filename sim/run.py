"""A run: service days simulated, collected, closed and settled, one after another, into one folder."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from afc.city import City, load_city
from afc.fares.cases import versions_of
from afc.fares.compile import compile_rates, in_force
from afc.keys import KeyRing, sim_environment
from afc.moment import day_start_us
from clearing import detail
from clearing.audit import Finding, audit
from clearing.close import ISSUED, House, chart_of, close_day, party_with
from clearing.intake import Intake
from clearing.settle import settle_day
from clearing.shard import SHARDS, shard_of
from clearing.store import FOREVER_US, CardFile, Device, Party, Store
from sim import demand, world
from sim.conclude import Day, conclude
from sim.runs import run_id, versions
from sim.scenario import Scenario

Progress = Callable[[str, float], None]
"""Told what is being done and how much of it is done, 0 to 1."""


def quiet(_what: str, _part: float) -> None:
    """Progress for nobody."""


def execute(scenario: Scenario, out: Path, workers: int = 2, progress: Progress = quiet) -> Path:
    """Run a scenario into `out/<run id>`; the folder appears under its name only when it is complete."""
    city = load_city(scenario.city)
    name = run_id(scenario, city.digest)
    partial, final = out / f".{name}.partial", out / name
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    (partial / "scenario.toml").write_text(scenario.text(), "utf-8")
    with mapper(workers) as run:
        days, findings = play(scenario, city, partial, run, progress)
    conclude(scenario, city, name, partial, days, findings, versions())
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    return final


@contextmanager
def mapper(workers: int) -> Iterator[Any]:
    """The built-in map for one worker, a process pool's for more."""
    if workers <= 1:
        yield map
        return
    with ProcessPoolExecutor(workers) as pool:
        yield pool.map


def play(scenario: Scenario, city: City, folder: Path, run: Any, progress: Progress) -> tuple[list[Day], list[Finding]]:
    """Every service day of the scenario: simulate, collect, close, settle; then the audit of it all."""
    environment = sim_environment(city.id)
    ring = KeyRing.from_seed(scenario.seed, environment)
    progress("learn the network", 0.0)
    riders = demand.build(city, city.network, scenario)
    stage = world.World(city, city.network, riders.population, ring)
    days = []
    with Store.open(str(folder / "clearing.db"), environment=environment, city=city.digest) as store:
        house = House(store, city, ring, folder)
        register(house, stage, scenario.start)
        issue(house, riders.population.cards, scenario.start)
        intake = Intake(store, ring, environment)
        for day in scenario.dates:
            log = stage.run_day(day, riders.journeys(day), rates_on(city, day), sender(intake), progress)
            stage.report_late(day, sender(intake))
            progress(f"close {day}", 0.0)
            closed = close_day(house, day, run)
            days.append(Day(log, closed, settle_day(house, closed)))
        progress("audit", 0.0)
        return days, audit(store, ring.receipt_public(), purses_of(house, riders.population.cards))


def purses_of(house: House, cards: np.ndarray) -> dict[str, int]:
    """What the cards in riders' hands hold, by issuer: the world's own truth, which the books must agree with."""
    issuers = chart_of(house.city, house.store.days()[-1].clearing_date).issuers
    prepaid = [m for m, medium in enumerate(house.city.media) if medium.funding == "prepaid"]
    sums: dict[str, int] = {}
    for m in prepaid:
        held = int(cards["balance"][cards["medium"] == m].sum())
        sums[issuers[m]] = sums.get(issuers[m], 0) + held
    return sums


def rates_on(city: City, day: date) -> np.ndarray:
    """The rates that readers carry on a service day."""
    tables = versions_of(city)
    ordinal = in_force(tables, day)
    return compile_rates(city, tables[ordinal], ordinal)


def sender(intake: Intake) -> Callable[[Sequence[bytes], int], list[bytes | None]]:
    """What collectors call: sealed batches in, receipts out; a batch without one is sent again later."""

    def send(batches: Sequence[bytes], now_us: int) -> list[bytes | None]:
        return [answer.receipt for answer in intake.take(batches, now_us)]

    return send


def register(house: House, stage: world.World, start: date) -> None:
    """The registrar's work before the first day: parties and devices."""
    city, from_us = house.city, day_start_us(start - timedelta(days=1), house.city.zone, house.city.day_cut_s)
    parties = [
        Party(i, p.id, p.name, p.roles, (p.account.iban or "") if p.account else "", (p.account.other or "") if p.account else "")
        for i, p in enumerate(city.parties)
    ]  # fmt: skip
    devices = [
        Device(d.device, from_us, FOREVER_US, d.operator, d.vehicle, d.service, d.stop, d.kind, house.ring.device_public(d.device))
        for d in stage.devices
    ]  # fmt: skip
    with house.store.begin():
        house.store.register_parties(parties)
        house.store.register_devices(devices)


def issue(house: House, cards: np.ndarray, start: date) -> None:
    """The issuer's register: every card with what it holds when the books begin, dealt over the shards."""
    folder = house.detail(ISSUED)
    folder.mkdir(parents=True)
    digest = hashlib.sha256()
    shard, known = shard_of(cards["card"]), np.argsort(cards["card"], kind="stable")
    for s in range(SHARDS):
        mine = cards[known[shard[known] == s]]
        detail.write_array(folder / f"cards-{s:02d}.npy", mine)
        digest.update(mine.tobytes())
    issuer = party_with(house.city, "card_issuer")
    with house.store.begin():
        house.store.register_cards(CardFile(start, issuer, digest.digest(), f"detail/{ISSUED}"))
