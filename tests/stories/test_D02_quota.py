"""So many rides a month at another price: the counter runs on the card, by the calendar of the city."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_the_thirty_first_ride_of_the_month_is_at_full_fare(bogota: City) -> None:
    """Sisbén in 2023: thirty rides at 2,500, then 2,950 like everybody."""
    told = tell(bogota, """
        2023-03-30
        08:00  trunk
        18:00  trunk
        2023-04-01
        08:00  trunk
    """, rider="sisben", quota_used=29)  # fmt: skip
    assert told.charges == [2_500_00, 2_950_00, 2_500_00]


def test_a_student_rides_free_on_school_days_only(ulaanbaatar: City) -> None:
    """Friday in term, Saturday, Women's Day, Monday in term."""
    told = tell(ulaanbaatar, """
        2024-03-01
        08:00  city 1
        2024-03-02
        08:00  city 1
        2024-03-08
        08:00  city 1
        2024-03-11
        08:00  city 1
    """, rider="student")  # fmt: skip
    assert told.charges == [0, 500_00, 500_00, 0]


def test_the_forty_fifth_ride_is_the_students_own(ulaanbaatar: City) -> None:
    told = tell(ulaanbaatar, """
        2024-03-11
        08:00  city 1
        18:00  city 1
    """, rider="student", quota_used=43)  # fmt: skip
    assert told.charges == [0, 500_00]
