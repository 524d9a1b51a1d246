"""The small town with readers of every kind: two makes in each bus, gates with a reader a lane, vending and top-up machines,
inspectors with handhelds, depots with gateways, riders who pay the driver, and holders who pay for others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from commandline import say
from house import HANBIT, NOON, WEDNESDAY, Office

from afc.city import load_city

BRANDS = """
[[brand]]
id = "first"
name = "First Readers"
collector = "hancard"

[[brand]]
id = "second"
name = "Second Readers"
collector = "corner-shops"
collects = "road"
"""
READERS = ", ".join(
    f'{{ door = "{door}", brand = "{brand}" }}' for brand in ("first", "second") for door in ("front", "rear")
)
DEMAND = """
[machines]
station = "vending and top-up"
brand = "first"

[cash.bus]
share = 0.1
fare = 1600
source = "Made up."

[[inspection]]
service = "bus"
by = "city"
handhelds = 2
riders = 60
without = 0.2
penalty = 30000
source = "Made up."

[[inspection]]
service = "metro"
by = "hanbit-metro"
handhelds = 1
riders = 60
penalty = 30000
source = "Made up."
"""


def town(folder: Path, contracts: str = "") -> Path:
    """A pack with all of it, below a folder; `contracts` are agreed on as well."""
    pack = folder / "hanbit"
    shutil.copytree(HANBIT, pack)
    city, demand, tariff = (pack / f"{name}.toml" for name in ("city", "demand", "tariff"))
    city.write_text(city.read_text() + BRANDS)
    text = demand.read_text().replace("devices = 2", f"readers = [{READERS}]")
    text = text.replace("lane_s = 1.5", 'lane_s = 1.5\nreader = "lane"')
    text = text.replace("tap_out = 0.9", "tap_out = 0.9\ncompanions = 0.2")
    demand.write_text("depot_gateways = true\n" + text + DEMAND)
    agreed = pack / "contracts.toml"
    agreed.write_text(agreed.read_text() + contracts)
    tariff.write_text(tariff.read_text() + '\n[version.group]\ncategories = ["adult"]\n')
    return pack


class House(Office):
    """Books of that town."""

    def __init__(self, folder: Path, contracts: str = "") -> None:
        super().__init__(folder)
        self.pack = town(folder, contracts)
        say(f"clearing init --db {self.db} --city {self.pack} --cards 10 --balance 20000")
        self.devices = self.ask("device list")

    def device(self, kind: str, operator: str, at: int = 0) -> int:
        """The number of a reader of a kind."""
        return int([row["device"] for row in self.devices if (row["kind"], row["operator"]) == (kind, operator)][at])

    def bring(self, device: int, *records: dict[str, Any], at: str = NOON, again: bool = False) -> list[str]:
        """Seal some records and hand them over; what is said to it. `again` for a reader's second batch."""
        path = self.folder / f"{device}{'-again' if again else ''}.jsonl"
        path.write_text("\n".join(json.dumps(record) for record in records))
        out = path.with_suffix(".afc")
        before = f"--previous {self.folder / f'{device}.afc'}" if again else ""
        say(f"kit sign --world {self.pack} --device {device} --records {path} --out {out} {before}")
        return self.answers(out, at=at)

    def statement(self, party: str) -> dict[str, dict[str, Any]]:
        """The lines of a party's statement of Wednesday, by kind."""
        path = self.db.parent / "statements" / WEDNESDAY / f"{party}.json"
        return {line["kind"]: line for line in json.loads(path.read_text())["lines"]}

    def detail(self, date: str, name: str) -> list[dict[str, Any]]:
        """The rows of a detail file."""
        rows: list[dict[str, Any]] = pq.read_table(self.db.parent / "detail" / date / f"{name}.parquet").to_pylist()
        return rows

    def operated(self, route: str) -> list[dict[str, Any]]:
        """What was operated of a route on Wednesday, beside the timetable."""
        return list(self.ask(f"clearing trips --date {WEDNESDAY} --route {route}")["lines"])

    def trip(self, pattern: int) -> tuple[int, int]:
        """The number and the metres of the first trip of a pattern on an ordinary day."""
        network = load_city(self.pack).network
        before = sum(len(departures) for departures in network.departures("weekday")[:pattern])
        return before + 1, int(network.patterns[pattern].along_m[-1])
