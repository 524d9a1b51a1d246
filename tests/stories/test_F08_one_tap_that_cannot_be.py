"""A reader's memory lost a bit before it sealed: one tap in its batch cannot be. The riders before and after it are charged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from commandline import ask
from house import HANBIT, NORTH_GATE, WEDNESDAY, Office

from afc.batch import HEADER
from afc.keys import NO_DIGEST, KeyRing, pack_environment, sha256
from afc.limits import tap_time_us_max
from afc.tap import TAP
from clearing.views import Detail, tap_name
from sim.follow import Walk
from sim.houses import open_books

EIGHT_US = 1_772_578_800_000_000  # 2026-03-04 08:00 in Seoul
PAST_ALL_TIME = 2**63 - 1


def sealed(folder: Path, wrong: dict[str, int], rows: tuple[int, ...] = (1,)) -> Path:
    """Three good entries of cards 1 to 3, some of them with fields that cannot be, signed as they are."""
    ring = KeyRing.from_seed(7, "sim-hanbit")
    taps = np.zeros(3, TAP)
    taps["version"] = taps["kind"] = taps["key_version"] = taps["group"] = taps["epoch"] = taps["counter"] = 1
    taps["device"], taps["seq"], taps["card"], taps["pattern"] = NORTH_GATE, [1, 2, 3], [1, 2, 3], 0xFFFF
    taps["time_us"], taps["tariff"], taps["amount"], taps["balance"] = EIGHT_US, 1, 1550, 18_450
    for field, value in wrong.items():
        taps[field][list(rows)] = value
    taps["mac"] = ring.macs(taps)
    head = HEADER.pack(b"AFCB", 1, pack_environment("sim-hanbit"), NORTH_GATE, 1, 1, 1, 3, 3, 1, NO_DIGEST, 0, 0)
    signed = head + taps.tobytes()
    path = folder / "flawed.afc"
    path.write_bytes(signed + ring.device_private(NORTH_GATE).sign(sha256(signed)))
    return path


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"kind": 99}, "RECORD_KIND"),
        ({"card": 0}, "RECORD_CARD"),
        ({"time_us": 0}, "RECORD_TIME"),
        ({"time_us": PAST_ALL_TIME}, "RECORD_TIME"),
        ({"time_us": tap_time_us_max, "kind": 0}, "RECORD_KIND"),
        ({"group": 0}, "RECORD_GROUP"),
        ({"amount": -1}, "RECORD_AMOUNT"),
        ({"balance": -(2**63)}, "RECORD_AMOUNT"),
        ({"kind": 5, "card": 7}, "RECORD_CARD"),
    ],
    ids=str,
)
def test_it_is_set_aside_and_the_others_are_charged(tmp_path: Path, wrong: dict[str, int], reason: str) -> None:
    office = Office(tmp_path)
    office.begin()
    batch = sealed(tmp_path, wrong)
    assert office.answers(batch, batch) == ["ACCEPTED", "DUPLICATE"]
    [day] = office.close(WEDNESDAY)
    assert (day["date"], day["taps"], day["aside"], day["charged_minor"]) == (WEDNESDAY, 2, 1, 3100)
    [held] = office.ask("clearing quarantine list")
    assert (held["reason"], held["device"], held["seq"], held["taps"]) == (reason, NORTH_GATE, 2, 1)
    assert held["since"] == "2026-03-05T04:00:00+09:00", "its own time is worth nothing, so it counts from the cut"
    assert f"set aside when its batch was closed, {reason}" in followed(office, f"T-{NORTH_GATE}-1-2")["legs"]
    suspected = office.ask("clearing suspicions")
    assert [(one["kind"], one["minor"]) for one in suspected] == [("duplicated_batch", 3100)]
    assert office.audit() == {}
    assert office.replay() == []


def followed(office: Office, tap: str) -> dict[str, str]:
    """What each station made of a tap."""
    with open_books(str(office.db), "") as books:
        return dict(Walk(books.house, Detail(books.house.folder), tap_name(tap)).stations())


def test_a_batch_of_nothing_else_is_taken_and_all_of_it_set_aside(tmp_path: Path) -> None:
    """Nothing in it says when; it is looked at with the first date that is closed after it came."""
    office = Office(tmp_path)
    office.begin()
    assert office.answers(sealed(tmp_path, {"time_us": PAST_ALL_TIME}, rows=(0, 1, 2))) == ["ACCEPTED"]
    assert office.ask("clearing run -q") == []
    [day] = office.close(WEDNESDAY)
    assert (day["taps"], day["aside"], day["charged_minor"]) == (0, 3, 0)
    assert [row["reason"] for row in office.ask("clearing quarantine list")] == ["RECORD_TIME"] * 3
    assert office.replay() == []


def test_it_says_what_is_wrong_before_it_is_sent(tmp_path: Path) -> None:
    """Who looks into the batch with the kit sees the tap and its reason; the bytes around it hold."""
    told = ask(f"kit inspect {sealed(tmp_path, {'group': 99})} --world {HANBIT}", 4)
    wrong = {check["name"]: check["told"] for check in told["checks"] if check["ok"] is False}
    assert list(wrong) == ["tap 2"]
    assert wrong["tap 2"].startswith("RECORD_GROUP")
