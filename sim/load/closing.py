"""Closing after a load: does the house that was loaded post the same money as one that took the same batches at leisure?

Both are copies, so the house itself stays open. The quiet one is given what was receipted, one call after another.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from clearing.close import close_day
from clearing.house import BOOKS, House
from clearing.intake import Intake
from clearing.settle import settle_day
from clearing.store import Store
from sim.load.own import clock_of
from sim.load.pool import Pool

CALL = 512


def closed_otherwise_minor(pool: Pool, before: Path, after: Path, receipted: Sequence[bytes]) -> int:
    """Minor units by which the accounts of the two differ once every date of the pool is closed and settled; `before` is the
    folder of the house as it was, `after` as it is."""
    city = pool.scenario.load()
    with tempfile.TemporaryDirectory(dir=before.parent) as folder:
        loaded, quiet = (Path(shutil.copytree(home, Path(folder) / home.name)) for home in (after, before))
        with Store.open(str(quiet / BOOKS)) as store:
            intake, clock_us = Intake(store, pool.ring, pool.ring.environment), clock_of(pool.scenario, city)
            for at in range(0, len(receipted), CALL):
                intake.take(receipted[at : at + CALL], clock_us)
        mine, theirs = balances(pool, loaded), balances(pool, quiet)
    return sum(abs(mine.get(account, 0) - theirs.get(account, 0)) for account in mine.keys() | theirs.keys())


def balances(pool: Pool, folder: Path) -> dict[str, int]:
    """What each account of a house holds once it has closed the pool's dates."""
    city = pool.scenario.load()
    with Store.open(str(folder / BOOKS), environment=pool.ring.environment, city=city.digest) as store:
        house = House(store, city, pool.ring, folder)
        for day in pool.days:
            settle_day(house, close_day(house, day, map), map)
        return store.balances()
