"""Between nine in the evening and seven in the morning a transfer may take an hour, by the clock of the tap-out."""

from __future__ import annotations

import pytest
from tell import tell

from afc.city import City


@pytest.mark.parametrize(
    ("boards", "next_boards", "fare"),
    [
        ("20:49:59", "21:30:00", 1500),  # out at 20:59:59, still day
        ("20:50:00", "22:00:00", 0),  # out at 21:00:00
        ("20:50:00", "22:00:01", 1500),
        ("06:49:59", "07:59:59", 0),  # out at 06:59:59, still night
        ("06:50:00", "07:30:01", 1500),  # out at 07:00:00
    ],
)
def test_the_night_begins_at_nine_and_ends_at_seven(seoul: City, boards: str, next_boards: str, fare: int) -> None:
    """Buses are rare at night, and whoever waits for one should not pay twice."""
    told = tell(seoul, f"""
        2026-03-04
        {boards}       blue 143  10 min  2.0 km
        {next_boards}  blue 152  10 min  2.0 km
    """)  # fmt: skip
    assert told.charges == [1500, fare]
