"""A house of our own: new books that know the scenario's readers and cards, and a server over them in its own process.

Its clock stands behind the last day that a pool may have, and goes on from there; so a scenario may be of any date.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from afc.city import City
from afc.keys import KeyRing, sim_environment
from afc.moment import day_start_us
from afc.refusal import Refused
from clearing.api.keys import make_api_key
from clearing.house import BOOKS, House
from clearing.store import Store
from sim.houses import SCENARIO_FILE
from sim.load.door import Door, http_links
from sim.load.pool import DAYS_MAX, Pool
from sim.moments import now_us
from sim.run import enter, set_up
from sim.scenario import Scenario

_SERVE = "from sim.load.own import serve; import sys; serve(*sys.argv[1:])"


def begun(scenario: Scenario, folder: Path) -> Pool:
    """New books in a folder, as before the first tap of a scenario; and the pool of its readers' batches."""
    city = scenario.load()
    ring = KeyRing.from_seed(scenario.seed, sim_environment(city.id))
    riders, stage = set_up(scenario, city, ring)
    (folder / SCENARIO_FILE).write_text(scenario.text(), "utf-8")
    with Store.open(str(folder / BOOKS), environment=ring.environment, city=city.digest) as store:
        enter(House(store, city, ring, folder), scenario, riders, stage)
    end = scenario.start + timedelta(days=DAYS_MAX)
    return Pool(scenario, ring, riders, stage, scenario.start, end)


def clock_of(scenario: Scenario, city: City) -> int:
    """The moment at which the clock of such a house begins."""
    return day_start_us(scenario.start + timedelta(days=DAYS_MAX + 1), city.zone, city.day_cut_s)


def shifted(from_us: int) -> Callable[[], int]:
    """A clock that says `from_us` now and goes on."""
    ahead_us = from_us - now_us()
    return lambda: now_us() + ahead_us


@contextmanager
def own_door(pool: Pool, books: Path) -> Iterator[Door]:
    """A server over these books, with a key for each party that has readers."""
    city = pool.scenario.load()
    secrets = keys_of_operators(pool.stage.devices, books)
    with served(books, pool.scenario.seed, clock_of(pool.scenario, city)) as url:
        yield Door(f"a house of its own at {url}", partial(http_links, url, secrets.__getitem__), str(books))


def keys_of_operators(devices: Any, books: Path) -> dict[int, str]:
    """For each reader the secret of its operator."""
    with Store.open(str(books)) as store:
        ids = {party.number: party.id for party in store.parties()}
        made = {n: make_api_key(store, ids[n], f"load-{ids[n]}", 1).secret for n in {d.operator for d in devices}}
    return {device.device: made[device.operator] for device in devices}


@contextmanager
def served(books: Path, seed: int, clock_us: int) -> Iterator[str]:
    """The URL of a server over these books."""
    command = [sys.executable, "-c", _SERVE, str(books), str(seed), str(clock_us)]
    # In a session of its own, so that Ctrl-C ends the load, which then ends the server.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        assert server.stdout
        try:
            told = server.stdout.readline()
            if not told:
                raise Refused("SERVER_DIED", "the house of its own did not open", cure="See what it said above.")
            yield json.loads(told)["url"]
        finally:
            server.terminate()


def serve(where: str, seed: str, clock_us: str) -> None:
    """What the process of the server does."""
    from sim.serving import serve_intake

    def ring_for(store: Store) -> KeyRing:
        return KeyRing.from_seed(int(seed), store.meta().environment)

    def ready(environment: str, url: str) -> None:
        print(json.dumps({"environment": environment, "url": url}), flush=True)

    serve_intake(where, "127.0.0.1", 0, ring_for, ready, shifted(int(clock_us)))
