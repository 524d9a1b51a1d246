"""Out through the gates and in again at the same station: a forgotten umbrella should not cost a fare."""

from __future__ import annotations

import pytest
from tell import tell

from afc.city import City


@pytest.mark.parametrize(("clock", "fare"), [("12:35:00", 0), ("12:35:01", 1550)])
def test_fifteen_minutes_to_come_back(seoul: City, clock: str, fare: int) -> None:
    """Out at Sadang at 12:20; the ride goes on as if the gate had never opened."""
    told = tell(seoul, f"""
        2026-03-04
        12:00:00  rail  20 min  gangnam -> sadang  5.0 km
        {clock}   rail   5 min  sadang -> isu      2.0 km
    """)  # fmt: skip
    assert told.charges == [1550, fare]


def test_another_station_is_another_ride(seoul: City) -> None:
    told = tell(seoul, """
        2026-03-04
        12:00  rail  20 min  gangnam -> sadang  5.0 km
        12:30  rail   5 min  isu -> dongjak     2.0 km
    """)  # fmt: skip
    assert told.charges == [1550, 1550]


def test_only_once_a_journey_and_the_metres_go_on(seoul: City) -> None:
    """Ten kilometres are used up across the gate, and a second umbrella costs a fare."""
    told = tell(seoul, """
        2026-03-04
        12:00  rail  20 min  gangnam -> sadang  9.0 km
        12:25  rail  10 min  sadang -> dongjak  2.0 km
        12:40  rail  10 min  dongjak -> ichon   2.0 km
    """)  # fmt: skip
    assert told.charges == [1550, 100, 1550]
