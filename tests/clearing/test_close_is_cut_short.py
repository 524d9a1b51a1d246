"""The process dies in the middle of a close, at each of its steps. Whoever closes the date again ends in the same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "stories"))
from house import HARBOUR, NORTH_GATE, WEDNESDAY, Office

from clearing import close, complete, detail, instruct, settle, statement
from clearing.store import Store
from sim import due
from sim.houses import open_books

DIED = 77
ORDER = complete.Order(1, True, complete.Decision("B. Dorj", "S. Kim", "the bank will not wait"))

STEPS: list[tuple[str, Any, str, int, str]] = [
    ("before anything", close, "begin", 0, "before"),
    ("after the date was frozen", close, "begin", 0, "after"),
    ("before the detail", close, "deal", 0, "before"),
    ("in the middle of the detail", detail, "write_array", 7, "after"),
    ("after the detail", close, "entries_of", 0, "before"),
    ("before the entries", close, "keep", 0, "before"),
    ("while entries are written", Store, "post", 0, "after"),
    ("after the entries", close, "keep", 0, "after"),
    ("before the statements", settle, "publish", 0, "before"),
    ("after the first statement", settle, "publish", 0, "after"),
    ("in the middle of a statement", statement, "write_durably", 2, "after"),
    ("before the payment file", settle, "instruct_due", 0, "before"),
    ("while the payment file is written", instruct, "write_durably", 0, "after"),
    ("after the payment file", settle, "instruct_due", 0, "after"),
    ("before the manifest", settle, "write_durably", 0, "before"),
    ("after the manifest", settle, "write_durably", 0, "after"),
    ("before the note that it is closed", Store, "close_day", 0, "before"),
    ("before the note is kept", Store, "close_day", 0, "after"),
    ("after the note", due, "settle_day", 0, "after"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Wednesday: one ride from gate to gate, one without its end, and one batch that has not come."""
    office = Office(tmp_path_factory.mktemp("town"))
    office.begin()
    office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450", "entry 2 08:10 NG 1550 18450")
    office.sealed("2", NORTH_GATE, "entry 3 09:00 NG 1550 18450", after="1")
    third = office.sealed("3", NORTH_GATE, "entry 4 10:00 NG 1550 18450", after="2")
    out = office.sealed("4", HARBOUR, "exit 1/2 08:20 HB 0 18450")
    office.answers(office.folder / "1.afc", third, out)
    return office


def dying(into: Any, name: str, times: int, when: str) -> Callable[..., Any]:
    """A step over which the process dies: at its call number `times`, before it does anything, or after."""
    true, calls = getattr(into, name), [0]

    def step(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] <= times:
            return true(*given, **named)
        if when == "after":
            true(*given, **named)
        os._exit(DIED)

    return step


def finish(folder: Path) -> dict[str, str]:
    """Close the date, and the digest of everything that is then there."""
    with open_books(str(folder / "clearing.db"), "") as books:
        day = close.date.fromisoformat(WEDNESDAY)
        due.close_one(books.house, day, map, ORDER)
        found = {"day": books.house.store.day(day).digest.hex()}
        found |= {f"shard {s.kind} {s.shard}": s.digest.hex() for s in books.house.store.shards(day)}
        found |= {f"entry {n.hex()}": hashlib.sha256(b + c).hexdigest() for n, b, c in named(books.house.store, day)}
        found["settlements"] = repr(books.house.store.settlements())
        found["consent"] = repr(books.house.store.find_consent(day))
    files = [path for part in ("statements", "bank") for path in (folder / part).rglob("*") if path.is_file()]
    return found | {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def named(store: Store, day: Any) -> list[tuple[bytes, bytes, bytes]]:
    """The entries of a date by their names."""
    return [(name, name, entry) for _, name, entry in store.written(day, day)]


@pytest.fixture(scope="module")
def calm(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a close comes to that nobody disturbs."""
    folder = tmp_path_factory.mktemp("calm") / "house"
    shutil.copytree(office.db.parent, folder)
    return finish(folder)


@pytest.mark.parametrize(("what", "into", "name", "times", "when"), STEPS, ids=[step[0] for step in STEPS])
def test_it_goes_on_to_the_same_bytes(
    office: Office, calm: dict[str, str], tmp_path: Path, what: str, into: Any, name: str, times: int, when: str
) -> None:
    folder = tmp_path / "house"
    shutil.copytree(office.db.parent, folder)
    child = os.fork()
    if child == 0:
        try:
            setattr(into, name, dying(into, name, times, when))
            finish(folder)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == DIED, f"the close never came to: {what}"
    assert finish(folder) == calm
    assert len([name for name in calm if name.startswith("statements/")]) >= 4
    assert any(name.startswith("bank/") for name in calm)
