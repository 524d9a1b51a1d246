"""Several riders on one card: the number is read with the card, and the next bus must hear the same."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_three_together_transfer_together(ulaanbaatar: City) -> None:
    told = tell(ulaanbaatar, """
        2023-03-06
        08:00  city ch-1  20 min  3 riders
        08:30  city ch-7  20 min  3 riders
    """)  # fmt: skip
    assert told.charges == [1_500_00, 0]


def test_alone_the_owner_keeps_the_right(ulaanbaatar: City) -> None:
    """The other two have gone another way; two would have lost it."""
    for riders, fare in (("1 riders", 0), ("2 riders", 1_000_00)):
        told = tell(ulaanbaatar, f"""
            2023-03-06
            08:00  city ch-1  20 min  3 riders
            08:30  city ch-7  20 min  {riders}
        """)  # fmt: skip
        assert told.charges == [1_500_00, fare]


def test_a_concession_is_for_its_holder_alone(ulaanbaatar: City) -> None:
    """Otherwise a pupil's card would carry the whole class."""
    told = tell(ulaanbaatar, """
        2023-03-06
        08:00  city ch-1  20 min  2 riders
    """, rider="pupil")  # fmt: skip
    assert told.refused == ["GROUP_NOT_ALLOWED"]


def test_in_seoul_another_number_is_another_journey(seoul: City) -> None:
    told = tell(seoul, """
        2026-03-04
        12:00  blue 143  20 min  2 riders  3.0 km
        12:30  blue 152  20 min  2 riders  3.0 km
        13:00  blue 160  20 min  1 riders  3.0 km
    """)  # fmt: skip
    assert told.charges == [3000, 0, 1500]
