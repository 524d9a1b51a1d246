"""What counts as found, and what as a false alarm elsewhere."""

from __future__ import annotations

from clearing.suspicion import Suspicion
from sim.faults.label import Label
from sim.faults.score import score


def test_a_false_alarm_at_an_operator_who_cheats_elsewhere_is_still_one() -> None:
    """One operator moves stops. That a card of another fault rode with it explains nothing."""
    moved = Label("over_staging", "stops moved", 300, operators=["bus"], taps=["T-1-1-1"])
    found = [
        Suspicion("over_staging", 99, 300, "ten of forty", operators=("bus",), taps=("T-1-1-9",)),
        Suspicion("raised_balance", 100, 50, "grew", cards=("a",), operators=("bus",), taps=("T-1-1-7",)),
        Suspicion("impossible_travel", 95, 50, "too far", cards=("b",), operators=("bus",), taps=("T-1-1-1",)),
    ]
    told = score("over_staging", [moved], found)
    assert (told.found, told.false_alarms, told.others) == (1, 0, 1)
