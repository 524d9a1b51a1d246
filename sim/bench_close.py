"""What closing a day costs, from sealed batches that intake has accepted to balanced books, statements and bank file.

Beside it, in the same run, stand a floor (reading the same sealed bytes and writing the same Parquet, and nothing else), the
same day at a quarter, and how long hledger and beancount take to add the journal up again, where they are installed. Steps are
told in processor seconds, which others on the machine disturb least.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from clearing import detail
from clearing.close import close_day
from clearing.detail import read_columns
from clearing.plaintext import export
from clearing.settle import settle_day
from sim.bench import row
from sim.collected import collected, copied
from sim.houses import Opened, open_books, read_deed
from sim.stations import OF_A_SHARD, OF_THE_HOUSE, Clock, Workers, peak_kb

SMALLER = 4
"""Growth is told against the day at one part of so many."""

LEDGERS = {
    "hledger": ("hledger", "hledger", ("-f",), ("check", "--strict")),
    "beancount": ("beancount", "bean-check", ("--no-cache",), ()),
}
"""Programs that check a journal: its form, the program, and the words before and after the file."""


class Cost(NamedTuple):
    """What closing and settling one day cost: taps; seconds by the clock on the wall of closing, and of both; processor
    seconds by step; the most memory of the process with the books and of any worker; the date's digest."""

    taps: int
    close_s: float
    whole_s: float
    spent: Mapping[str, float]
    keeper_kb: int
    worker_kb: int
    digest: str

    @property
    def cpu_s(self) -> float:
        """Processor seconds of all processes."""
        return sum(self.spent.values())


def measure(city: str, scale: float, workers: int, db: str | None = None, keep: Path | None = None) -> list[Any]:
    """Rows of what, figure, unit. Days are collected into `keep`, or into a folder that goes away again."""
    with tempfile.TemporaryDirectory() if keep is None else nullcontext(keep) as kept:
        smaller, folder = (collected(city, size, Path(kept)) for size in (scale / SMALLER, scale))
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            closed_copy(
                smaller, pool, None
            )  # every process has loaded what closing needs, as where day after day is closed
            small, _ = closed_copy(smaller, pool, None)
            large, beside = closed_copy(folder, pool, db)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
            closed_copy(smaller, alone, None)
            single, _ = closed_copy(smaller, alone, None)
    growth = (large.cpu_s / large.taps) / (small.cpu_s / small.taps)
    return [
        row("taps", f"{large.taps:,}", "taps"),
        row(f"close and settle, {workers} workers", f"{large.whole_s:.2f}", "s"),
        row("of which close", f"{large.close_s:.2f}", "s"),
        row("from sealed batches to statements", f"{large.taps / large.whole_s:,.0f}", "taps/s"),
        *(row(f"{step}, processor", f"{large.spent.get(step, 0):.2f}", "s") for step in steps(large.spent)),
        row("all processes, processor", f"{large.cpu_s:.2f}", "s"),
        *beside,
        row(f"growth, a tap against a tap of a {SMALLER}th of the day", f"{growth:.2f}", "times"),
        row(f"{workers} workers against 1, a {SMALLER}th of the day", f"{single.whole_s / small.whole_s:.2f}", "times"),
        row("peak memory of the process with the books", f"{large.keeper_kb / 1024:,.0f}", "MB"),
        row("peak memory of a worker", f"{large.worker_kb / 1024:,.0f}", "MB"),
        row("digest of the date", large.digest[:12], "sha256"),
    ]


def steps(spent: Mapping[str, float]) -> list[str]:
    """The steps in the order of the line; those that nobody named come last."""
    named = [*OF_THE_HOUSE, *OF_A_SHARD]
    return named + [step for step in spent if step not in named]


def closed_copy(folder: Path, pool: ProcessPoolExecutor, db: str | None) -> tuple[Cost, list[dict[str, str]]]:
    """Close a copy of a collected day; its cost, and what was measured beside it."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as home:
        where = copied(folder, Path(home), db)
        with open_books(where, "", Path(home)) as opened:
            cost = close(opened, Workers(pool.map))
            floor_s, checked = floor_cpu_s(opened), ledgers(opened)
        beside = [
            row("floor: read the sealed bytes, write the Parquet; processor", f"{floor_s:.2f}", "s"),
            row("all processes against the floor", f"{cost.cpu_s / floor_s:.1f}", "times"),
        ]
        return cost, beside + checked


def close(opened: Opened, run: Workers) -> Cost:
    """Close and settle the first date of a house, with a clock at every step."""
    house, clock = opened.house, Clock()
    day = read_deed(house.folder).start
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak of this process begins anew
    began = time.perf_counter()
    with clock.watching(OF_THE_HOUSE):
        closed = clock.around("close, between the steps", close_day)(house, day, run)
        done = time.perf_counter()
        clock.around("settle, between the steps", settle_day)(house, closed, run)
    ended = time.perf_counter()
    return Cost(
        closed.counts["taps"], done - began, ended - began, clock.spent | run.spent, peak_kb(), max(run.peaks.values()),
        house.store.day(day).digest.hex(),
    )  # fmt: skip


def floor_cpu_s(opened: Opened) -> float:
    """Processor seconds of reading the sealed bytes of the log and writing the date's Parquet files, one after another."""
    store, folder = opened.house.store, opened.house.detail(read_deed(opened.house.folder).start.isoformat())
    began = time.process_time()
    for _ in store.accepted(1, store.high()[0]):
        pass
    spent = time.process_time() - began
    for path in sorted(folder.glob("*.parquet")):
        columns = read_columns(path)
        began = time.process_time()
        detail.write_table(path.with_name("floor"), columns)
        spent += time.process_time() - began
    return spent


def ledgers(opened: Opened) -> list[dict[str, str]]:
    """How long programs of accountants take to add the whole journal up again and find that it balances, each that is found."""
    return [row(f"{name} checks the journal", f"{check_s(opened, *LEDGERS[name]):.2f}", "s") for name in installed()]


def installed() -> list[str]:
    """The accountants' programs that are on the path or came with a library beside this Python."""
    return [name for name, (_, program, *_) in LEDGERS.items() if shutil.which(program, path=places())]


def places() -> str:
    """Where programs are looked for."""
    return os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])


def check_s(opened: Opened, form: str, program: str, before: Sequence[str], after: Sequence[str]) -> float:
    """Seconds that one of them takes; `CalledProcessError` where the books do not balance."""
    house = opened.house
    path = house.folder / f"books.{form}"
    lines = export(house.store, house.city.name, house.city.currency, house.city.exponent, form)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    surroundings = os.environ | {"LC_ALL": "C.UTF-8", "PATH": places()}
    began = time.perf_counter()
    subprocess.run([program, *before, str(path), *after], check=True, env=surroundings)
    return time.perf_counter() - began
