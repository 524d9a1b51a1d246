"""T42: what somebody can do who has the database, the folder and a free evening. The audit names each of it.

The laws in the database are dropped first. Whoever puts digests right as well is found by what others have kept.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from commandline import ask
from published import FRIDAY, SATURDAY

from clearing import detail
from clearing.detail import read_columns
from clearing.house import BOOKS
from clearing.store import Store


def audited(house: Path, *kept: Path, code: int = 4) -> dict[str, str]:
    """What the audit finds, by the name of the check."""
    handed = " ".join(f"--manifest {path}" for path in kept)
    found = ask(f"clearing audit --db {house / BOOKS} {handed}", code)
    return {one["name"]: one["first_offender"] for one in found if not one["ok"]}


def by_hand(house: Path, script: str) -> None:
    """Another program, and no laws."""
    with sqlite3.connect(house / BOOKS) as books:
        for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            books.execute(f"DROP TRIGGER {name}")
        books.executescript("PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1;" + script)
    books.close()


def a_posting_and_its_counterpart(house: Path) -> None:
    """A hundred moves from the metro to the bus; the entry stays in balance."""
    entry = "(SELECT entry FROM entry WHERE kind = 'share' AND cause LIKE '%hanbit-metro%' LIMIT 1)"
    by_hand(
        house,
        f"UPDATE posting SET minor = minor + 100 WHERE entry = {entry} AND account LIKE 'payable%';"
        f"UPDATE posting SET minor = minor - 100 WHERE entry = {entry} AND account NOT LIKE 'payable%';",
    )


def a_posting_and_every_digest(house: Path) -> None:
    """The same, and the entry gets the identity that goes with it, and the date its digest."""
    a_posting_and_its_counterpart(house)
    with Store.open(str(house / BOOKS)) as store:
        names = [(number, hashlib.sha256(facts).hexdigest()) for number, _, facts in store.written()]
    by_hand(house, "".join(f"UPDATE entry SET identity = x'{name}' WHERE entry = {number};" for number, name in names))
    with Store.open(str(house / BOOKS)) as store:
        days = [(day.clearing_date, store.day_digest(day.clearing_date).hex()) for day in store.days()]
    by_hand(
        house, "".join(f"UPDATE day SET digest = x'{digest}' WHERE clearing_date = '{day}';" for day, digest in days)
    )


def the_tail_cut(house: Path) -> None:
    """The last three batches were never there, nor their receipts, nor any answer."""
    last = "(SELECT max(position) - 3 FROM batch)"
    by_hand(
        house,
        f"CREATE TEMP TABLE gone AS SELECT position FROM batch WHERE position > {last};"
        "DELETE FROM submission WHERE position IN (SELECT position FROM gone);"
        "DELETE FROM receipt WHERE position IN (SELECT position FROM gone);"
        "DELETE FROM batch WHERE position IN (SELECT position FROM gone);"
        "UPDATE delivery SET batches = (SELECT count(*) FROM submission s WHERE s.delivery = delivery.delivery);"
        "DELETE FROM delivery WHERE batches = 0;",
    )


def two_batches_swapped(house: Path) -> None:
    """Two batches change places in the log."""
    by_hand(
        house,
        "UPDATE batch SET position = -1 WHERE position = 5;"
        "UPDATE batch SET position = 5 WHERE position = 6; UPDATE batch SET position = 6 WHERE position = -1;",
    )


def a_statement_edited(house: Path) -> None:
    path = house / "statements" / FRIDAY / "hanbit-bus.json"
    path.write_bytes(path.read_bytes().replace(b'"kind": "share"', b'"kind": "gift"', 1))


def a_share_in_the_detail_moved(house: Path) -> None:
    """A row of Parquet says that the other operator had it."""
    path = house / "detail" / FRIDAY / "shares-03.parquet"
    columns = {name: column.copy() for name, column in read_columns(path).items()}
    columns["operator"][0] = 1 - columns["operator"][0]
    detail.write_columns(path, columns)


def a_leg_in_the_detail_lengthened(house: Path) -> None:
    path = house / "detail" / FRIDAY / "legs-03.parquet"
    columns = {name: column.copy() for name, column in read_columns(path).items()}
    columns["dist_m"][np.argmax(columns["dist_m"])] += 1
    detail.write_columns(path, columns)


def the_manifest_edited(house: Path) -> None:
    path = house / "statements" / FRIDAY / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"share"', b'"gift"', 1))


def the_manifest_gone(house: Path) -> None:
    (house / "statements" / FRIDAY / "manifest.json").unlink()


TRICKS: dict[Callable[[Path], None], tuple[str, str]] = {
    a_posting_and_its_counterpart: ("every entry is what was posted", "is not what was posted"),
    a_posting_and_every_digest: ("manifests are signed and say what the books say", "entries_sha256"),
    the_tail_cut: ("manifests are signed and say what the books say", "its tail was cut"),
    two_batches_swapped: ("the log's chain holds", "the head at position 5"),
    a_statement_edited: ("statements are the files that were published", "hanbit-bus.json is not the statement"),
    a_share_in_the_detail_moved: (
        "the detail is what the entries were made of",
        "shard 3: shares-03.parquet: the detail of a closed date has changed",
    ),
    a_leg_in_the_detail_lengthened: (
        "the detail is what the entries were made of",
        "shard 3: legs-03.parquet: the detail of a closed date has changed",
    ),
    the_manifest_edited: ("manifests are signed and say what the books say", "changed after it was signed"),
    the_manifest_gone: ("manifests are signed and say what the books say", f"the manifest of {FRIDAY} is gone"),
}


def test_nothing_was_done_and_nothing_is_found(house: Path, weekend: Path) -> None:
    """Also not by what others hold: manifests and receipts."""
    assert audited(house, weekend / "statements", code=0) == {}


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__)
def test_a_trick_is_named(trick: Callable[[Path], None], house: Path) -> None:
    check, words = TRICKS[trick]
    trick(house)
    found = audited(house)
    assert check in found
    assert words in found[check] or any(words in offender for offender in found.values())


def friday_evening(house: Path) -> None:
    """The whole house as it was before Saturday: books and folder fit to each other in everything."""
    day = date.fromisoformat(SATURDAY)
    with Store.open(str(house / BOOKS)) as store:
        position = store.day(day).from_position
        delivery = store.delivery_of(position - 1)
    by_hand(
        house,
        f"DELETE FROM posting WHERE entry IN (SELECT entry FROM entry WHERE clearing_date = '{SATURDAY}');"
        f"DELETE FROM payment WHERE cycle = '{SATURDAY}'; DELETE FROM settlement WHERE cycle = '{SATURDAY}';"
        + "".join(
            f"DELETE FROM {name} WHERE clearing_date = '{SATURDAY}';" for name in ("entry", "shard", "statement", "day")
        )
        + "".join(f"DELETE FROM {name} WHERE delivery > {delivery};" for name in ("submission", "delivery"))
        + "".join(f"DELETE FROM {name} WHERE position >= {position};" for name in ("receipt", "batch")),
    )
    for folder in ("statements", "detail"):
        shutil.rmtree(house / folder / SATURDAY)


def test_an_older_state_fits_to_itself_and_not_to_what_others_hold(
    house: Path, weekend: Path, handed: Callable[..., Path]
) -> None:
    """The audit alone cannot know that there was a Saturday. One manifest, or one receipt, is enough."""
    friday_evening(house)
    assert audited(house, code=0) == {}
    name = "what others have kept fits the books"
    found = audited(house, weekend / "statements" / SATURDAY / "manifest.json")
    assert found == {name: f"the manifest of {SATURDAY} was published, and these books have not closed that date: "
                           "an older state was put back"}  # fmt: skip
    receipts = handed("hanbit-bus", SATURDAY) / "own"
    assert "the log ends at" in audited(house, receipts)[name]


def test_a_log_written_anew_does_not_fit_a_receipt(house: Path, handed: Callable[..., Path]) -> None:
    """Every head from the third batch on is another, and the receipts in the books with them; not those of the readers."""
    two_batches_swapped(house)
    found = audited(house, handed("hanbit-bus", FRIDAY) / "own", handed("hanbit-metro", FRIDAY) / "own")
    assert "the log was written anew" in found["what others have kept fits the books"]
