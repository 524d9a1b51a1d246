"""A card torn away at North Gate on Wednesday: its next tap says whether it paid, and until then nobody posts anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from house import NORTH_GATE, THURSDAY, WEDNESDAY, Office

from afc.batch import digest_of, seal
from afc.keys import NO_DIGEST, KeyRing
from afc.tap import TAP, TapState

FARE, DAY_US = 1_550, 86_400_000_000
EIGHT_US = 1_772_578_800_000_000
"""08:00 on Wednesday."""


class Gate:
    """North Gate, batch after batch."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ring, self.number, self.previous = folder, KeyRing.from_seed(7, "sim-hanbit"), 0, NO_DIGEST

    def batch(self, at_us: int, counter: int, balance: int, state: TapState = TapState.COMMITTED) -> Path:
        """One boarding of card 1."""
        self.number += 1
        taps = np.zeros(1, TAP)
        taps["version"] = taps["kind"] = taps["key_version"] = taps["group"] = taps["epoch"] = taps["tariff"] = 1
        taps["device"], taps["seq"], taps["card"], taps["pattern"] = NORTH_GATE, self.number, 1, 0xFFFF
        taps["time_us"], taps["counter"], taps["amount"], taps["balance"], taps["state"] = (
            at_us, counter, FARE, balance, state,
        )  # fmt: skip
        taps["mac"] = self.ring.macs(taps)
        sealed = seal(
            self.ring, device=NORTH_GATE, epoch=1, number=self.number, previous=self.previous, taps=taps,
            environment="sim-hanbit",
        )  # fmt: skip
        self.previous = digest_of(sealed)
        path = self.folder / f"{self.number}.afc"
        path.write_bytes(sealed)
        return path


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


@pytest.fixture
def office(tmp_path: Path, gate: Gate) -> Office:
    """Wednesday is closed, and nobody knows whether card 1 has paid."""
    office = Office(tmp_path)
    office.begin()
    assert office.answers(gate.batch(EIGHT_US, 1, 18_450, TapState.UNRATIFIED)) == ["ACCEPTED"]
    [day] = office.close(WEDNESDAY)
    assert (day["taps"], day["charged_minor"]) == (0, 0)
    return office


def held(office: Office) -> int:
    return int(office.ask("card show 0x1")["balance_minor"])


def test_until_then_it_is_listed_with_its_sum(office: Office) -> None:
    found = office.ask("clearing unsettled")
    [item] = found["items"]
    assert (item["what"], item["minor"], item["days"], item["tap"]) == ("UNRATIFIED", FARE, 0, f"T-{NORTH_GATE}-1-1")
    assert found["totals"]["unratified"] == {"items": 1, "minor": FARE, "oldest_days": 0}
    [told] = office.ask("card show 0x1")["discrepancies"]
    assert (told["what"], told["minor"], held(office)) == ("UNRATIFIED", FARE, 20_000)
    assert (office.audit(), office.replay()) == ({}, [])


@pytest.mark.parametrize("happened", [True, False])
def test_the_next_ride_tells(office: Office, gate: Gate, happened: bool) -> None:
    """With the counter above and the purse that follows it had paid; with the same counter again it had not."""
    counter, balance = (2, 16_900) if happened else (1, 18_450)
    at = f"{THURSDAY}T12:00:00+09:00"
    assert office.answers(gate.batch(EIGHT_US + DAY_US, counter, balance), at=at) == ["ACCEPTED"]
    office.close(THURSDAY)
    assert office.ask("clearing unsettled")["items"] == []
    aside = [row["reason"] for row in office.ask("clearing quarantine list")]
    assert (held(office), aside) == (balance, [] if happened else ["NOT_HAPPENED"])
    assert (office.audit(), office.replay()) == ({}, [])


def test_never_seen_again_it_lapses(office: Office) -> None:
    """Thirty days on nothing is known, and nobody is charged."""
    office.close("2026-04-02")
    [item] = office.ask("clearing unsettled")["items"]
    assert item["days"] == 29
    office.close("2026-04-03")
    assert office.ask("clearing unsettled")["items"] == []
    [aside] = office.ask("clearing quarantine list")
    assert (aside["reason"], held(office), office.audit()) == ("LAPSED", 20_000, {})
