"""From when the window runs: from the tap-out in one city, from the first boarding in another."""

from __future__ import annotations

import pytest
from tell import tell

from afc.city import City


def test_a_long_ride_does_not_eat_the_time_to_transfer(seoul: City) -> None:
    """Two hours on the train, and half an hour from the gate all the same."""
    told = tell(seoul, """
        2026-03-04
        07:00  rail       120 min  9.0 km
        09:29  blue 571    10 min  1.0 km
    """)  # fmt: skip
    assert told.charges == [1550, 0]


@pytest.mark.parametrize(("clock", "fare"), [("09:05:00", 0), ("09:05:01", 3_550_00)])
def test_in_bogota_the_first_validation_sets_the_clock_for_all(bogota: City, clock: str, fare: int) -> None:
    """125 minutes for the whole journey, whatever happens in between."""
    told = tell(bogota, f"""
        2026-02-10
        07:00:00  zonal u01
        08:10:00  trunk
        {clock}   zonal u02
    """, attributes=["personalised"])  # fmt: skip
    assert told.charges == [3_550_00, 0, fare]


def test_a_card_without_a_name_never_transfers(bogota: City) -> None:
    """Otherwise one card could be lent from hand to hand."""
    told = tell(bogota, """
        2026-02-10
        07:00  zonal u01
        07:30  trunk
    """)  # fmt: skip
    assert told.charges == [3_550_00, 3_550_00]
