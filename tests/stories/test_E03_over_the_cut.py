"""The service day ends at four in the morning, and some riders are on the bus just then."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_a_bundle_ends_with_its_day_and_a_ride_belongs_to_its_boarding(ulaanbaatar: City) -> None:
    """Boarded at 03:50 it is yesterday's, though the rider steps down at 04:10; the next one is today's and pays."""
    told = tell(ulaanbaatar, """
        2025-11-05
        23:00  city 1   20 min
        2025-11-06
        03:50  night 2  20 min
        04:20  city 3   20 min
    """)  # fmt: skip
    assert told.charges == [1_000_00, 0, 1_000_00]


def test_a_window_does_not_care_about_the_cut(seoul: City) -> None:
    """The last night bus and the first train are one journey, with thirty kilometres included."""
    told = tell(seoul, """
        2026-03-04
        03:40  night n16  50 min  20.0 km
        05:30  rail       20 min  11.0 km
    """)  # fmt: skip
    assert told.charges == [2500, 100]
