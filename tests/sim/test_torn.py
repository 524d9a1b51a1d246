"""Days on which cards are pulled away too early: what riders have and what the books say is the same money."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afc.tap import TAP, TapKind, TapState, encode
from sim.run import execute
from sim.scenario import Scenario, read_scenario
from sim.world.torn import Tears

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"
WEDNESDAY = Scenario("torn", str(HANBIT), date(2026, 3, 4), scale=0.2)


def written(share: float) -> tuple[np.ndarray, np.ndarray]:
    """Two readers in turn, 200 taps, handed over in two parts; what they have written down, and what never happened."""
    taps = np.zeros(200, TAP)
    taps["version"] = taps["kind"] = taps["key_version"] = taps["group"] = taps["epoch"] = 1
    taps["device"], taps["seq"] = 1 + np.arange(200) % 2, 1 + np.arange(200) // 2
    taps["card"] = taps["counter"] = np.arange(200) + 1
    taps["time_us"] = 1_772_582_400_000_000 + 1_000_000 * np.arange(200)
    taps["kind"][7], taps["card"][7], taps["counter"][7] = TapKind.TRIP, 0, 0
    tears = Tears(share, 7, 2)
    tears.begin(date(2026, 3, 4))
    parts = [tears.tear(taps[:120]), tears.tear(taps[120:])]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def test_without_tears_nothing_is_touched() -> None:
    every, never = written(0.0)
    assert (len(every), len(never), every["state"].any()) == (200, 0, False)


def test_readers_number_what_never_happened_too() -> None:
    """Without a hole; a card is held to the reader again with the same counter, and a vehicle's own record is not torn."""
    every, never = written(0.4)
    encode(every)
    assert len(every) == 200 + len(never) > 220
    for device in (1, 2):
        mine = every[every["device"] == device]
        assert mine["seq"].tolist() == list(range(1, len(mine) + 1))
    again = every["card"] == np.isin(every["card"], never["card"]) * every["card"]
    for card in never["card"].tolist():
        pair = every[again & (every["card"] == card)]
        assert (pair["state"].tolist(), len(set(pair["counter"].tolist()))) == ([1, 0], 1)
    assert 20 < (every["state"] == TapState.UNRATIFIED).sum() - len(never) < 80


@pytest.mark.parametrize("days", [1, 2])
def test_the_books_owe_riders_what_their_cards_hold(tmp_path: Path, days: int) -> None:
    """One presentation in ten is torn. What is not known yet stands beside the books; of what is, every law holds."""
    told = summary(tmp_path, replace(WEDNESDAY, days=days, torn=0.1))
    failed = [check for check in told["checks"] if not check["ok"]]
    assert failed == []
    waiting, taps = told["unsettled"]["unratified"], told["taps"]
    assert waiting["items"] > 0
    assert waiting["oldest_days"] < days
    assert told["unsettled"]["known_by_successor"]["items"] == 0
    assert taps["set_aside"] > 0
    assert taps["outstanding"] == waiting["items"]
    assert (told["purse_breaks"], told["rated_otherwise"]) == (0, 0)


def summary(folder: Path, scenario: Scenario) -> dict[str, Any]:
    """What a run came to; its scenario comes back from its file as it was."""
    run = execute(scenario, folder, 1)
    assert read_scenario(run / "scenario.toml").torn == scenario.torn
    told: dict[str, Any] = json.loads((run / "summary.json").read_text("utf-8"))
    return told
