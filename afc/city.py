"""A city: everything that a pack says, ready to be asked.

`load_city("name")` finds a pack that comes with the product; a path finds one outside it. Both work the same.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from afc.refusal import Refused, nearest

if TYPE_CHECKING:
    from afc.network.network import Network
    from afc.pack.calendar import Calendar
    from afc.pack.schema import CasesFile, ContractsFile, DemandFile, SplitFile, TariffFile
    from afc.pack.schema_city import Category, Medium, Party, Service
    from afc.pack.schema_devices import Brand

_SHIPPED = Path(__file__).resolve().parent / "cities"


class _Named(Protocol):
    @property
    def id(self) -> str: ...


@dataclass(frozen=True, eq=False)
class City:
    """A pack, validated. Parties, services, categories, media and attributes are known by their place in city.toml."""

    folder: Path
    digest: str
    id: str
    name: str
    country: str
    locale: str
    currency: str
    exponent: int
    zone: ZoneInfo
    day_cut_s: int
    custody: str
    synthetic: str
    attributes: tuple[str, ...]
    criteria: tuple[str, ...]
    calendar: Calendar
    parties: tuple[Party, ...]
    services: tuple[Service, ...]
    categories: tuple[Category, ...]
    media: tuple[Medium, ...]
    brands: tuple[Brand, ...]
    tariff: TariffFile
    split: SplitFile
    contracts: ContractsFile
    demand: DemandFile
    cases: CasesFile
    commanded: str = ""

    def under(self, tariff: str) -> City:
        """The city with one tariff version in force on every day, by command; "" is the calendar as it stands."""
        if not tariff:
            return self
        ids = [version.id for version in self.tariff.version]
        if tariff not in ids:
            known = f"Known: {', '.join(ids)}."
            raise Refused("ID_UNKNOWN", f'"{tariff}" is no tariff version', cure=nearest(tariff, ids) or known)
        return replace(self, commanded=tariff)

    @cached_property
    def network(self) -> Network:
        """Stops, routes and timetable; read when first asked for."""
        from afc.network.build import network_of

        return network_of(self)

    def day_type(self, day: date) -> int:
        """The number of a date's day type; a date past the calendar's horizon is refused."""
        return self.calendar.day_type(day)

    def is_school_day(self, day: date) -> bool:
        """Whether pupils ride as pupils on a date."""
        return self.calendar.is_school_day(day)

    def party(self, party_id: str) -> int:
        """The number of a party."""
        return _place(self.parties, party_id, "party")

    def service(self, service_id: str) -> int:
        """The number of a service."""
        return _place(self.services, service_id, "service")

    def category(self, category_id: str) -> int:
        """The number of a rider category."""
        return _place(self.categories, category_id, "category")

    def medium(self, medium_id: str) -> int:
        """The number of a kind of card."""
        return _place(self.media, medium_id, "medium")

    def holders(self, day: date) -> tuple[int, ...]:
        """By party the one that does its work on a date: itself, or whoever it was merged into."""
        return tuple(self._holder(i, day) for i in range(len(self.parties)))

    def _holder(self, i: int, day: date) -> int:
        party = self.parties[i]
        if party.merged_into is None or party.until is None or day <= party.until:
            return i
        return self._holder(self.party(party.merged_into), day)

    def parties_with(self, role: str) -> tuple[int, ...]:
        """The numbers of the parties that have a role, in the order of city.toml."""
        return tuple(i for i, party in enumerate(self.parties) if role in party.roles)


def list_cities() -> list[str]:
    """The packs that come with the product."""
    if not _SHIPPED.is_dir():
        return []
    return sorted(folder.name for folder in _SHIPPED.iterdir() if (folder / "city.toml").is_file())


def demo_city() -> str:
    """The shipped pack that calls itself the demo: it runs where nobody names a city."""
    for name in list_cities():
        if tomllib.loads((_SHIPPED / name / "city.toml").read_text("utf-8")).get("demo"):
            return name
    raise Refused("CITY_MISSING", "no pack calls itself the demo", cure="Name a city, or the folder of a pack.")


def load_city(name_or_path: str | Path) -> City:
    """A city by name or by the folder of its pack, or a refusal that tells everything wrong with it."""
    from afc.moment import clock_s
    from afc.money import exponent
    from afc.pack.calendar import calendar_of
    from afc.pack.load import load_pack

    folder = folder_of(str(name_or_path))
    pack = load_pack(folder)
    city = pack.city
    return City(
        folder=folder,
        digest=pack_digest(folder),
        id=city.id,
        name=city.name,
        country=city.country,
        locale=city.locale,
        currency=city.currency,
        exponent=exponent(city.currency),
        zone=ZoneInfo(city.zone),
        day_cut_s=clock_s(city.day_cut),
        custody=city.custody,
        synthetic=city.synthetic,
        attributes=city.attributes,
        criteria=city.criteria,
        calendar=calendar_of(city.calendar),
        parties=city.party,
        services=city.service,
        categories=city.category,
        media=city.medium,
        brands=city.brand,
        tariff=pack.tariff,
        split=pack.split,
        contracts=pack.contracts,
        demand=pack.demand,
        cases=pack.cases,
    )


def folder_of(name_or_path: str) -> Path:
    """Where a city's pack is, by its name or by its folder."""
    if name_or_path in list_cities():
        return _SHIPPED / name_or_path
    folder = Path(name_or_path)
    if (folder / "city.toml").is_file():
        return folder.resolve()
    if folder.is_dir():
        cure = "A city pack is a folder with city.toml in it."
        raise Refused("CITY_UNKNOWN", "the folder is not a city pack", where=name_or_path, cure=cure)
    known = list_cities()
    cure = nearest(name_or_path, known) or f"Known: {', '.join(known)}; or give the folder of a pack."
    raise Refused("CITY_UNKNOWN", f'there is no city "{name_or_path}"', cure=cure)


def _place(rows: Sequence[_Named], name: str, kind: str) -> int:
    for i, row in enumerate(rows):
        if row.id == name:
            return i
    known = [row.id for row in rows]
    cure = nearest(name, known) or f"Known: {', '.join(known)}."
    raise Refused(f"UNKNOWN_{kind.upper()}", f'there is no {kind} "{name}"', cure=cure)


def pack_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all files of a pack, in the order of their names."""
    digest = hashlib.sha256()
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    for name in sorted(files, key=str.encode):
        if not any(part.startswith((".", "__")) for part in name.split("/")):
            content = files[name].read_bytes()
            digest.update(f"{len(name.encode())} {name} {len(content)} ".encode())
            digest.update(content)
    return digest.hexdigest()
