"""Whatever somebody types into a pack, they get a city or a refusal with a place, never a traceback."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest
from hanbit_pack import HANBIT, copied

from afc.city import load_city
from afc.refusal import Refused

FILES = sorted(file.relative_to(HANBIT).as_posix() for file in HANBIT.rglob("*.t*") if file.suffix in (".toml", ".txt"))
TOML_JUNK = [
    "nan", "-inf", "1e309", "-1", "0.5", '"x"', '""', "true", "[]", "{}", "[[]]", "[{}]", "{ a = 1 }", "[1, [2]]",
    "9" * 30, '"\\u0000"', "2026-01-01", "2026-03-04T00:00:00", "2026-03-04 10:00:00Z", "10:00:00",
]  # fmt: skip
TEXT_JUNK = ["", " ", "-1", "x", '"', '""', "1_0", "1e3", "9" * 20, "25:61:00", "47:59:59", "nan", "a,b", "\u200b", "٣"]


def spoilt(text: str, toml: bool, rng: random.Random) -> str:
    """One line taken out, doubled, or with one value replaced."""
    lines = text.split("\n")
    at, what = rng.randrange(len(lines)), rng.random()
    if what < 0.15:
        del lines[at]
    elif what < 0.25:
        lines.insert(at, rng.choice(lines))
    elif toml:
        values = list(re.finditer(r"= *([^,}\]]+)", lines[at])) or list(re.finditer(r"(.)", lines[at]))
        if values:
            begin, end = rng.choice(values).span(1)
            lines[at] = lines[at][:begin] + rng.choice(TOML_JUNK) + lines[at][end:]
    else:
        cells = lines[at].split(",")
        cells[rng.randrange(len(cells))] = rng.choice(TEXT_JUNK)
        lines[at] = ",".join(cells)
    return "\n".join(lines)


def refusals(pack: Path) -> list[Refused]:
    """What is said about a pack; nothing if it loads."""
    try:
        _ = load_city(pack).network.tables
    except Refused as told:
        return list(getattr(told, "refusals", [told]))
    return []


@pytest.mark.parametrize("file", FILES)
def test_junk_is_refused_with_its_place(file: str, tmp_path: Path) -> None:
    rng = random.Random(file)
    pack = copied(tmp_path)
    text = (HANBIT / file).read_text("utf-8")
    refused = 0
    for _ in range(8):
        (pack / file).write_text(spoilt(text, file.endswith(".toml"), rng), "utf-8")
        told = refusals(pack)
        refused += bool(told)
        assert all(one.where.startswith("hanbit/") for one in told)
    assert refused or file.endswith(("transfers.txt", "feed_info.txt", "agency.txt", "demand.toml"))
    shutil.copy(HANBIT / file, pack / file)
    assert load_city(pack).digest == load_city(HANBIT).digest
