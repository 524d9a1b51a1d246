"""The same route, the same bus, the same trunk again: going back is no transfer."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_the_same_route_is_a_new_journey(seoul: City) -> None:
    """A quick errand and home again is two rides."""
    told = tell(seoul, """
        2026-03-04
        11:50  blue 143  10 min  2.0 km
        12:10  blue 143  10 min  2.0 km
    """)  # fmt: skip
    assert told.charges == [1500, 1500]


def test_the_second_person_on_the_same_card_pays(bogota: City) -> None:
    """The card is held twice to the same bus: somebody else gets in."""
    told = tell(bogota, """
        2026-02-10
        08:00:00  zonal u01  bus 17
        08:00:20  zonal u01  bus 17
    """, attributes=["personalised"])  # fmt: skip
    assert told.charges == [3_550_00, 3_550_00]


def test_leaving_the_trunk_and_coming_back_pays_again(bogota: City) -> None:
    """Changes inside the stations are free; the street in between costs a fare."""
    told = tell(bogota, """
        2026-02-10
        08:00  trunk
        08:30  trunk
    """, attributes=["personalised"])  # fmt: skip
    assert told.charges == [3_550_00, 3_550_00]
