"""Batches that come as files in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from databases import Hand
from office import HERE, NOON_US

from afc.receipt import open_receipt
from clearing.intake import Intake
from clearing.spool import empty
from clearing.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "spool"
    made.mkdir()
    return made


def told(folder: Path, intake: Intake) -> list[tuple[str, str]]:
    return [(name, answer.kind.name) for name, answer in empty(folder, intake, lambda: NOON_US)]


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_batch_is_taken_and_its_receipt_lies_beside_it(folder: Path, intake: Intake, ring: Any, reader: Any) -> None:
    (folder / "bus-1.afc").write_bytes(reader(1).batch(taps=3))
    assert told(folder, intake) == [("bus-1.afc", "ACCEPTED")]
    assert names(folder) == {"bus-1.afc.receipt", "taken/bus-1.afc"}
    receipt = open_receipt((folder / "bus-1.afc.receipt").read_bytes(), ring.receipt_public(), HERE)
    assert (receipt.device, receipt.through_seq) == (1, 3)
    assert told(folder, intake) == []


def test_what_is_no_batch_goes_aside_with_its_reason_and_stops_nothing(
    folder: Path, intake: Intake, reader: Any
) -> None:
    """A photograph in the spool, an empty file, a batch for the wrong numbers; and a good one behind them."""
    mine = reader(1)
    twin = mine.twin()
    (folder / "a.afc").write_bytes(b"\xff\xd8\xff" * 100_000)
    (folder / "b.afc").write_bytes(b"")
    (folder / "c.afc").write_bytes(mine.batch(amount=500))
    (folder / "d.afc").write_bytes(twin.batch(amount=900))
    (folder / "e.afc").write_bytes(mine.batch())
    (folder / "notes.txt").write_text("left alone")
    kinds = ["REJECTED", "REJECTED", "ACCEPTED", "CONFLICT", "ACCEPTED"]
    assert told(folder, intake) == list(zip(["a.afc", "b.afc", "c.afc", "d.afc", "e.afc"], kinds, strict=True))
    assert names(folder) == {
        "notes.txt", "c.afc.receipt", "d.afc.receipt", "e.afc.receipt", "taken/c.afc", "taken/e.afc",
        "aside/a.afc", "aside/a.afc.json", "aside/b.afc", "aside/b.afc.json", "aside/d.afc", "aside/d.afc.json",
    }  # fmt: skip
    assert json.loads((folder / "aside/d.afc.json").read_text())["reason"] == "SEQUENCE_TAKEN"


def test_after_a_power_cut_between_commit_and_rename_the_batch_is_only_asked_about_again(
    folder: Path, store: Store, intake: Intake, reader: Any
) -> None:
    sealed = reader(1).batch()
    (first,) = intake.take([sealed], NOON_US)  # kept, and then the power went
    (folder / "bus-1.afc").write_bytes(sealed)
    assert told(folder, intake) == [("bus-1.afc", "DUPLICATE")]
    assert (folder / "bus-1.afc.receipt").read_bytes() == first.receipt
    assert store.high()[0] == 1


def test_a_batch_stays_where_the_house_cannot_take_it_now(
    folder: Path, where: str, store: Store, ring: Any, reader: Any
) -> None:
    """Another program holds the books for longer than the house waits."""
    (folder / "bus-1.afc").write_bytes(reader(1).batch())
    with Store.open(where, environment=HERE, busy_s=0.1) as hurried:
        impatient = Intake(hurried, ring, HERE)
        with Hand(where) as holder, holder.holding():
            assert told(folder, impatient) == [("bus-1.afc", "RETRY")]
        assert names(folder) == {"bus-1.afc"}
        assert told(folder, impatient) == [("bus-1.afc", "ACCEPTED")]


def test_a_file_that_is_still_being_written_is_not_looked_at(folder: Path, intake: Intake, reader: Any) -> None:
    (folder / ".bus-1.afc.partial").write_bytes(reader(1).batch()[:100])
    assert told(folder, intake) == []
