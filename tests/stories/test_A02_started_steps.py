"""Distance is paid in started steps, on rails only; a city bus alone is flat."""

from __future__ import annotations

import pytest
from tell import tell

from afc.city import City


@pytest.mark.parametrize(
    ("km", "fare"),
    [("10.0", 1550), ("10.001", 1650), ("15.0", 1650), ("15.001", 1750), ("50.0", 2350), ("58.001", 2550)],
)
def test_a_step_counts_as_soon_as_it_is_begun(seoul: City, km: str, fare: int) -> None:
    """Ten kilometres are included, then every five begun cost 100, and beyond fifty every eight."""
    told = tell(seoul, f"""
        2026-03-04
        12:00  rail  50 min  {km} km
    """)  # fmt: skip
    assert told.charges == [fare]


def test_a_lone_bus_is_flat_with_or_without_tap_out(seoul: City) -> None:
    """Whoever forgets to tap out of a city bus, and goes nowhere after it, owes nothing."""
    told = tell(seoul, """
        2026-03-04
        12:00  blue 143  50 min  25.0 km
        18:00  blue 143
        22:00  blue 143
    """)  # fmt: skip
    assert told.charges == [1500, 1500, 1500]
