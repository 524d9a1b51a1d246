"""Loading a pack: its six files and the names in its network, checked against each other and refused as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from afc.gtfs.feed import section_ids, stop_ids, zone_ids
from afc.pack.agree import (
    account_findings,
    city_findings,
    contracts_findings,
    demand_findings,
    split_findings,
    tariff_findings,
)
from afc.pack.findings import Findings
from afc.pack.form import Finding, Form, Known
from afc.pack.read import line_at, read_form
from afc.pack.schema import CasesFile, CityFile, ContractsFile, DemandFile, SplitFile, TariffFile

F = TypeVar("F", bound=Form)


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
    if city is None:
        desk.found.refuse()  # without the city nobody can say which names the other files may use
    assert city is not None
    desk.declare_city(city)
    desk.declare_network()
    if not (folder / "SOURCES.md").is_file():
        cure = "Every pack says where each figure comes from."
        desk.found.add("FILE_MISSING", "the file is missing", file=f"{folder.name}/SOURCES.md", cure=cure)
    tariff = desk.read("tariff.toml", TariffFile)
    if tariff is not None:
        desk.declare_tariff(tariff)
    split = desk.read("split.toml", SplitFile)
    contracts = desk.read("contracts.toml", ContractsFile)
    demand = desk.read("demand.toml", DemandFile)
    cases = desk.read("cases.toml", CasesFile)
    desk.note("city.toml", city_findings(city))
    if contracts is not None:
        desk.note("city.toml", account_findings(city, contracts))
        desk.note("contracts.toml", contracts_findings(contracts, city))
    if tariff is not None:
        desk.note("tariff.toml", tariff_findings(tariff, city))
    if split is not None:
        desk.note("split.toml", split_findings(split, city, contracts))
    if demand is not None:
        desk.note("demand.toml", demand_findings(demand, city, tariff, split))
    desk.found.refuse()
    assert tariff and split and contracts and demand and cases  # noqa: PT018 - nothing was found wrong, so all were read
    return Pack(city, tariff, split, contracts, demand, cases)


@dataclass
class _Desk:
    """Where a pack lies open while it is read: what is known so far and what was found wrong."""

    folder: Path
    known: Known = field(default_factory=Known)
    found: Findings = field(default_factory=Findings)

    def read(self, name: str, form: type[F]) -> F | None:
        return read_form(self.folder / name, self._label(name), form, self.known, self.found)

    def note(self, name: str, findings: Iterable[Finding]) -> None:
        for finding in findings:
            line = line_at(self.folder / name, finding.at)
            self.found.add(finding.code, finding.what, file=self._label(name), line=line, cure=finding.cure)

    def declare_city(self, city: CityFile) -> None:
        self.known.ids.update(
            {
                "party": [party.id for party in city.party],
                "service": [service.id for service in city.service],
                "category": [category.id for category in city.category],
                "medium": [medium.id for medium in city.medium],
                "attribute": city.attributes,
                "criterion": city.criteria,
                "day type": city.calendar.day_types,
            }
        )

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
        versions = tariff.version
        self.known.ids["tariff version"] = [version.id for version in versions]
        self.known.ids["product"] = [product.id for version in versions for product in version.product]
        self.known.ids["rebate"] = [rebate.id for version in versions for rebate in version.rebate]

    def _label(self, name: str) -> str:
        return f"{self.folder.name}/{name}"
