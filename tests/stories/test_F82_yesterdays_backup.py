"""Yesterday's backup is brought back: receipts tell what is gone, readers send it again, and the books end where they were."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from house import HARBOUR, NORTH_GATE, WEDNESDAY, Office

NINE, TEN, ELEVEN = (f"2026-03-04T{hour}:00:00+09:00" for hour in ("09", "10", "11"))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A backup is made at half past nine; two batches come after it, and the disk dies at noon."""
    office = Office(tmp_path)
    office.begin()
    gate = office.sealed("gate", NORTH_GATE, "entry 1/1 08:00 NG 1550 18450")
    second = office.sealed("second", NORTH_GATE, "entry 2/1 09:30 NG 1550 18450", after="gate")
    harbour = office.sealed("harbour", HARBOUR, "exit 1/2 08:12 HB 0 18450", "exit 2/2 09:42 HB 0 18450")
    assert office.answers(gate, at=NINE) == ["ACCEPTED"]
    shutil.copytree(office.db.parent, tmp_path / "backup")
    assert office.answers(harbour, at=TEN) == ["ACCEPTED"]
    assert office.answers(second, at=ELEVEN) == ["ACCEPTED"]
    return office


def ended(office: Office) -> dict[str, str]:
    """Wednesday's statements and manifest by digest."""
    office.close(WEDNESDAY)
    folder = office.db.parent / "statements" / WEDNESDAY
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_readers_send_again_what_came_after_it_and_the_books_end_the_same(office: Office, tmp_path: Path) -> None:
    [refused] = office.ask(f"clearing gaps claim {tmp_path / 'gone.receipt'}", 3)
    assert refused["code"] == "FILE_UNREADABLE", "a file that is not there says nothing about whose receipt it was"
    assert office.ask(f"clearing gaps claim {tmp_path}") == []
    calm = ended(office)
    shutil.rmtree(office.db.parent)
    shutil.copytree(tmp_path / "backup", office.db.parent)
    told = office.ask(f"clearing gaps claim {tmp_path}", 4)
    assert [(row["device"], row["state"], row["received_at"]) for row in told] == [
        (HARBOUR, "lost", TEN),
        (NORTH_GATE, "lost", ELEVEN),
    ]
    assert office.audit() == {}, "the older state fits to itself"
    files = {hashlib.sha256(path.read_bytes()[:-64]).hexdigest(): path for path in tmp_path.glob("*.afc")}
    for row in told:
        assert office.answers(files[row["digest"]], at=row["received_at"]) == ["ACCEPTED"]
    assert office.ask(f"clearing gaps claim {tmp_path}") == []
    assert ended(office) == calm


def test_what_comes_in_another_order_is_not_lost_but_not_at_its_place(office: Office, tmp_path: Path) -> None:
    receipts = tmp_path / "receipts"
    receipts.mkdir()
    for path in tmp_path.glob("*.receipt"):
        shutil.copy(path, receipts)
    shutil.rmtree(office.db.parent)
    shutil.copytree(tmp_path / "backup", office.db.parent)
    assert office.answers(tmp_path / "second.afc", tmp_path / "harbour.afc") == ["ACCEPTED", "ACCEPTED"]
    told = office.ask(f"clearing gaps claim {receipts}", 4)
    assert [(row["device"], row["state"]) for row in told] == [(HARBOUR, "moved"), (NORTH_GATE, "moved")]


def test_a_receipt_of_somebody_else_is_refused(office: Office, tmp_path: Path) -> None:
    forged = tmp_path / "gate.afc.receipt"
    forged.write_bytes(forged.read_bytes()[:-1] + b"x")
    assert office.ask(f"clearing gaps claim {forged}", 3)[0]["code"] == "RECEIPT_UNKNOWN"
