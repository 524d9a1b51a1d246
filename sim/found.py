"""Founding a clearing house for the simulated environment of a pack: parties, readers, and blank cards if asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.compile import in_force
from afc.fares.state import new_cards
from afc.keys import KeyRing, sim_environment
from afc.limits import tap_balance_max
from afc.refusal import Refused
from clearing.detail import write_durably
from clearing.house import House
from clearing.store import Store, folder_of, is_on_server, shown
from clearing.terms import split_versions
from sim.houses import HOUSE_FILE, SCENARIO_FILE, Deed, deed_text, is_begun
from sim.packs import keep
from sim.run import issue, register
from sim.scenario import of_city
from sim.world import Estate

CARDS_MAX = 10_000_000


class Founded(NamedTuple):
    """New books."""

    folder: Path
    environment: str
    start: date
    parties: int
    devices: int
    cards: int


def found(db: str, city: City, deed: Deed, cards: np.ndarray, folder: Path | None = None) -> Founded:
    """Begin books that do not exist yet, with some CARD rows that the issuer has given out.

    `folder` is for books on a server; a file has its detail beside it.
    """
    refuse_unknown_date(city, deed.start)
    ring = KeyRing.from_seed(deed.seed, sim_environment(city.id))
    deed = deed._replace(db=shown(db) if is_on_server(db) else "")
    estate = Estate(city, city.network, ring, deed.seed)
    home = begin_folder(db, ring.environment, folder)
    with Store.open(db, environment=ring.environment, city=city.digest) as store:
        if store.meta().city != city.digest:
            cure = "Make the database anew, or bring back the pack as it was."
            raise Refused("CITY_DIFFERS", "the database was made for another city pack", where=shown(db), cure=cure)
        house = House(store, city, ring, home)
        register(house, estate.devices, deed.start)
        issue(house, cards, deed.start)
        keep(home, city)
        write_durably(home / HOUSE_FILE, deed_text(deed).encode())
        return Founded(home, ring.environment, deed.start, len(city.parties), len(estate.devices), len(cards))


def refuse_unknown_date(city: City, start: date) -> None:
    """Books that begin where the pack has no calendar, tariff or split could never close their first date."""
    city.day_type(start)
    for versions in (versions_of(city), split_versions(city)):
        in_force(versions, start)


def begin_folder(db: str, environment: str, folder: Path | None = None) -> Path:
    """A folder for new books: their detail files lie there, so no others may be there."""
    home = folder if folder and is_on_server(db) else folder_of(db, environment)
    if is_begun(db) or (home / HOUSE_FILE).exists() or (home / SCENARIO_FILE).exists():
        cure = "Name an empty database and another --folder" if is_on_server(db) else "Name a file in another folder"
        raise Refused("BOOKS_EXIST", "there are books already", where=shown(db), cure=f"{cure}, or go on with these.")
    home.mkdir(parents=True, exist_ok=True)
    return home


def blank(count: int, balance: int) -> np.ndarray:
    """Cards fresh from the issuer, all alike: the pack's first medium and rider category, numbered from 1, so that taps may be
    written by hand."""
    if not 0 <= balance <= tap_balance_max:
        raise Refused("BALANCE_OUT_OF_RANGE", f"a card holds 0 to {tap_balance_max} minor units", where="--balance")
    cards = new_cards(count)
    cards["card"], cards["balance"] = np.arange(1, count + 1), balance
    return cards


def named(city_name: str) -> str:
    """The pack as the deed names it: a folder by its full path, so that the books may be asked from anywhere."""
    return str(Path(city_name).resolve()) if (Path(city_name) / "city.toml").is_file() else city_name


def first_date(city_name: str) -> date:
    """The start of the pack's first scenario."""
    scenarios = of_city(city_name)
    if not scenarios:
        raise Refused("START_MISSING", "the pack has no scenario to take the first date from", cure="Give --start.")
    return scenarios[0].start
