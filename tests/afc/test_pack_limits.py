"""Every maximum of packs and timetables holds at the limit and is refused by name one past it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hanbit_pack import HANBIT, copied

from afc import limits
from afc.city import load_city
from afc.gtfs import csv_text, files
from afc.network import check
from afc.pack import read
from afc.refusal import Refused


def grown(tmp_path: Path, table: str, count: int) -> Path:
    """Hanbit with so many rows of a table of city.toml, and a fleet for each service."""
    pack = copied(tmp_path)
    text = (pack / "city.toml").read_text("utf-8")
    have = text.count(f"[[{table}]]")
    more = {
        "service": 'mode = "bus"\naccess = "vehicle"\ntap_out = "never"\ndistance = "none"\n',
        "medium": 'funding = "prepaid"\n',
    }
    rows = (f'\n[[{table}]]\nid = "x{i}"\nname = "X {i}"\n{more[table]}' for i in range(count - have))
    (pack / "city.toml").write_text(text + "".join(rows), "utf-8")
    if table == "service":
        demand = (pack / "demand.toml").read_text("utf-8")
        fleet = "".join(
            f"x{i} = {{ capacity = 1, doors = 1, board_s = 1.0, alight_s = 1.0 }}\n" for i in range(count - have)
        )
        (pack / "demand.toml").write_text(demand.replace("[fleet]\n", f"[fleet]\n{fleet}"), "utf-8")
    return pack


@pytest.mark.parametrize(("table", "most"), [("service", limits.services_max), ("medium", limits.media_max)])
def test_a_city_has_so_many_rows_and_not_one_more(table: str, most: int, tmp_path: Path) -> None:
    city = load_city(grown(tmp_path / "at", table, most))
    assert max(len(city.services), len(city.media)) == most
    with pytest.raises(Refused, match=f"`{table}` must have at most {most} entries, not {most + 1}"):
        load_city(grown(tmp_path / "past", table, most + 1))


@pytest.mark.parametrize(
    ("module", "name", "at", "code"),
    [
        (read, "pack_file_bytes_max", max(file.stat().st_size for file in HANBIT.glob("*.toml")), "FILE_TOO_LARGE"),
        (files, "gtfs_file_bytes_max", max(file.stat().st_size for file in HANBIT.rglob("*.txt")), "FILE_TOO_LARGE"),
        (
            csv_text,
            "gtfs_rows_max",
            max(file.read_text().count("\n") - 1 for file in HANBIT.rglob("*.txt")),
            "TOO_MANY_ROWS",
        ),
        (check, "network_stops_max", 13, "NETWORK_TOO_LARGE"),
        (check, "network_patterns_max", 10, "NETWORK_TOO_LARGE"),
        (check, "network_sections_max", 1, "NETWORK_TOO_LARGE"),
    ],
)
def test_a_limit_holds_at_its_value_and_one_past_it(
    module: object, name: str, at: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert getattr(limits, name) > at
    monkeypatch.setattr(module, name, at)
    assert load_city(HANBIT).network.patterns
    monkeypatch.setattr(module, name, at - 1)
    with pytest.raises(Refused) as told:
        _ = load_city(HANBIT).network
    assert getattr(told.value, "refusals", [told.value])[0].code == code
