"""Loading a pack: its six files and the names in its network, checked against each other and refused as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from afc.gtfs.feed import section_ids, stop_ids, zone_ids
from afc.pack.agree import account_checks, city_checks, contracts_checks, demand_checks, split_checks
from afc.pack.agree_tariff import tariff_checks
from afc.pack.checks import as_far_as_read
from afc.pack.findings import Findings
from afc.pack.form import Finding, Form, Known, Unread
from afc.pack.read import line_of, lines_in, read_form
from afc.pack.schema import CasesFile, CityFile, ContractsFile, DemandFile, SplitFile, TariffFile

F = TypeVar("F", bound=Form)


class Identified(Protocol):
    """A row with a name of its own."""

    @property
    def id(self) -> str: ...


class Pack(NamedTuple):
    """The six files of a pack, valid in themselves and with each other."""

    city: CityFile
    tariff: TariffFile
    split: SplitFile
    contracts: ContractsFile
    demand: DemandFile
    cases: CasesFile


def load_pack(folder: Path) -> Pack:
    """All files of a pack; everything wrong in them is told at once."""
    desk = _Desk(folder)
    city = desk.read("city.toml", CityFile)
    desk.declare_city(city)
    desk.declare_network()
    if not (folder / "SOURCES.md").is_file():
        cure = "Every pack says where each figure comes from."
        desk.found.add("FILE_MISSING", "the file is missing", file=f"{folder.name}/SOURCES.md", cure=cure)
    tariff = desk.read("tariff.toml", TariffFile)
    desk.declare_tariff(tariff)
    split = desk.read("split.toml", SplitFile)
    contracts = desk.read("contracts.toml", ContractsFile)
    demand = desk.read("demand.toml", DemandFile)
    cases = desk.read("cases.toml", CasesFile)
    desk.note("city.toml", city_checks(city))
    desk.note("city.toml", account_checks(city, contracts))
    desk.note("contracts.toml", contracts_checks(contracts, city))
    desk.note("tariff.toml", tariff_checks(tariff, city))
    desk.note("split.toml", split_checks(split, city, contracts))
    desk.note("demand.toml", demand_checks(demand, city, tariff, split))
    desk.found.refuse()
    return Pack(city, tariff, split, contracts, demand, cases)


@dataclass
class _Desk:
    """Where a pack lies open while it is read: what is known so far and what was found wrong."""

    folder: Path
    known: Known = field(default_factory=Known)
    found: Findings = field(default_factory=Findings)

    def read(self, name: str, form: type[F]) -> F:
        return read_form(self.folder / name, self._label(name), form, self.known, self.found)

    def note(self, name: str, checks: Iterable[Iterable[Finding]]) -> None:
        findings = list(chain.from_iterable(map(as_far_as_read, checks)))
        lines = lines_in(self.folder / name) if findings else {}
        for finding in findings:
            line = line_of(finding.at, lines)
            self.found.add(finding.code, finding.what, file=self._label(name), line=line, cure=finding.cure)

    def declare(self, kind: str, lists: Callable[[], Iterable[Iterable[str]]]) -> None:
        """Where an id could not be read or is there twice the kind stays undeclared: what it should be, nobody knows."""
        with suppress(Unread):
            named = [tuple(some) for some in lists()]
            if all(len(some) == len(set(some)) for some in named):
                self.known.ids[kind] = tuple(dict.fromkeys(chain.from_iterable(named)))

    def declare_city(self, city: CityFile) -> None:
        self.declare("party", lambda: [ids(city.party)])
        self.declare("service", lambda: [ids(city.service)])
        self.declare("category", lambda: [ids(city.category)])
        self.declare("medium", lambda: [ids(city.medium)])
        self.declare("brand", lambda: [ids(city.brand)])
        self.declare("attribute", lambda: [city.attributes])
        self.declare("criterion", lambda: [city.criteria])
        self.declare("day type", lambda: [city.calendar.day_types])

    def declare_network(self) -> None:
        network = self.folder / "network"
        if not network.is_dir():
            cure = "A pack has its stops and routes there, as GTFS text files."
            self.found.add("FOLDER_MISSING", "the folder is missing", file=self._label("network"), cure=cure)
            return
        stops = stop_ids(network, self._label("network"), self.found)
        sections = section_ids(network, self._label("network"), self.found)
        if stops is not None:
            self.known.ids["stop"] = frozenset(stops)
        if sections is not None:
            self.known.ids["section"] = sections
        zones = zone_ids(network, self._label("network"), self.found)
        if zones is not None:
            self.known.ids["zone"] = zones

    def declare_tariff(self, tariff: TariffFile) -> None:
        self.declare("tariff version", lambda: [ids(tariff.version)])
        self.declare("product", lambda: (ids(version.product) for version in tariff.version))
        self.declare("rebate", lambda: (ids(version.rebate) for version in tariff.version))

    def _label(self, name: str) -> str:
        return f"{self.folder.name}/{name}"


def ids(rows: Iterable[Identified]) -> Iterator[str]:
    """The names that rows have in a pack."""
    return (row.id for row in rows)
