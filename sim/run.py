"""A run: service days simulated, collected, closed and settled, one after another, into one folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.compile import compile_rates, in_force
from afc.keys import KeyRing, sim_environment
from afc.moment import day_start_us
from afc.records import rows_at
from afc.refusal import Refused
from clearing import detail
from clearing.audit import Finding, audit
from clearing.chart import party_with
from clearing.dealing import shard_of, shards_for
from clearing.house import BOOKS, ISSUED, House
from clearing.store import FOREVER_US, CardFile, Device, Party, Store, shown
from clearing.views import held_at_cut
from sim import demand, world
from sim.answers_told import answer_of
from sim.cleared import clear, refuse_more
from sim.collector import collector
from sim.conclude import Day, conclude, write_json
from sim.denylisted import publish_list, published_list
from sim.engine.choose import Cluster, mapper
from sim.faults import Gateway, Plan
from sim.faults.label import write_labels
from sim.houses import HOUSE_FILE, SCENARIO_FILE, Deed, deed_text, is_begun
from sim.moments import BUSY_S, patience
from sim.progress import Progress, nobody
from sim.runs import run_id, versions
from sim.scenario import NOBODY_LISTED, Scenario
from sim.times import TIMES_FILE, Times
from sim.unfinished import BOOKS_AT, Unfinished, working_on


def execute(
    scenario: Scenario,
    out: Path,
    workers: int = 2,
    progress: Progress = nobody,
    plan: Plan | None = None,
    db: str | None = None,
    fresh: bool = False,
    cluster: Cluster | None = None,
) -> Path:
    """Run a scenario into `out/<run id>`, with faults if there is a plan of them.

    The folder appears under its name only when it is complete. With `db`, the books are begun there, and the folder says so.
    A run that was stopped goes on from what it had done, unless it is to begin `fresh`; one with faults always begins anew.
    With `cluster`, its workers work the shards out.
    """
    city = scenario.load()
    if plan and scenario.denylist != NOBODY_LISTED:
        cure = "Take the table [denylist] out of the scenario."
        raise Refused("DENYLIST_WITH_FAULTS", "a gateway that cheats seals batches anew, and names no list", cure=cure)
    name = name_of(scenario, city, plan)
    with working_on(out, name) as begun:
        facts = versions() | {BOOKS_AT: shown(db) if db else BOOKS}
        if begun.is_begun and not fresh:
            begun.refuse_other(facts)
        else:
            begin(scenario, begun, db)
        where, times = db or str(begun.folder / BOOKS), Times(progress, begun.times())
        try:
            with mapper(workers, cluster, times) as run:
                days, findings = play(scenario, city, begun, facts, where, run, workers, times, plan)
                begun.note_times(times.told())
                times("write down what it came to", 0.0)
                conclude(scenario, city, name, begun.folder, where, days, findings, versions(), plan, run)
        except KeyboardInterrupt:
            begun.note_times(times.told())
            raise
        write_json(begun.folder / TIMES_FILE, times.told())
        begun.finish(out / name)
    return out / name


def name_of(scenario: Scenario, city: City, plan: Plan | None = None) -> str:
    """What a run is called; the same again is the same run."""
    return run_id(scenario, city.digest) + (f"-{plan.kind}-{plan.faults}-{plan.seed}" if plan else "")


def begin(scenario: Scenario, begun: Unfinished, db: str | None) -> None:
    """An empty folder for a run, which says whose books it has."""
    if db and is_begun(db):
        cure = "Name an empty database."
        raise Refused("BOOKS_EXIST", "there are books already", where=shown(db), cure=cure)
    begun.begin_anew()
    (begun.folder / SCENARIO_FILE).write_text(scenario.text(), "utf-8")
    if db:
        deed = Deed(scenario.city, scenario.seed, scenario.start, scenario.tariff, shown(db))
        (begun.folder / HOUSE_FILE).write_text(deed_text(deed), "utf-8")


def play(
    scenario: Scenario,
    city: City,
    begun: Unfinished,
    facts: dict[str, str],
    where: str,
    run: Any,
    workers: int,
    progress: Progress,
    plan: Plan | None = None,
) -> tuple[list[Day], list[Finding]]:
    """Every service day of the scenario: simulate, collect, close, settle; then the audit of it all."""
    ring = KeyRing.from_seed(scenario.seed, sim_environment(city.id))
    with Store.open(where, environment=ring.environment, city=city.digest, busy_s=BUSY_S, patience=patience) as store:
        house = House(store, city, ring, begun.folder)
        logs = begun.street(scenario.dates)
        if len(logs) == scenario.days:
            days = [Day(log, *clear(house, day, run, progress, begun)) for day, log in logs.items()]
            cards = begun.cards()
        else:
            days, cards = simulate(house, scenario, begun, facts, where, run, workers, progress, plan)
        progress("audit", 0.0)
        world_truth = held_at_cut(house, cards)
        return days, audit(store, ring.receipt_public(), world_truth, begun.folder, run=run)


def simulate(
    house: House,
    scenario: Scenario,
    begun: Unfinished,
    facts: dict[str, str],
    where: str,
    run: Any,
    workers: int,
    progress: Progress,
    plan: Plan | None,
) -> tuple[list[Day], np.ndarray]:
    """The days with their street, and the cards after them.

    In a run that goes on all are simulated from the first, because what readers and cards hold is in no file.
    """
    city, days = house.city, list[Day]()
    progress("learn the network", 0.0)
    riders, stage = set_up(scenario, city, house.ring)
    cards = riders.population.cards
    if begun.is_begun:
        stage.listing = published_list(house, scenario, cards["card"])
    else:
        enter(house, scenario, riders, stage)
        if plan is None:
            begun.note_begun(facts)
    with collector(scenario, city, where, house.store, workers, plan) as office:
        for day in scenario.dates:
            high = house.store.high()
            log = collect(stage, riders, day, rates_on(city, day), office, progress)
            refuse_more(house, day, high)
            begun.note_street(log, cards if day == scenario.dates[-1] else None)
            days.append(Day(log, *clear(house, day, run, progress, begun)))
            if isinstance(office, Gateway):
                office.after_close()
        if isinstance(office, Gateway):
            write_labels(begun.folder, office.labels)
    return days, cards


def set_up(scenario: Scenario, city: City, ring: KeyRing) -> tuple[Any, world.World]:
    """A scenario's riders and its world."""
    riders = demand.build(city, city.network, scenario)
    return riders, world.World(city, city.network, riders.population, ring, scenario.torn, scenario.scale)


def enter(house: House, scenario: Scenario, riders: Any, stage: world.World) -> None:
    """Everything that the clearing house knows before the first day: readers, cards, the denylist."""
    register(house, stage.devices, scenario.start)
    issue(house, riders.population.cards, scenario.start)
    stage.listing = publish_list(house, scenario, riders.population.cards["card"])


def collect(
    stage: world.World, riders: Any, day: date, rates: np.ndarray, office: Any, progress: Progress
) -> world.DayLog:
    """One day on the street, until all that readers have has been handed over; through a gateway, what it lets through."""
    cards = riders.population.cards
    if isinstance(office, Gateway):
        office.morning(cards)
    log = stage.run_day(day, riders.journeys(day), rates, office, progress, service=riders.service(day))
    stage.report_late(day, office)
    if isinstance(office, Gateway):
        office.pass_on(day, cards, stage.estate.readers, rates)
    return log._replace(answered=answer_of(day, riders))


def rates_on(city: City, day: date) -> np.ndarray:
    """The rates that readers carry on a service day."""
    tables = versions_of(city)
    ordinal = in_force(tables, day)
    return compile_rates(city, tables[ordinal], ordinal)


def register(house: House, devices: Sequence[world.Device], start: date) -> None:
    """The registrar's work before the first day: parties and devices."""
    city = house.city
    from_us = day_start_us(start - timedelta(days=1), city.zone, city.day_cut_s)
    with house.store.begin():
        house.store.register_parties([party_row(number, party) for number, party in enumerate(city.parties)])
        rows = [row for device in devices for row in device_rows(city, device, from_us, house.ring)]
        house.store.register_devices(rows)


def party_row(number: int, party: Any) -> Party:
    """A party of the pack as the books know it."""
    iban, other = (party.account.iban, party.account.other) if party.account else ("", "")
    first, last = (day.isoformat() if day else "" for day in (party.from_, party.until))
    account = iban or "", other or ""
    return Party(number, party.id, party.name, party.roles, *account, first, last, party.merged_into or "")


def device_rows(city: City, d: world.Device, from_us: int, ring: KeyRing) -> list[Device]:
    """A reader of the world as the register knows it from a moment on: a row for each party whose it is, one after another."""
    public = b"" if d.kind == "gateway" else ring.device_public(d.device)
    rows, operator = list[Device](), d.operator
    while operator >= 0:
        party = city.parties[operator]
        begins = max(from_us, cut_before(city, party.from_)) if party.from_ else from_us
        ends = cut_before(city, party.until + timedelta(days=1)) if party.until else FOREVER_US
        where = operator, d.vehicle, d.service, d.stop
        if begins < ends:
            rows.append(Device(d.device, begins, ends, *where, d.kind, public, *make_of(city, d), d.spot))
        operator = city.party(party.merged_into) if party.merged_into else -1
        from_us = max(from_us, ends)
    return rows


def cut_before(city: City, day: date) -> int:
    """The moment at which a service date begins."""
    return day_start_us(day, city.zone, city.day_cut_s)


def make_of(city: City, d: world.Device) -> tuple[str, int]:
    """A reader's brand, and the party that brings its taps in."""
    collectors = city.parties_with("collector")
    usual = collectors[0] if collectors else -1
    if d.brand < 0:
        return "", usual
    brand = city.brands[d.brand]
    return brand.id, city.party(brand.collector) if brand.collector else usual


def issue(house: House, cards: np.ndarray, start: date) -> None:
    """The issuer's register: every card with what it holds when the books begin, dealt over the shards."""
    folder = house.detail(ISSUED)
    folder.mkdir(parents=True)
    digest = hashlib.sha256()
    shards = shards_for(len(cards))
    known = np.argsort(cards["card"], kind="stable")
    shard = shard_of(cards["card"][known], shards).astype(np.uint16)  # 16 bits are sorted by counting
    dealt = known[np.argsort(shard, kind="stable")]
    ends = np.cumsum(np.bincount(shard, minlength=shards))
    with ThreadPoolExecutor(1) as beside:  # SHA-256 of one shard while the next is gathered
        hashed = beside.submit(digest.update, b"")
        for s, rows in enumerate(np.split(dealt, ends[:-1])):
            mine = rows_at(cards, rows)
            hashed.result()
            hashed = beside.submit(digest.update, mine.view(np.uint8).data)
            detail.write_array(folder / f"cards-{s:02d}.npy", mine)
    issuer = party_with(house.city, "card_issuer")
    with house.store.begin():
        house.store.register_cards(CardFile(start, issuer, digest.digest(), f"detail/{ISSUED}", shards))
