"""A transfer is a boarding within thirty minutes, and the last second is one of them."""

from __future__ import annotations

import pytest
from tell import tell

from afc.city import City


@pytest.mark.parametrize(("clock", "fare"), [("08:40:00", 0), ("08:40:01", 1500)])
def test_thirty_minutes_in_seoul(seoul: City, clock: str, fare: int) -> None:
    told = tell(seoul, f"""
        2026-03-04
        08:00:00  blue 143  10 min  2.0 km
        {clock}   blue 152  10 min  2.0 km
    """)  # fmt: skip
    assert told.charges == [1500, fare]


@pytest.mark.parametrize(("clock", "fare"), [("08:50:00", 0), ("08:50:01", 500_00)])
def test_thirty_minutes_in_ulaanbaatar_before_2025(ulaanbaatar: City, clock: str, fare: int) -> None:
    told = tell(ulaanbaatar, f"""
        2023-03-06
        08:00:00  city ch-1  20 min
        {clock}   city ch-7  20 min
    """)  # fmt: skip
    assert told.charges == [500_00, fare]


def test_a_transfer_right_must_be_earned_by_riding_half_a_minute(ulaanbaatar: City) -> None:
    """In and out of one bus at the same stop would make every next ride free."""
    for ride, fare in (("29 s", 500_00), ("30 s", 0)):
        told = tell(ulaanbaatar, f"""
            2023-03-06
            08:00  city ch-1  {ride}
            08:10  city ch-7  20 min
        """)  # fmt: skip
        assert told.charges == [500_00, fare]
