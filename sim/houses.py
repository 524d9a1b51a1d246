"""Clearing houses in folders: books, detail files, statements, and a word on whose they are.

A finished run is such a folder, and says so in its scenario.toml. Books begun with `afc clearing init` have a house.toml:

city = "hanbit"          # a pack's name or its folder
seed = 7                 # of the throw-away keys of its simulated environment
start = 2026-03-04       # the first service date
incomplete = "refuse"    # `afc clearing run` stops before a date of which taps may be missing; "tell" closes it and says so
db = "postgresql+psycopg://clerk@server/books"   # only where the books lie on a server; never with a password

Books on a server have their folder elsewhere: where `--folder` says, or ./<city>-house.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from afc.keys import KeyRing, sim_environment
from afc.refusal import Refused
from clearing.detail import write_durably
from clearing.house import BOOKS, House
from clearing.store import Store, is_on_server, is_same, shown
from sim import packs
from sim.moments import BUSY_S, patience
from sim.runs import Run, find_run
from sim.scenario import read_scenario
from sim.scenario_answers import quoted

HOUSE_FILE, SCENARIO_FILE = "house.toml", "scenario.toml"


class Deed(NamedTuple):
    """What a folder says about its books."""

    city: str
    seed: int
    start: date
    tariff: str = ""
    db: str = ""
    incomplete: str = "tell"


class Opened(NamedTuple):
    """A clearing house, and the run that left it, where it was one."""

    house: House
    name: str
    run: Run | None


@contextmanager
def open_books(db: str | None, run: str, folder: Path | None = None) -> Iterator[Opened]:
    """The clearing house at a database or in a folder, or else that of a run."""
    found = None if db or folder else find_run(run)
    home = found.folder if found else folder
    where = db or place_of(home or Path())
    with Store.open(where, busy_s=BUSY_S, patience=patience) as store:
        if home is None or not is_on_server(where):
            home = store.folder
        deed = read_deed(home)
        refuse_other_place(deed, where, home)
        city = packs.load(store, home, deed.city, deed.tariff)
        ring = KeyRing.from_seed(deed.seed, sim_environment(city.id))
        if store.meta().environment != ring.environment:
            cure = "Is the house.toml beside them another house's?"
            what = f"the books are not those of {city.name}"
            raise Refused("ENVIRONMENT_DIFFERS", what, where=shown(where), cure=cure)
        refuse_other_seed(store, ring)
        house = House(store, city, ring, home, packs.earlier(store, home, deed.tariff))
        yield Opened(house, found.id if found else shown(where), found)


def place_of(folder: Path) -> str:
    """Where the books of a folder lie: in it, or on the server that it names."""
    return read_deed(folder).db or str(folder / BOOKS)


def is_begun(db: str) -> bool:
    """Are there books at this place? A database that `afc db init` has made for them is still empty."""
    try:
        with Store.open(db) as store:
            return bool(store.parties())
    except Refused as refused:
        if refused.code == "BOOKS_MISSING":
            return False
        if is_on_server(db):
            raise
        return True


def refuse_other_seed(books: Store, ring: KeyRing) -> None:
    """With another seed than the books began with, no reader would believe a receipt, and no tap would be believed."""
    keys: dict[int, set[bytes]] = {}
    for row in books.devices():
        if row.public_key:
            keys.setdefault(row.device, set()).add(row.public_key)
    device = min(keys, default=0)
    if device and ring.device_public(device) not in keys[device]:
        cure = "Leave --seed out, or bring house.toml back as it was."
        raise Refused("SEED_DIFFERS", "the readers of these books have keys from another seed", cure=cure)


def refuse_other_place(deed: Deed, where: str, folder: Path) -> None:
    """Detail of one house and books of another would be called damaged."""
    if deed.db and not is_same(deed.db, where):
        cure = (
            "Give the --folder of these books; if it is the same database under another name, write that into its db."
        )
        raise Refused("HOUSE_DIFFERS", f"this is the folder of {shown(deed.db)}", where=str(folder), cure=cure)


def refuse_other_pack(house: House) -> None:
    """What is closed has to be closed under the pack that the books go by."""
    if packs.newest(house.store) != house.city.digest:
        cure = "Bring back the pack as it was; to go on under another one, see: afc clearing adopt --help"
        raise Refused("CITY_DIFFERS", "the city pack is not the one that the books go by", cure=cure)


def read_deed(folder: Path) -> Deed:
    """Whose books lie in a folder."""
    if (folder / HOUSE_FILE).is_file():
        try:
            table = tomllib.loads((folder / HOUSE_FILE).read_text("utf-8"))
            tariff, db = (str(table.get(key, "")) for key in ("tariff", "db"))
            return Deed(str(table["city"]), int(table["seed"]), table["start"], tariff, db, incomplete_of(table))
        except (OSError, ValueError, KeyError, TypeError) as error:
            cure = "Write city, seed and start as `afc clearing init` does."
            raise Refused("HOUSE_MALFORMED", f"{error!r}", where=str(folder / HOUSE_FILE), cure=cure) from None
    if (folder / SCENARIO_FILE).is_file():
        scenario = read_scenario(folder / SCENARIO_FILE)
        return Deed(scenario.city, scenario.seed, scenario.start, scenario.tariff)
    cure = "Books begun with `afc clearing init` have one beside them; for books on a server, give its --folder."
    raise Refused("HOUSE_UNKNOWN", f"no {HOUSE_FILE} says whose books these are", where=str(folder), cure=cure)


def incomplete_of(table: dict[str, Any]) -> str:
    """What the house does about an incomplete date that is due."""
    word = table.get("incomplete", "tell")
    if word not in ("tell", "refuse"):
        raise ValueError(f'incomplete is "{word}" and has to be "tell" or "refuse"')
    return str(word)


def rename_pack(folder: Path, city: str) -> None:
    """The deed names another pack from now on; a finished run has no deed of its own."""
    if (folder / HOUSE_FILE).is_file():
        write_durably(folder / HOUSE_FILE, deed_text(read_deed(folder)._replace(city=city)).encode())


def deed_text(deed: Deed) -> str:
    """The deed as a file."""
    text = f"city = {quoted(deed.city)}\nseed = {deed.seed}\nstart = {deed.start.isoformat()}\n"
    text += f"tariff = {quoted(deed.tariff)}\n" if deed.tariff else ""
    text += f"incomplete = {quoted(deed.incomplete)}\n" if deed.incomplete != "tell" else ""
    return text + (f"db = {quoted(deed.db)}\n" if deed.db else "")
