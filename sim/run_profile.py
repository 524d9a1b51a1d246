"""Where the time and the bytes of a run went: seconds by part of the line, bytes by what they are kept for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from clearing.house import BOOKS, ISSUED
from clearing.store import Store
from sim.runs import Run
from sim.times import TIMES_FILE


class Spent(NamedTuple):
    """What a part of a run took: seconds, and microseconds for each accepted tap."""

    what: str
    seconds: float
    us_a_tap: float


class Kept(NamedTuple):
    """What a run keeps on disk of one kind: files, bytes, and bytes for each accepted tap."""

    what: str
    files: int
    bytes: int
    bytes_a_tap: float


class Profile(NamedTuple):
    """Both, and the taps that they are counted by. `spent` is empty for a run that was not timed."""

    taps: int
    spent: tuple[Spent, ...]
    kept: tuple[Kept, ...]


def profile(run: Run) -> Profile:
    """Seconds and bytes of a finished run."""
    taps = int(run.summary["taps"]["accepted"])
    path = run.folder / TIMES_FILE
    times = json.loads(path.read_text("utf-8")) if path.is_file() else []
    spent = tuple(Spent(what, seconds, 1e6 * seconds / max(taps, 1)) for what, seconds in times)
    kept = tuple(Kept(what, files, size, size / max(taps, 1)) for what, files, size in sizes(run.folder))
    return Profile(taps, spent, kept)


def sizes(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Kind, files and bytes; the sealed batches and receipts in the books are told apart, and are part of them."""
    books = folder / BOOKS
    if books.is_file():
        with closing(Store.open(str(books))) as store:
            batches, sealed, receipts = store.evidence_bytes()
        yield "sealed batches, in the books", batches, sealed
        yield "receipts, in the books", batches, receipts
    found: defaultdict[str, list[int]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[kind_of(path.relative_to(folder))].append(path.stat().st_size)
    for kind in sorted(found):
        yield kind, len(found[kind]), sum(found[kind])


def kind_of(name: Path) -> str:
    """What a file of a run is kept for.

    >>> kind_of(Path("detail/2026-03-04/legs-07.parquet"))
    'detail: legs'
    """
    if name.parts[0] == "detail":
        return f"detail: {'cards as issued' if name.parts[1] == ISSUED else name.stem.split('-')[0]}"
    if len(name.parts) > 1:
        return name.parts[0]
    return "books" if name.name.startswith(BOOKS) else "about the run"
