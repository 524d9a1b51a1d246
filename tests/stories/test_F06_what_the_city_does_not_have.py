"""A stranger's reader names a stop that is not there. The tap is kept aside; the close goes on for everybody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commandline import say
from house import HANBIT, MORNING, NORTH_GATE, WEDNESDAY, Office

from afc.batch import seal
from afc.city import load_city
from afc.keys import NO_DIGEST, KeyRing
from afc.tap import NO_STOP, TAP

BUS, KIOSK = 1, 65
CITY = load_city(HANBIT)


def sealed(folder: Path, device: int, **wrong: int) -> Path:
    """A good entry of card 1 and one of card 2 with something that no pack has, past what the kit would let through."""
    ring = KeyRing.from_seed(7, "sim-hanbit")
    taps = np.zeros(2, TAP)
    taps["version"] = taps["kind"] = taps["key_version"] = taps["group"] = taps["epoch"] = taps["counter"] = 1
    taps["device"], taps["seq"], taps["card"], taps["pattern"] = device, [1, 2], [1, 2], 0xFFFF
    taps["time_us"], taps["tariff"], taps["amount"], taps["balance"] = 1_772_582_400_000_000, 1, 1550, 18_450
    for field, value in wrong.items():
        taps[field][1] = value
    taps["mac"] = ring.macs(taps)
    data = seal(ring, device=device, epoch=1, number=1, previous=NO_DIGEST, taps=taps, environment="sim-hanbit")
    path = folder / "strange.afc"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "wrong",
    [
        {"stop": NO_STOP},
        {"stop": 13},
        {"pattern": 60_000},
        {"pattern": 3, "stop_seq": 60_000},
        {"category": 9},
        {"medium": 9},
        {"product": 200},
        {"kind": 3, "medium": 9},
        {"kind": 5, "card": 0, "counter": 0, "pattern": 60_000},
    ],
    ids=str,
)
def test_it_is_kept_aside_and_the_rest_is_charged(tmp_path: Path, wrong: dict[str, int]) -> None:
    office = Office(tmp_path)
    office.begin()
    assert office.answers(sealed(tmp_path, NORTH_GATE, **wrong)) == ["ACCEPTED"]
    [day] = office.close(WEDNESDAY)
    assert (day["taps"], day["charged_minor"]) == (1, 1550)
    [held] = office.ask("clearing quarantine list")
    assert (held["reason"], held["seq"], held["device"]) == ("PLACE_UNKNOWN", 2, NORTH_GATE)
    assert office.audit() == {}
    assert office.replay() == []


def test_nobody_boards_at_a_kiosk(tmp_path: Path) -> None:
    """It belongs to no service, so there is no fare for a ride from there."""
    office = Office(tmp_path)
    office.begin()
    office.answers(sealed(tmp_path, KIOSK))
    assert office.close(WEDNESDAY)[0]["charged_minor"] == 0
    assert {row["reason"] for row in office.ask("clearing quarantine list")} == {"PLACE_UNKNOWN"}


def test_whatever_the_kit_seals_can_be_closed(tmp_path: Path) -> None:
    """Taps drawn from all that records may say, through readers of every kind: nothing stops the close or the replay."""
    office, chance = Office(tmp_path), np.random.default_rng(20260304)
    office.begin(cards=5)
    batches = []
    for device in (BUS, NORTH_GATE, KIOSK, 66):
        records = tmp_path / f"{device}.jsonl"
        records.write_text("\n".join(json.dumps(drawn(chance)) for _ in range(40)))
        batches.append(tmp_path / f"{device}.afc")
        say(f"kit sign --world {HANBIT} --device {device} --records {records} --out {batches[-1]}")
    assert set(office.answers(*batches, at="2026-03-05T00:00:00+09:00")) == {"ACCEPTED"}
    office.close(WEDNESDAY)
    assert office.replay() == []


def drawn(chance: np.random.Generator) -> dict[str, Any]:
    """One record, as wild as the kit lets it be."""
    kind = str(chance.choice(["ENTRY", "EXIT", "LOAD", "SALE", "TRIP"]))
    record: dict[str, Any] = {"kind": kind, "time": MORNING, "amount": int(chance.choice([0, 5, 1550, 62_000]))}
    if kind != "TRIP":
        record |= {"card": int(chance.integers(1, 8)), "counter": int(chance.integers(1, 30))}
    for field, most in (("stop", 13), ("pattern", 6), ("stop_seq", 9), ("category", 3), ("medium", 2), ("product", 2)):
        if chance.random() < 0.6:
            record[field] = int(chance.integers(0, most))
    if "pattern" in record and "stop" in record:  # the kit seals no stop off its pattern
        stops = CITY.network.patterns[record["pattern"]].stops
        record["stop"] = int(stops[record["stop"] % len(stops)])
    return record
