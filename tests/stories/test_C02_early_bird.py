"""Before half past six the base of the first vehicle is a fifth less."""

from __future__ import annotations

import pytest
from tell import tell

from afc.city import City


@pytest.mark.parametrize(("clock", "fare"), [("06:29:59", 1340), ("06:30:00", 1650)])
def test_a_fifth_off_the_base_and_nothing_off_the_distance(seoul: City, clock: str, fare: int) -> None:
    """14 km: 1,550 less 310, and 100 for the step."""
    told = tell(seoul, f"""
        2026-03-04
        {clock}  rail  25 min  14.0 km
    """)  # fmt: skip
    assert told.charges == [fare]


def test_only_the_first_vehicle_is_early(seoul: City) -> None:
    """Village bus 960, then rail: the difference of the bases in full."""
    told = tell(seoul, """
        2026-03-04
        06:00  village gwanak02  10 min  2.0 km
        06:15  rail              14 min  6.0 km
    """)  # fmt: skip
    assert told.charges == [960, 350]


def test_a_wide_area_bus_of_another_province_gives_nothing_off(seoul: City) -> None:
    told = tell(seoul, """
        2026-03-04
        06:00  gg_express m4403  50 min  25.0 km
    """)  # fmt: skip
    assert told.charges == [3200]
