"""One fare for one ride: the simplest question at the counter."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_a_bus_ride_is_a_thousand_however_far(ulaanbaatar: City) -> None:
    """Most of the city's riders never meet any other rule."""
    told = tell(ulaanbaatar, """
        2025-11-05
        08:00  city  40 min  21.5 km
    """)  # fmt: skip
    assert told.charges == [1_000_00]


def test_a_child_pays_two_hundred_and_a_senior_nothing(ulaanbaatar: City) -> None:
    """The card knows who rides; the driver need not ask."""
    day = """
        2025-11-05
        08:00  city  40 min
    """
    assert tell(ulaanbaatar, day, rider="child").charges == [200_00]
    assert tell(ulaanbaatar, day, rider="senior").charges == [0]
