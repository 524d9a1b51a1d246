"""A Wednesday that is closed while the process dies: the town's books, the steps of a close, and what it comes to."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import databases

sys.path.insert(0, str(Path(__file__).parent / "stories"))
from house import HARBOUR, NORTH_GATE, WEDNESDAY, Office

from clearing import close, complete, detail, gathering, instruct, settle, statement
from clearing.audit import audit
from clearing.store import Store
from sim import due
from sim.houses import open_books

DIED = 77
THE_NEXT_MORNING_US = 1_772_661_600_000_000  # 2026-03-05T07:00:00+09:00
ORDER = complete.Order(THE_NEXT_MORNING_US, True, complete.Decision("B. Dorj", "S. Kim", "the bank will not wait"))
DAY = date.fromisoformat(WEDNESDAY)


class Step(NamedTuple):
    """A place in a close: the so-manieth call of a function, counted from 0, before it does anything or after."""

    what: str
    into: Any
    name: str
    times: int
    when: str


STEPS = [
    Step("before anything", close, "begin", 0, "before"),
    Step("after the date was frozen", close, "begin", 0, "after"),
    Step("before taps are dealt", gathering, "deal", 0, "before"),
    Step("while taps are dealt", gathering, "deal", 0, "after"),
    Step("before the detail", detail, "write_columns", 0, "before"),
    Step("in the middle of the detail", detail, "write_columns", 7, "after"),
    Step("after the detail", close, "entries_of", 0, "before"),
    Step("before the entries", close, "keep", 0, "before"),
    Step("while entries are written", Store, "post", 0, "after"),
    Step("after the entries", close, "keep", 0, "after"),
    Step("before the statements", settle, "publish", 0, "before"),
    Step("after the first statement", settle, "publish", 0, "after"),
    Step("in the middle of a statement", statement, "write_durably", 2, "after"),
    Step("before the payment file", settle, "instruct_due", 0, "before"),
    Step("while the payment file is written", instruct, "write_durably", 0, "after"),
    Step("after the payment file", settle, "instruct_due", 0, "after"),
    Step("before the manifest", settle, "write_durably", 0, "before"),
    Step("after the manifest", settle, "write_durably", 0, "after"),
    Step("before the note that it is closed", Store, "close_day", 0, "before"),
    Step("before the note is kept", Store, "close_day", 0, "after"),
    Step("after the note", due, "settle_day", 0, "after"),
]


class Town(NamedTuple):
    """Books on which Wednesday has not begun to close, the folder of their files, and the receipts that were given."""

    db: str
    folder: Path
    receipts: tuple[bytes, ...]


def begin(folder: Path, db: str = "") -> Town:
    """One ride from gate to gate, one without its end, and one batch that has not come."""
    office = Office(folder, db)
    office.begin()
    first = office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450", "entry 2 08:10 NG 1550 18450")
    office.sealed("2", NORTH_GATE, "entry 3 09:00 NG 1550 18450", after="1")
    third = office.sealed("3", NORTH_GATE, "entry 4 10:00 NG 1550 18450", after="2")
    out = office.sealed("4", HARBOUR, "exit 1/2 08:20 HB 0 18450")
    assert office.answers(first, third, out) == ["ACCEPTED"] * 3
    receipts = [one.with_name(f"{one.name}.receipt").read_bytes() for one in (first, third, out)]
    return Town(db or str(office.db), folder / "house", tuple(receipts))


@contextmanager
def copied(town: Town, folder: Path) -> Iterator[Town]:
    """The same books once more, below an empty folder."""
    shutil.copytree(town.folder, folder / "house")
    if not town.db.startswith("postgresql"):
        yield town._replace(db=str(folder / "house" / "clearing.db"), folder=folder / "house")
        return
    url = databases.server().fresh(template=databases.name_in(town.db))
    deed = folder / "house" / "house.toml"
    deed.write_text(deed.read_text().replace(databases.name_in(town.db), databases.name_in(url)))
    yield town._replace(db=url, folder=folder / "house")
    databases.server().drop(url)


def finish(town: Town) -> dict[str, str]:
    """Close the date, and the digest of everything that is then there."""
    with open_books(town.db, "", town.folder) as books:
        due.close_one(books.house, DAY, map, ORDER)
        store = books.house.store
        found = {"day": store.day(DAY).digest.hex(), "head": store.high()[1].hex()}
        found |= {f"shard {s.kind} {s.shard}": s.digest.hex() for s in store.shards(DAY)}
        found |= {f"entry {n.hex()}": hashlib.sha256(c).hexdigest() for _, n, c in store.written(DAY, DAY)}
        found["settlements"], found["consent"] = repr(store.settlements()), repr(store.find_consent(DAY))
    files = [path for part in ("statements", "bank") for path in (town.folder / part).rglob("*") if path.is_file()]
    return found | {str(path.relative_to(town.folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def look(town: Town) -> None:
    """After a death: every receipt that was given is honoured, and nothing in the books contradicts anything else."""
    with open_books(town.db, "", town.folder) as books:
        store = books.house.store
        assert sorted(receipt for _, receipt in store.given_receipts()) == sorted(town.receipts), "a receipt was lost"
        found = [
            finding for finding in audit(store, books.house.ring.receipt_public(), folder=town.folder) if not finding.ok
        ]
        assert [finding for finding in found if finding.invariant != "I8"] == [], "one batch has not come, no more"


def dying(step: Step) -> Callable[..., Any]:
    """The function of a step, over which the process dies."""
    true, calls = getattr(step.into, step.name), [0]

    def mortal(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] <= step.times:
            return true(*given, **named)
        if step.when == "after":
            true(*given, **named)
        os._exit(DIED)

    return mortal


def life(work: Callable[[], object]) -> int:
    """A process that works and ends; its number."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child
