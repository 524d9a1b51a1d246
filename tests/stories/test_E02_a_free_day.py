"""A day on which the city lets everybody ride: by decision, by date, by service."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_all_buses_are_free_at_tsagaan_sar(ulaanbaatar: City) -> None:
    """From four in the morning to four in the morning; the airport bus was not named."""
    told = tell(ulaanbaatar, """
        2018-02-16
        03:59  night 1
        04:00  city 1   20 min
        12:00  airport
        2018-02-19
        03:59  city 1   10 min
        04:00  city 2   20 min
    """)  # fmt: skip
    assert told.charges == [500_00, 0, 5_000_00, 0, 500_00]


def test_a_free_ride_leaves_the_bundle_as_it_was(ulaanbaatar: City) -> None:
    """To the stadium and back for nothing, and the fourth city bus of the day is still paid for."""
    told = tell(ulaanbaatar, """
        2025-07-11
        08:00  city 1     20 min
        09:00  shuttle s  20 min
        10:00  city 2     20 min
        11:00  city 3     20 min
        12:00  city 4     20 min
        13:00  city 5     20 min
    """)  # fmt: skip
    assert told.charges == [1_000_00, 0, 0, 0, 0, 1_000_00]
