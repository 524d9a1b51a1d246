"""What is told of runs that are not finished: in a list, and to whoever stops one."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from afc.refusal import Refused, nearest
from clearing.manifest import file_of
from clearing.store import shown
from sim.houses import SCENARIO_FILE, is_begun
from sim.scenario import Scenario, read_scenario
from sim.unfinished import Unfinished, home_of, is_locked


class Begun(NamedTuple):
    """A run that is not finished: how many of its days are over on the street, how many are settled, and whether a process
    is at it now."""

    id: str
    home: Path
    scenario: Scenario
    simulated: int
    settled: int
    at_work: bool

    def __str__(self) -> str:
        days, state = self.scenario.days, "running" if self.at_work else "stopped"
        return f"{state}: of {days} day{'s' * (days > 1)} {self.simulated} simulated, {self.settled} settled"


def list_begun(out: Path) -> list[Begun]:
    """Unfinished runs that can go on, the one last worked on at the end."""
    found = list[Begun]()
    for home in out.glob(home_of(Path(), "*").name) if out.is_dir() else ():
        with suppress(Refused, OSError):  # one that is just being finished, or is damaged, does not hide the others
            found += told_of(home)
    return sorted(found, key=lambda one: (one.home.stat().st_mtime_ns, one.id))


def told_of(home: Path) -> list[Begun]:
    """One of them; nothing before it can go on."""
    unfinished = Unfinished(home)
    if not unfinished.is_begun:
        return []
    scenario = read_scenario(unfinished.folder / SCENARIO_FILE)
    settled = sum((unfinished.folder / file_of(day)).is_file() for day in scenario.dates)
    name = home.name.removeprefix(".").removesuffix(".partial")
    return [Begun(name, home, scenario, len(unfinished.street(scenario.dates)), settled, is_at_work(home))]


def is_at_work(home: Path) -> bool:
    """Is a process at it?"""
    handle = os.open(home, os.O_RDONLY)
    try:
        return is_locked(handle)
    finally:
        os.close(handle)


def find_begun(out: Path, name: str) -> Begun:
    """An unfinished run by its id, or the latest as `last`."""
    begun = list_begun(out)
    if not begun:
        raise Refused("NOTHING_UNFINISHED", "no run waits to go on", where=str(out.resolve()), cure="See: afc run list")
    if name == "last":
        return begun[-1]
    known = {one.id: one for one in begun}
    if name not in known:
        cure = nearest(name, known) or f"Unfinished: {', '.join(known)}."
        raise Refused("RUN_UNKNOWN", f'no unfinished run "{name}"', cure=cure)
    return known[name]


def words_of(out: Path, name: str, db: str | None = None) -> Callable[[], str]:
    """What is said when a run is stopped; `db` is where its books are, if not in its folder."""

    def say() -> str:
        begun = Unfinished(home_of(out, name))
        if (out / name).is_dir() and not begun.folder.is_dir():
            return f"stopped; the run was finished: {out / name}"
        if not begun.is_begun and db and books_begun(db):
            return (
                f"stopped before it could go on from anything, and books were begun at {shown(db)}: name an empty --db"
            )
        if not begun.is_begun:
            return "stopped before there was anything to keep; the same command begins anew"
        otherwise = "--fresh with an empty --db" if db else "--fresh"
        return (
            f"stopped; what was done is kept in {begun.home}, and the same command goes on from there (or {otherwise})"
        )

    return say


def books_begun(db: str) -> bool:
    """Are there books? Where nobody can be asked any more, there may be."""
    try:
        return is_begun(db)
    except Refused:
        return True
