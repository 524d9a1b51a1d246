"""A day collected and not closed: the street of a scenario, with all that its readers have handed over, for closing again.

The folder is a clearing house's: books, cards as issued, and the scenario that says whose they are. Closing happens in a copy.
"""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path

from afc.keys import KeyRing, sim_environment
from afc.limits import intake_batches_max
from afc.refusal import Refused
from clearing.house import BOOKS, ISSUED, House
from clearing.intake import Intake
from clearing.store import SCHEMA_VERSION, Kept, Store, shown
from sim.collector import collector
from sim.houses import SCENARIO_FILE, is_begun
from sim.progress import nobody
from sim.run import collect, enter, rates_on, set_up
from sim.runs import run_id
from sim.scenario import Scenario, find_scenario, read_scenario

PROCESSES = 2
"""That simulate: one for the street, one for the office."""


def collected(city: str, scale: float, keep: Path) -> Path:
    """The folder below `keep` of a city's first scenario at a scale, its first day collected; simulated where it is not there.

    That happens in a process of its own, so that it takes nothing of this one's memory. Days that an older version kept
    are left alone: this one could not read their books.
    """
    scenario = find_scenario(None, city).changed(scale=scale, days=1)
    folder = keep / f"{run_id(scenario, scenario.load().digest)}-schema-{SCHEMA_VERSION}"
    if not folder.is_dir():
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=fresh) as pool:
            pool.submit(simulate, scenario, folder).result()
    return folder


def simulate(scenario: Scenario, folder: Path) -> None:
    """One day on the street, handed over; the folder appears under its name when it is complete."""
    city, unfinished = scenario.load(), folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    ring, where = KeyRing.from_seed(scenario.seed, sim_environment(city.id)), str(unfinished / BOOKS)
    riders, stage = set_up(scenario, city, ring)
    with Store.open(where, environment=ring.environment, city=city.digest) as store:
        enter(House(store, city, ring, unfinished), scenario, riders, stage)
        with collector(scenario, city, where, store, PROCESSES, None) as office:
            collect(stage, riders, scenario.start, rates_on(city, scenario.start), office, nobody)
    (unfinished / SCENARIO_FILE).write_text(scenario.text(), "utf-8")
    unfinished.rename(folder)


def copied(folder: Path, to: Path, db: str | None) -> str:
    """A copy of such a folder, its books in it or in the empty database `db`; where the books are."""
    if db is None:
        shutil.copytree(folder, to, dirs_exist_ok=True)
        return str(to / BOOKS)
    if is_begun(db):
        raise Refused("BOOKS_EXIST", "there are books already", where=shown(db), cure="Name an empty database.")
    shutil.copytree(folder / "detail" / ISSUED, to / "detail" / ISSUED)
    shutil.copy(folder / SCENARIO_FILE, to)
    scenario = read_scenario(folder / SCENARIO_FILE)
    ring = KeyRing.from_seed(scenario.seed, sim_environment(scenario.load().id))
    with (
        Store.open(str(folder / BOOKS)) as books,
        Store.open(db, environment=ring.environment, city=books.meta().city) as store,
    ):
        with store.begin():
            store.register_parties(books.parties())
            store.register_devices(list(books.devices()))
            for file in books.card_files():
                store.register_cards(file)
        intake = Intake(store, ring, ring.environment)
        for received_us, sealed in calls(books):
            intake.take(sealed, received_us)
    return db


def calls(books: Store) -> Iterator[tuple[int, list[bytes]]]:
    """The batches of a log as they came: each moment's together, no more at once than a call may bring."""
    sealed = books.accepted(1, books.high()[0])

    def moment(kept: Kept) -> int:
        return kept.received_us

    for received_us, together in groupby(books.log(), moment):
        some = len(list(together))
        for at in range(0, some, intake_batches_max):
            yield received_us, [next(sealed)[1] for _ in range(at, min(at + intake_batches_max, some))]
