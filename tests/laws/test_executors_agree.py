"""One meaning, two executors: interpreted and compiled rules answer alike, and leave the same card behind."""

from __future__ import annotations

from hypothesis import given
from strategies import days, tariffs
from town import Day, Version, rates_of

from afc.fares.history import Compiled, Interpreted
from afc.fares.state import Plain


@given(tariffs(), days())
def test_executors_agree(version: Version, day: Day) -> None:
    """A rider's receipt is explained by the one and cleared by the other: charge, reasons and memory must be one."""
    rates = rates_of(version)
    slow, fast = Interpreted(day.card(rates), rates), Compiled(day.card(rates), rates)
    for event in day.events(rates):
        assert slow.tap(event) == fast.tap(event)
        assert slow.card.__dict__ == Plain(fast.card).__dict__
