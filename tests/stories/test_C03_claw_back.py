"""A transfer without a tap-out: the discount is collected at the next boarding, whenever that is."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_the_discount_comes_back_the_next_day(seoul: City) -> None:
    """Rail, then a village bus for nothing, and no tap-out: tomorrow's bus costs 1,500 and the 1,200 of yesterday."""
    told = tell(seoul, """
        2026-03-04
        18:00  rail              20 min  6.0 km
        18:25  village gwanak02
        2026-03-05
        08:00  blue 143          20 min  3.0 km
        18:00  blue 143          20 min  3.0 km
    """)  # fmt: skip
    assert told.charges == [1550, 0, 1500 + 1200, 1500]


def test_a_lone_distance_bus_left_without_a_tap_out_costs_its_maximum(seoul: City) -> None:
    told = tell(seoul, """
        2026-03-04
        18:00  gg_general 720
        2026-03-05
        08:00  blue 143  20 min  3.0 km
    """)  # fmt: skip
    assert told.charges == [1650, 1500 + 700]


def test_in_ulaanbaatar_only_the_right_is_lost(ulaanbaatar: City) -> None:
    """No penalty in money: whoever does not tap out of a U-money reader pays the next bus in full."""
    day = """
        2025-11-05
        08:00  city 1
        08:30  city 2  20 min
    """
    assert tell(ulaanbaatar, day, medium="umoney").charges == [1_000_00, 1_000_00]
    assert tell(ulaanbaatar, day, medium="ubcard").charges == [1_000_00, 0]
