"""An empty purse: two rides on credit for a named card, and the next top-up pays them back first."""

from __future__ import annotations

from tell import tell

from afc.city import City


def test_two_rides_are_lent_and_the_third_is_not(bogota: City) -> None:
    """With 1,200 in the purse: twice below zero, then shut, then 10,000 are loaded and 4,100 remain."""
    told = tell(bogota, """
        2026-02-10
        08:00  trunk
        13:00  trunk
        18:00  trunk
        18:05  load   1000000
        18:06  trunk
    """, attributes=["personalised"], balance=1_200_00)  # fmt: skip
    assert told.charges == [3_550_00, 3_550_00, 0, 3_550_00]
    assert told.refused == ["", "", "INSUFFICIENT_BALANCE", ""]
    assert told.balance == [-2_350_00, -5_900_00, -5_900_00, 550_00]


def test_a_card_without_a_name_is_lent_nothing(bogota: City) -> None:
    told = tell(bogota, """
        2026-02-10
        08:00  trunk
    """, balance=3_549_99)  # fmt: skip
    assert (told.refused, told.balance) == (["INSUFFICIENT_BALANCE"], [3_549_99])


def test_paid_back_the_credit_is_there_again(bogota: City) -> None:
    """The debt of 7,100 is loaded to the peso, and two more rides may be owed."""
    told = tell(bogota, """
        2026-02-10
        08:00  trunk
        13:00  trunk
        17:00  load   710000
        18:00  trunk
        22:00  trunk
    """, attributes=["personalised"], balance=0)  # fmt: skip
    assert told.balance == [-3_550_00, -7_100_00, -3_550_00, -7_100_00]
