"""A run that is not finished: its folder, what is done of it, and the lock of the process that works on it.

runs/.<run id>.partial/     locked while a process works on it; goes when the run is finished
  run/             what becomes runs/<run id>: books, detail, statements
  begun.json       written when readers and cards are registered: from here on the run can go on
  day-<date>.json  the figures of a day on the street that is over
  cards.npy        what chips held when the last day was over, as the audit asks for it
  close-<date>.json   what the summary wants to know of a close and the books do not say
  files.json       size and moment of every file when a date was closed
  times.json       how long each part took so far
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from afc.refusal import Refused
from clearing.detail import PART, carry_array, read_array, sync, write_durably
from clearing.house import BOOKS
from sim.world.daylog import DayLog, Wait

RUN, BEGUN, CARDS, FILES, TIMES = "run", "begun.json", "cards.npy", "files.json", "times.json"
BOOKS_AT = "books"
CHIP = ("card", "counter", "medium", "balance")
"""What the audit asks of a chip."""
Told = list[tuple[str, float]]
_TRIES, _PAUSE_S = 5, 0.02
"""To lock a folder that somebody may be looking at."""


class Unfinished:
    """What is kept of a run between its beginning and its end, below `home`."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder = home, home / RUN

    @property
    def is_begun(self) -> bool:
        """Is there anything to go on from? A run that was stopped just as it got its name has no folder here any more."""
        return (self.home / BEGUN).is_file() and self.folder.is_dir()

    def begin_anew(self) -> None:
        """Forget what was there. The mark goes first: what is left half removed is never gone on from."""
        (self.home / BEGUN).unlink(missing_ok=True)
        for path in self.home.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.folder.mkdir()

    def note_begun(self, facts: dict[str, Any]) -> None:
        """The run can go on from here; `facts` have to be the same then."""
        self._write(FILES, stats(self.folder))
        self._write(BEGUN, facts)

    def refuse_other(self, facts: dict[str, Any]) -> None:
        """Whoever goes on has to be the same program, with the same books and files as they were left."""
        before = self._read(BEGUN)
        if other := sorted(key for key in before.keys() | facts.keys() if before.get(key) != facts.get(key)):
            what = ", ".join(f"{key} was {before.get(key)} and is {facts.get(key)}" for key in other)
            cure = f"Name the same --db. {anew(facts)}" if BOOKS_AT in other else anew(facts)
            raise Refused(
                "RUN_BEGUN_OTHERWISE", f"the run was begun otherwise: {what}", where=str(self.home), cure=cure
            )
        now = stats(self.folder)
        if altered := [name for name, stat in self._read(FILES).items() if now.get(name) != stat]:
            more = f" and {len(altered) - 1} more" if len(altered) > 1 else ""
            what = f"{altered[0]}{more} changed after the run had written it"
            raise Refused("RUN_ALTERED", what, where=str(self.home), cure=anew(facts))
        for half in self.folder.rglob(f"*{PART}"):  # what a power cut left
            half.unlink()

    def note_street(self, log: DayLog, cards: np.ndarray | None) -> None:
        """A day on the street is over; `cards` where it was the last."""
        if cards is not None:
            kept = np.empty(len(cards), [(name, cards.dtype[name]) for name in CHIP])
            for name in CHIP:
                kept[name] = cards[name]
            carry_array(self.home / CARDS, kept)
        self._write(f"day-{log.service_date}.json", log._asdict() | {"service_date": log.service_date.isoformat()})

    def street(self, dates: Sequence[date]) -> dict[date, DayLog]:
        """The days on the street that are over."""
        return {day: log_of(self._read(f"day-{day}.json")) for day in dates if self._has(f"day-{day}.json")}

    def cards(self) -> np.ndarray:
        """What cards held when the last day was over."""
        return read_array(self.home / CARDS)

    def note_close(self, day: date, facts: dict[str, Any]) -> None:
        """A date has been worked out and will be settled now."""
        self._write(f"close-{day}.json", facts)

    def close_of(self, day: date) -> dict[str, Any]:
        """The same read again; empty for a date that nobody has worked out."""
        return self._read(f"close-{day}.json") if self._has(f"close-{day}.json") else {}

    def note_files(self) -> None:
        """A date is closed, and none of these files changes any more."""
        self._write(FILES, stats(self.folder))

    def times(self) -> Told:
        """How long parts took before the run was stopped, as far as was written down."""
        return [(what, seconds) for what, seconds in self._read(TIMES)] if self._has(TIMES) else []

    def note_times(self, told: Told) -> None:
        """How long parts took until now."""
        self._write(TIMES, told)

    def finish(self, final: Path) -> None:
        """The run appears under its name, in place of one that was finished before."""
        shutil.rmtree(final, ignore_errors=True)
        self.folder.rename(final)
        sync(final.parent)
        shutil.rmtree(self.home)

    def _has(self, name: str) -> bool:
        return (self.home / name).is_file()

    def _read(self, name: str) -> Any:
        return json.loads((self.home / name).read_text("utf-8"))

    def _write(self, name: str, told: Any) -> None:
        write_durably(self.home / name, json.dumps(told, ensure_ascii=False).encode())


def anew(facts: dict[str, Any]) -> str:
    """How a run is begun anew: books on a server stay there, so it needs others."""
    return "Begin anew: --fresh." if facts.get(BOOKS_AT, BOOKS) == BOOKS else "Begin anew: --fresh with an empty --db."


def home_of(out: Path, name: str) -> Path:
    """Where an unfinished run is kept."""
    return out / f".{name}.partial"


@contextmanager
def working_on(out: Path, name: str) -> Iterator[Unfinished]:
    """The unfinished run of a name, begun or not, for this process alone; a process that dies holds it no longer."""
    unfinished = Unfinished(home_of(out, name))
    home = unfinished.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home, os.O_RDONLY)
    except OSError as error:
        what = f"the run folder cannot be made: {error.strerror}"
        raise Refused("OUT_UNUSABLE", what, where=str(out), cure="Choose another --out.") from None
    try:
        if not locked(handle) or not stands(home, handle):
            raise Refused(
                "RUN_BUSY", "another process is at this run", where=str(home), cure="Wait for it, or stop it."
            )
        try:
            yield unfinished
        finally:
            if not unfinished.is_begun:
                shutil.rmtree(home, ignore_errors=True)
    finally:
        os.close(handle)


def locked(handle: int) -> bool:
    """Lock a folder, unless another process has for longer than whoever looks at it takes."""
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(_PAUSE_S)
    return False


def is_locked(handle: int) -> bool:
    """Has a process locked it? Whoever looks keeps nobody else from looking."""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def stands(home: Path, handle: int) -> bool:
    """Is a folder that was opened still the one of its name? Its run may have been finished meanwhile."""
    try:
        return os.path.samestat(os.fstat(handle), home.stat())
    except FileNotFoundError:
        return False


def stats(folder: Path) -> dict[str, list[int]]:
    """Bytes and moment of change of every file but the books, which change to the end and prove themselves."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(BOOKS):
            found[str(path.relative_to(folder))] = [(stat := path.stat()).st_size, stat.st_mtime_ns]
    return found


def log_of(told: dict[str, Any]) -> DayLog:
    """The figures of a day as they were written down."""
    waits = {service: Wait(*wait) for service, wait in told["waits"].items()}
    dates = {"service_date": date.fromisoformat(told["service_date"])}
    return DayLog(**(told | dates | {"waits": waits, "late_devices": tuple(told["late_devices"])}))
