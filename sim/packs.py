"""The editions of a house's pack: a copy of each lies in its folder, so that no edit and no upgrade changes the books."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from afc.city import City, load_city, pack_digest
from afc.moment import show as moment
from afc.refusal import Refused
from clearing.detail import sync
from clearing.house import PACKS, Earlier, House
from clearing.store import Store


def keep(folder: Path, city: City) -> Path:
    """Put a copy of a pack into a house's folder. It is there as a whole or not at all, also after a power cut."""
    place = folder / PACKS / city.digest
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(suffix=".part", dir=place.parent))
        shutil.copytree(city.folder, half, ignore=shutil.ignore_patterns(".*", "__*"), dirs_exist_ok=True)
        half.chmod(0o755)  # who may read the house may read its packs
        for path in (*half.rglob("*"), half):
            sync(path)
        try:
            os.replace(half, place)
        except OSError:
            shutil.rmtree(half)
            if not place.is_dir():  # or else somebody put the same one there meanwhile
                raise
        sync(place.parent)
    return place


def newest(store: Store) -> str:
    """The digest of the pack that the books go by."""
    adoptions = store.adoptions()
    return adoptions[-1].city if adoptions else store.meta().city


def load(store: Store, folder: Path, pack: str, tariff: str) -> City:
    """The pack that the books go by: the copy that the house has of it, or, where it has none, the one that its deed names."""
    kept = folder / PACKS / newest(store)
    return load_city(kept if kept.is_dir() else pack).under(tariff)


def earlier(store: Store, folder: Path, tariff: str) -> tuple[Earlier, ...]:
    """The editions before it, each until the date from which the next one counts."""
    return tuple(Earlier(one.from_date, one.before, reader(folder, one.before, tariff)) for one in store.adoptions())


def reader(folder: Path, digest: str, tariff: str) -> Callable[[], City]:
    """How to read an edition; it is read once, when something is asked of it."""
    return functools.cache(lambda: kept_pack(folder, digest).under(tariff))


def kept_pack(folder: Path, digest: str) -> City:
    """The copy of an edition, or a refusal where it is gone or was changed."""
    place = folder / PACKS / digest
    if not place.is_dir() or pack_digest(place) != digest:
        what = f"the copy of the pack {digest[:16]}… is {'not what it was' if place.is_dir() else 'not there'}"
        cure = "Put the files of that edition back: earlier dates were closed under it."
        raise Refused("PACK_MISSING", what, where=str(place), cure=cure)
    return load_city(place)


def editions(house: House) -> list[dict[str, Any]]:
    """By which packs the books went, the oldest first; the first one counts from the beginning."""
    adoptions, closed = house.store.adoptions(), [day for day in house.store.days() if day.state == "closed"]
    rows: list[dict[str, Any]] = [
        {"digest": house.store.meta().city, "from": None, "by": None, "second": None, "because": None, "at": None}
    ]
    for one in adoptions:
        at = moment(one.at_us, house.city.zone)
        rows.append({"digest": one.city, "from": one.from_date.isoformat(), "by": one.first, "second": one.second,
                     "because": one.because, "at": at})  # fmt: skip
    for row in rows:
        row["closed"] = sum(day.city == row["digest"] for day in closed)
    return rows


def not_adopted(city: City, pack: str) -> str:
    """A sentence where the pack that the deed names says something else than the books go by; else nothing."""
    try:
        place = Path(pack) if (Path(pack) / "city.toml").is_file() else load_city(pack).folder
    except Refused:
        return ""
    if pack_digest(place) == city.digest:
        return ""
    return f"{pack} is not the pack that these books go by; see what is new: afc clearing adopt --dry-run"
