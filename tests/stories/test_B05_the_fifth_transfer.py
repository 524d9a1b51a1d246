"""How many boardings one journey may have."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_the_sixth_bus_begins_a_new_journey(seoul: City) -> None:
    """Four transfers, five boardings; then the card starts afresh."""
    told = tell(seoul, """
        2026-03-04
        08:00  blue a  5 min  1.0 km
        08:10  blue b  5 min  1.0 km
        08:20  blue c  5 min  1.0 km
        08:30  blue d  5 min  1.0 km
        08:40  blue e  5 min  1.0 km
        08:50  blue f  5 min  1.0 km
    """)  # fmt: skip
    assert told.charges == [1500, 0, 0, 0, 0, 1500]


def test_the_fifth_boarding_of_a_day_pays_again(ulaanbaatar: City) -> None:
    """A thousand opens four boardings of one day, hours apart if need be."""
    told = tell(ulaanbaatar, """
        2025-11-05
        07:00  city 1  10 min
        11:00  city 1  10 min
        15:00  city 2  10 min
        19:00  city 3  10 min
        21:00  city 3  10 min
    """)  # fmt: skip
    assert told.charges == [1_000_00, 0, 0, 0, 1_000_00]


def test_the_second_transfer_in_bogota_is_the_last(bogota: City) -> None:
    told = tell(bogota, """
        2026-02-10
        07:00  zonal u01
        07:40  trunk
        08:50  zonal u02
        09:00  zonal u03
    """, attributes=["personalised"])  # fmt: skip
    assert told.charges == [3_550_00, 0, 0, 3_550_00]
