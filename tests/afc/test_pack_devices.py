"""Readers, cash and inspectors in a pack: what is misspelt is refused with the nearest name, what cannot be is refused too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commandline import ask

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"
BRAND = '\n[[brand]]\nid = "first"\nname = "First Readers"\n'
CASH = '\n[cash.bus]\nshare = 0.1\nfare = 1600\nsource = "Made up."\n'
CHECKS = (
    '\n[[inspection]]\nservice = "bus"\nby = "city"\nhandhelds = 2\nriders = 60\npenalty = 30000\nsource = "Made up."\n'
)


def refused(folder: Path, city: str = "", demand: str = "", bus: str = "devices = 2") -> list[tuple[str, str]]:
    """Code and cure of everything wrong with the small town, changed like this."""
    pack = folder / "hanbit"
    shutil.copytree(HANBIT, pack)
    (pack / "city.toml").write_text((pack / "city.toml").read_text() + city)
    (pack / "demand.toml").write_text((pack / "demand.toml").read_text().replace("devices = 2", bus) + demand)
    return [(error["code"], error["hint"]) for error in ask(f"city check {pack}", 3)]


@pytest.mark.parametrize(
    ("changes", "code", "cure"),
    [
        ({"city": BRAND.replace("name =", "nmae =")}, "UNKNOWN_KEY", "name"),
        ({"city": BRAND + 'collector = "hancrad"\n'}, "UNKNOWN_PARTY", "hancard"),
        ({"city": BRAND + 'media = ["bankcrad"]\n'}, "UNKNOWN_MEDIUM", "bankcard"),
        ({"city": BRAND, "bus": 'readers = [{ door = "front", brand = "frist" }]'}, "UNKNOWN_BRAND", "first"),
        ({"bus": 'readers = [{ door = "rear" }]'}, "NO_WAY_IN", "front"),
        ({"bus": 'devices = 2, readers = [{ door = "front" }]'}, "READERS_TWICE", "one"),
        ({"demand": CASH.replace("cash.bus", "cash.bsu")}, "UNKNOWN_SERVICE", "bus"),
        ({"demand": CHECKS.replace('by = "city"', 'by = "ctiy"')}, "UNKNOWN_PARTY", "city"),
        ({"demand": CHECKS.replace("handhelds", "handheld")}, "UNKNOWN_KEY", "handhelds"),
    ],
    ids=str,
)
def test_it_is_refused_with_the_nearest_name(tmp_path: Path, changes: dict[str, str], code: str, cure: str) -> None:
    found = refused(tmp_path, **changes)
    assert code in [name for name, _ in found], found
    assert cure in " ".join(hint for name, hint in found if name == code)


def test_every_kind_of_card_needs_a_reader_at_the_front(tmp_path: Path) -> None:
    only = BRAND + 'media = ["hancard"]\n'
    assert refused(tmp_path, city=only, bus='readers = [{ door = "front", brand = "first" }]') == [
        ("MEDIUM_UNREAD", "Add one, or let a brand take it.")
    ]
