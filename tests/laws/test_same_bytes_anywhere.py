"""The same batches make the same statements and payment file on any machine: its zone, its locale, its hash seed, its workers,
its database, and how the batches were handed over are nobody's business.

Each setting is a process of its own that runs the commands as a clerk would. The order of arrival is the one thing that may
be seen, and only where a statement says how far the log had come.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import databases
import pytest
from commandline import say

ROOT = Path(__file__).resolve().parents[2]
HANBIT = ROOT / "tests" / "data" / "hanbit"
WEDNESDAY, NIGHT = "2026-03-04", "2026-03-05T02:30:00+09:00"
FIELDS = ("kind", "card", "counter", "time", "stop", "pattern", "trip", "amount", "balance")
GATE_IN, GATE_OUT, BUS, SHOP = 51, 56, 19, 65
DAY = {
    "gate-1": (GATE_IN, "", "entry 1 1 08:00 NG - - 1550 18450", "entry 2 1 08:01 NG - - 1550 18450"),
    "gate-2": (GATE_IN, "gate-1", "entry 3 1 09:00 NG - - 1550 18450", "entry 4 1 23:50 NG - - 1550 18450"),
    "out": (GATE_OUT, "", "exit 1 2 08:12 HB - - 0 18450"),
    "bus": (BUS, "", "entry 1 3 08:30 b-market 6 40 0 18450", "entry 5 1 08:31 b-market 6 40 1500 18500"),
    "shop": (SHOP, "", "load 2 2 10:00 NG - - 5000 23450"),
}
"""A morning: a ride that goes on by bus, one by bus alone, three without their end, a load."""

CHILD = """
import json, locale, shlex, sys, time
from sim.cli import main
locale.setlocale(locale.LC_ALL, "")
for words in sys.argv[1:]:
    try:
        main(shlex.split(words), prog_name="afc")
    except SystemExit as end:
        if end.code:
            raise
print(json.dumps([time.localtime(0)[:5], locale.getpreferredencoding(False), hash("a tap")]))
"""


class Machine(NamedTuple):
    """Where the house runs, and how it is told of its batches."""

    what: str
    zone: str = "UTC0"
    locale: str = "C.UTF-8"
    hash_seed: int = 0
    workers: int = 1
    kind: str = "sqlite"
    calls: int = 1


PLAIN = Machine("plain")
MACHINES = (
    Machine("half a day east", zone="EAST-14", hash_seed=1),
    Machine("west of a half hour, summer time", zone="NST3:30NDT,M3.2.0,M11.1.0", workers=2),
    Machine("no letters but ASCII", locale="C", hash_seed=4711, calls=len(DAY)),
    Machine("a Turkish desk", locale="tr_TR", hash_seed=2**32 - 1, workers=3),
    Machine("a server", zone="WEST+12", hash_seed=99, kind="postgresql", calls=2),
)


class Ran(NamedTuple):
    """What a house wrote for others, and what its process said of its surroundings."""

    files: dict[str, bytes]
    seen: list[Any]


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The readers' day, sealed."""
    folder, made = tmp_path_factory.mktemp("day"), {}
    for name, (device, after, *taps) in DAY.items():
        lines = [",".join(FIELDS)]
        for kind, card, counter, clock, *rest in (tap.split() for tap in taps):
            moment = f"{WEDNESDAY}T{clock}:00+09:00"
            lines.append(",".join([kind, card, counter, moment, *("" if word == "-" else word for word in rest)]))
        records, made[name] = folder / f"{name}.csv", folder / f"{name}.afc"
        records.write_text("\n".join(lines))
        before = f"--previous {made[after]}" if after else ""
        say(f"kit sign --world {HANBIT} --device {device} --records {records} --out {made[name]} {before}")
    return made


@pytest.fixture(scope="module")
def plain(batches: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(PLAIN, list(batches.values()), tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a locale in which `i` is not the small letter of `I`, if this machine can make one."""
    folder = tmp_path_factory.mktemp("locales")
    if shutil.which("localedef"):
        subprocess.run(
            ["localedef", "-i", "tr_TR", "-f", "ISO-8859-9", folder / "tr_TR"], capture_output=True, check=False
        )
    return str(folder)


def run(machine: Machine, batches: list[Path], folder: Path, locales: str = "") -> Ran:
    """Begin books on that machine, hand over the batches in this order, close the date."""
    mine = [Path(shutil.copy(batch, folder)) for batch in batches]
    with databases.place(machine.kind, folder) as place:
        db = f"--db {place} --folder {folder}" if machine.kind == "postgresql" else f"--db {place}"
        step = -(-len(mine) // machine.calls)
        calls = [" ".join(map(str, mine[at : at + step])) for at in range(0, len(mine), step)]
        words = [f"clearing init {db} --city {HANBIT} --cards 10 --balance 20000"]
        words += [f"clearing ingest {call} --received-at {NIGHT} {db}" for call in calls]
        words += [f"clearing run --through {WEDNESDAY} --workers {machine.workers} -q {db}"]
        told = subprocess.run(
            [sys.executable, "-P", "-c", CHILD, *words], capture_output=True, check=False, cwd=folder,
            env=surroundings(machine, locales),
        )  # fmt: skip
    assert told.returncode == 0, f"{shlex.join(words)}\n{told.stdout!r}\n{told.stderr!r}"
    parts = [*folder.glob("*.receipt"), *folder.glob("statements/*/*"), *folder.glob("bank/*")]
    files = {str(path.relative_to(folder)): path.read_bytes() for path in parts}
    return Ran(files, json.loads(told.stdout.splitlines()[-1]))


def surroundings(machine: Machine, locales: str) -> dict[str, str]:
    """The environment of a process that Python does not make the same everywhere by itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "AFC_DB"))}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "TZ": machine.zone,
        "LC_ALL": machine.locale,
        "LOCPATH": locales,
        "PYTHONHASHSEED": str(machine.hash_seed),
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }


@pytest.mark.parametrize("machine", MACHINES, ids=[machine.what for machine in MACHINES])
def test_any_machine_writes_the_same_bytes(
    machine: Machine, batches: dict[str, Path], plain: Ran, locales: str, tmp_path: Path
) -> None:
    """Receipts, statements, manifest and payment file."""
    if machine.locale == "tr_TR" and not Path(locales, "tr_TR").is_dir():
        pytest.skip("this machine cannot make a locale (apt-get install locales)")
    ran = run(machine, list(batches.values()), tmp_path, locales)
    assert ran.seen != plain.seen, "the setting did not reach the process"
    assert ran.files == plain.files


def test_the_order_of_arrival_shows_only_in_how_far_the_log_had_come(
    batches: dict[str, Path], plain: Ran, tmp_path: Path
) -> None:
    """A reader's second batch before its first; the shop's before everybody's."""
    ran = run(PLAIN, list(reversed(batches.values())), tmp_path)
    assert ran.files.keys() == plain.files.keys()
    for name, content in plain.files.items():
        if name.endswith((".receipt", "manifest.json", ".custody.csv")):
            assert ran.files[name] != content, f"{name} does say how far the log had come"
        elif name.endswith(".json"):
            assert without_log(ran.files[name]) == without_log(content), name
        else:
            assert without_name(ran.files[name]) == without_name(content), name


def without_log(statement: bytes) -> Any:
    """A statement but for the log's head and what quotes it."""
    told = json.loads(statement)
    del told["custody"]["log"]["head"], told["custody_csv_sha256"]
    return told


def without_name(money: bytes) -> bytes:
    """A payment file but for the name of the message, which is made from all that it settles; a sheet of money as it stands."""
    named = re.search(rb"<MsgId>(.*?)</MsgId>", money)
    return money.replace(named[1], b"") if named else money


def test_the_day_is_worth_comparing(plain: Ran) -> None:
    """Two operators and a shop have money lines, somebody is paid, and a receipt stands for each batch."""
    earned = {}
    for party in ("hanbit-metro", "hanbit-bus", "corner-shops"):
        told = json.loads(plain.files[f"statements/{WEDNESDAY}/{party}.json"])
        earned[party] = told["total"]["minor"]
    assert all(earned.values()), earned
    assert len([name for name in plain.files if name.endswith(".receipt")]) == len(DAY)
    assert [name for name in plain.files if name.startswith("bank/")]
