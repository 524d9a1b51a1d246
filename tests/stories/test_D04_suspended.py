"""A pass cannot be charged for a forgotten tap-out, so after the second it rests for a day."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_two_forgotten_tap_outs_suspend_the_pass_for_a_day(seoul: City) -> None:
    """It counts from the boarding of the second: shut at 17:59 the next day, open again at 18:00."""
    told = tell(seoul, """
        2026-03-04
        08:00  blue 143
        2026-03-06
        18:00  village gwanak02
        20:00  rail  20 min  6.0 km
        2026-03-07
        17:59  rail  20 min  6.0 km
        18:00  rail  20 min  6.0 km
    """, product="climate30", balance=50_000)  # fmt: skip
    assert told.refused == ["", "", "SUSPENDED", "SUSPENDED", ""]
    assert told.charges == [0, 0, 0, 0, 0]


def test_a_ride_that_the_pass_does_not_cover_does_not_wake_it(seoul: City) -> None:
    """A wide-area bus is paid from the purse; the pass rests on."""
    told = tell(seoul, """
        2026-03-04
        08:00  blue 143
        18:00  village gwanak02
        20:00  red 9401  60 min  20.0 km
        21:30  rail      20 min   6.0 km
    """, product="climate30", balance=50_000)  # fmt: skip
    assert told.charges[:3] == [0, 0, 3000]
    assert told.refused == ["", "", "", "SUSPENDED"]
