"""Founding a clearing house for the simulated environment of a pack: parties, readers, and blank cards if asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from afc.city import City
from afc.fares.state import new_cards
from afc.keys import KeyRing, sim_environment
from afc.limits import tap_balance_max
from afc.refusal import Refused
from clearing.close import House
from clearing.detail import write_durably
from clearing.store import Store, folder_of
from sim.houses import HOUSE_FILE, SCENARIO_FILE, Deed, deed_text
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


def found(db: str, city: City, deed: Deed, cards: np.ndarray) -> Founded:
    """Begin books that do not exist yet, with some CARD rows that the issuer has given out."""
    ring = KeyRing.from_seed(deed.seed, sim_environment(city.id))
    estate = Estate(city, city.network, ring, deed.seed)
    begin_folder(db)
    with Store.open(db, environment=ring.environment, city=city.digest) as store:
        house = House(store, city, ring, store.folder)
        register(house, estate.devices, deed.start)
        issue(house, cards, deed.start)
        write_durably(store.folder / HOUSE_FILE, deed_text(deed).encode())
        return Founded(store.folder, ring.environment, deed.start, len(city.parties), len(estate.devices), len(cards))


def begin_folder(db: str) -> None:
    """A folder for new books: detail files lie beside them, so no others may be there."""
    folder = folder_of(db)
    if is_begun(db) or (folder / HOUSE_FILE).exists() or (folder / SCENARIO_FILE).exists():
        cure = "Name a file in another folder, or go on with these."
        raise Refused("BOOKS_EXIST", "there are books already", where=db, cure=cure)
    folder.mkdir(parents=True, exist_ok=True)


def is_begun(db: str) -> bool:
    """Are there books at this place?"""
    try:
        Store.open(db).close()
    except Refused as refused:
        return refused.code != "BOOKS_MISSING"
    return True


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
