"""A journey costs its dearest base, in whatever order its legs come."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_the_second_leg_adds_what_the_first_did_not_pay(seoul: City) -> None:
    """Village bus 1,200, then rail 1,550: the rider pays the difference, and 1,550 in all."""
    told = tell(seoul, """
        2026-03-04
        08:00  village gwanak02  10 min  2.0 km
        08:18  rail              14 min  6.0 km
    """)  # fmt: skip
    assert told.charges == [1200, 350]


def test_metres_of_all_legs_count_together(seoul: City) -> None:
    """8 km, 1.5 km and 1 km are 10.5 km: one step, paid where it is begun."""
    told = tell(seoul, """
        2026-03-04
        08:00  rail              20 min  8.0 km
        08:25  blue 143           5 min  1.5 km
        08:35  village gwanak02   5 min  1.0 km
    """)  # fmt: skip
    assert told.charges == [1550, 0, 100]


def test_with_a_wide_area_bus_thirty_kilometres_are_included(seoul: City) -> None:
    told = tell(seoul, """
        2026-03-04
        08:00  red 9401  60 min  28.5 km
        09:10  blue 143  15 min   4.5 km
    """)  # fmt: skip
    assert told.charges == [3000, 100]
