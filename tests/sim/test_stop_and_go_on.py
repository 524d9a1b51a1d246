"""A run is stopped, by Ctrl-C or by a power cut, wherever it is. The same command goes on; from what it leaves nobody can tell.

Every life is the real command in a process of its own, which a real signal ends at a moment that the run itself tells.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

import databases
import pytest
from commandline import ask, say

from sim.runs import digest_of_file
from sim.unfinished import working_on

SCENARIO = """
name = "two-days"
city = "town"
start = 2026-03-04
days = 2
scale = 0.05
torn = 0.02
[denylist]
share = 0.004
"""

RUN = ["scenario", "run", "two-days.toml", "-q"]

LIFE = """
import os, signal, sys
from sim.times import Times
what, part, number = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
passed_on = Times.__call__

def told(times, doing, done, taps=0):
    passed_on(times, doing, done, taps)
    if what and doing.startswith(what) and done >= part:
        if number == signal.SIGKILL:
            os.kill(os.getpid(), number)
        os.killpg(0, number)  # as a terminal does: the whole group hears of it

Times.__call__ = told
sys.argv = ["afc", *sys.argv[4:]]
from sim.cli import main
main()
"""


class End(NamedTuple):
    """How a life ended, and what it said."""

    code: int
    said: str


def live(out: Path, moment: str = "", part: float = 0.0, number: int = 0, workers: int = 1, *more: str) -> End:
    """The run's command, until a moment of it or to its end; nothing that it started lives on."""
    words = [*RUN, "--out", out.name, "--workers", str(workers), *more]
    mark = f"AFC_LIFE={os.getpid()}-{time.monotonic_ns()}"
    env = os.environ | dict([mark.split("=")])
    command = [sys.executable, "-c", LIFE, moment, str(part), str(number), *words]
    ended = subprocess.run(
        command, cwd=out.parent, env=env, capture_output=True, text=True, start_new_session=True, timeout=300
    )
    until = time.monotonic() + 20
    while alive(mark) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(mark), "a process lives on"
    assert "Traceback" not in ended.stderr, ended.stderr
    return End(ended.returncode, ended.stdout + ended.stderr)


def alive(mark: str) -> list[str]:
    """The processes that were given this in their environment."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append(process.name)
        except OSError:
            continue
    return found


def finished(out: Path) -> dict[str, str]:
    """What a run leaves: the digest of every file of it but the books, which the manifest tells of, and the times."""
    (folder,) = out.iterdir()
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("clearing.db")]
    return {str(path.relative_to(folder)): digest_of_file(path) for path in files if path.name != "times.json"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small town, and two days of it to run."""
    folder = tmp_path_factory.mktemp("home")
    with chdir(folder):
        say("city new town")
    (folder / "two-days.toml").write_text(SCENARIO, "utf-8")
    return folder


@pytest.fixture(scope="module")
def calm(home: Path) -> dict[str, str]:
    """What the run leaves if nobody disturbs it."""
    assert live(home / "calm").code == 0
    return finished(home / "calm")


def test_stopped_by_hand_again_and_again(home: Path, calm: dict[str, str]) -> None:
    out = home / "by-hand"
    moments = [("simulate 2026-03-04", 0.5), ("settle 2026-03-04", 0.3), ("close 2026-03-05", 0.3), ("audit", 0.0)]
    for moment, part in moments:
        end = live(out, moment, part, signal.SIGTERM if moment == "audit" else signal.SIGINT)
        assert end.code == 130
        assert re.fullmatch(
            r"stopped; what was done is kept in by-hand/\.20260304-\w+\.partial, and the same command goes on .*\n",
            end.said,
        )
        assert not list(out.glob("[!.]*")), "a run that is not finished has no name yet"
    with chdir(home):
        ask("run resume last --out by-hand --workers 1 -q")
    assert finished(out) == calm


def test_cut_off_between_the_same_moments(home: Path, calm: dict[str, str]) -> None:
    out = home / "cut-off"
    assert live(out, "simulate 2026-03-04", 0.5, signal.SIGKILL, workers=2).code == -signal.SIGKILL
    end = live(out, "close 2026-03-04", 0.3, signal.SIGINT, workers=2)
    assert (end.code, end.said.count("\n")) == (130, 1), "one sentence, whatever a pool of killed processes would say"
    assert live(out, "close 2026-03-05", 0.3, signal.SIGKILL, workers=2).code == -signal.SIGKILL
    assert live(out, "settle 2026-03-05", 0.3, signal.SIGKILL).code == -signal.SIGKILL
    assert live(out, "write down", 0.0, signal.SIGKILL).code == -signal.SIGKILL
    (kept,) = out.glob(".*.partial/run")
    (kept / "manifest.json").write_text("{", "utf-8")  # as a cut a moment later leaves it
    assert live(out).code == 0
    assert finished(out) == calm


def test_what_is_told_of_it_and_what_is_not_gone_on_from(
    home: Path, calm: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    out, again = home / "runs", " ".join([*RUN, "--workers 1"])
    assert live(out, "settle 2026-03-04", 0.3, signal.SIGINT).code == 130
    (waits,) = ask("run list")
    assert waits["unfinished"] == {"days": 2, "simulated": 1, "settled": 0, "running": False}
    assert "stopped: of 2 days 1 simulated, 0 settled" in say("run list")
    with working_on(out, waits["run"]) as kept:
        assert ask(again, 3)[0]["code"] == "RUN_BUSY"
        assert "running: of 2 days" in say("run list")
    assert "afc run list" in ask("run resume --out nowhere", 3)[0]["hint"]

    begun = (kept.home / "begun.json").read_text("utf-8")
    (kept.home / "begun.json").write_text(begun.replace('"numpy": "', '"numpy": "0.'), "utf-8")
    (refusal,) = ask(again, 3)
    assert (refusal["code"], "numpy was 0." in refusal["message"]) == ("RUN_BEGUN_OTHERWISE", True)
    (kept.home / "begun.json").write_text(begun, "utf-8")
    cards = kept.folder / "detail" / "issued" / "cards-00.npy"
    cards.write_bytes(bytes(cards.stat().st_size))
    (refusal,) = ask(again, 3)
    assert (refusal["code"], "cards-00.npy" in refusal["message"]) == ("RUN_ALTERED", True)
    assert "--fresh" in refusal["hint"]

    ask(f"{again} --fresh")
    assert finished(out) == calm
    assert [run["run"] for run in ask("run list")] == [waits["run"]]


def test_books_on_a_server_go_on_too(
    home: Path, calm: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    out, again = home / "served", " ".join([*RUN, "--out served --workers 1"])
    with databases.place("postgresql", tmp_path) as url:
        assert live(out, "simulate 2026-03-05", 0.5, signal.SIGINT, 1, "--db", url).code == 130
        (refusal,) = ask(again, 3)
        assert (refusal["code"], "--db" in refusal["hint"]) == ("RUN_BEGUN_OTHERWISE", True)
        assert ask(f"{again} --fresh --db {url}", 3)[0]["code"] == "BOOKS_EXIST"
        ask(f"{again} --db {url}")
    left = finished(out)
    del left["house.toml"]
    same = left.keys() - {"manifest.json"}
    assert {name: left[name] for name in same} == {name: calm[name] for name in same}
