"""A third implementation, in another language, by somebody who had only the page: its batches are taken, ours are read."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afc.answers import AnswerKind
from afc.batch import digest_of
from afc.keys import KeyRing
from clearing.intake import Intake
from clearing.store import FOREVER_US, Device, Store

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors"
SEED, ENVIRONMENT, DEVICE = 7, "sim-interop", 4711
MORNING_US = 1_772_582_400_000_000
RING = KeyRing.from_seed(SEED, ENVIRONMENT)
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


def ask(verb: str, **question: Any) -> dict[str, Any]:
    """One question to the program."""
    assert NODE
    command = [NODE, str(HERE / "outsider.mjs"), verb]
    told = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode in (0, 3), told.stderr
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def record(seq: int, **fields: int) -> dict[str, int]:
    """A tap as somebody writes it down, all fields but the MAC."""
    usual = {
        "version": 1, "kind": 1, "clock": 0, "key_version": 1, "medium": 0, "category": 2, "product": 0, "group": 1,
        "device": DEVICE, "epoch": 3, "tariff": 0, "state": 0, "seq": seq, "counter": seq, "time_us": MORNING_US + seq,
        "card": 2**64 - 1, "stop": 10, "pattern": 0xFFFF, "stop_seq": 0, "trip": 90_210, "amount": 1_200, "balance": -700,
    }  # fmt: skip
    return usual | fields


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    """The real door of a clearing house that knows one reader."""
    with Store.open(str(tmp_path / "books.db"), environment=ENVIRONMENT, city="ab" * 32) as store:
        with store.begin():
            row = Device(DEVICE, 0, FOREVER_US, 0, -1, 0, -1, "bus", RING.device_public(DEVICE), first_epoch=3)
            store.register_devices([row])
        yield Intake(store, RING, ENVIRONMENT)


@pytest.fixture(scope="module")
def theirs() -> bytes:
    """A batch that the program sealed: an entry, an exit that gives a hold back, and the end of the vehicle's trip."""
    records = [
        record(1),
        record(2, kind=2, amount=-300, balance=-400),
        record(3, kind=5, card=0, counter=0, group=0, amount=18_450, balance=0),
    ]
    place = {"device": DEVICE, "epoch": 3, "number": 1, "previous": "00" * 32}
    return bytes.fromhex(ask("seal", seed=SEED, environment=ENVIRONMENT, **place, records=records)["sealed"])


def test_it_agrees_with_every_vector() -> None:
    names = ("keys", "tap", "batch", "receipt", "denylist", "actions", "parameters", "order", "published")
    answer = ask("vectors", **{name: json.loads((VECTORS / f"{name}.json").read_text()) for name in names})
    assert answer["checked"] > 40


def test_what_it_seals_is_taken_and_our_receipt_is_believed(intake: Intake, theirs: bytes) -> None:
    [answer] = intake.take([theirs], MORNING_US + 60_000_000)
    assert (answer.kind, answer.reason) == (AnswerKind.ACCEPTED, None)
    assert answer.receipt
    told = ask("covers", seed=SEED, environment=ENVIRONMENT, sealed=theirs.hex(), receipt=answer.receipt.hex())
    assert told["covers"] is True
    assert told["receipt"]["digest"] == digest_of(theirs).hex()
    assert told["receipt"]["received_us"] == str(MORNING_US + 60_000_000)


def test_it_is_sealed_as_we_would_have_sealed_it(intake: Intake, theirs: bytes) -> None:
    """One form for every message: the same records are the same bytes, signature and all."""
    from afc.batch import open_sealed, seal

    batch = open_sealed(theirs, RING.device_public, ENVIRONMENT)
    assert RING.macs_ok(batch.taps).all()
    ours = seal(
        RING, device=DEVICE, epoch=3, number=1, previous=bytes(32), taps=batch.taps, environment=ENVIRONMENT
    )  # fmt: skip
    assert ours == theirs


def test_it_refuses_whatever_bit_was_flipped(intake: Intake, theirs: bytes) -> None:
    [answer] = intake.take([theirs], MORNING_US)
    assert answer.receipt
    where = {"seed": SEED, "environment": ENVIRONMENT}
    chance = random.Random(20260304)
    for bit in (0, 8 * len(theirs) - 1, *(chance.randrange(8 * len(theirs)) for _ in range(6))):
        assert "refused" in ask("open", **where, sealed=flipped(theirs, bit).hex()), f"bit {bit}"
    for bit in (chance.randrange(8 * len(answer.receipt)) for _ in range(4)):
        receipt = flipped(answer.receipt, bit).hex()
        assert "refused" in ask("covers", **where, sealed=theirs.hex(), receipt=receipt), f"bit {bit}"


def test_a_receipt_for_another_batch_lets_it_forget_nothing(intake: Intake, theirs: bytes) -> None:
    other = ask(
        "seal", seed=SEED, environment=ENVIRONMENT, device=DEVICE, epoch=3, number=1, previous="00" * 32,
        records=[record(1, amount=1)],
    )["sealed"]  # fmt: skip
    [answer] = intake.take([bytes.fromhex(other)], MORNING_US)
    assert answer.receipt
    told = ask("covers", seed=SEED, environment=ENVIRONMENT, sealed=theirs.hex(), receipt=answer.receipt.hex())
    assert told["covers"] is False


def flipped(data: bytes, bit: int) -> bytes:
    """The bytes with one bit the other way."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
