"""A pass of entries: every boarding burns one, six a day at most, and then the purse pays."""

from __future__ import annotations

from typing import Any

from tell import tell

from afc.city import City

PASS: dict[str, Any] = {"product": "transmipass", "attributes": ["personalised"]}


def test_there_are_no_transfers_on_a_pass(bogota: City) -> None:
    """Three boardings within the hour burn three entries; with two left, the third is paid."""
    told = tell(bogota, """
        2026-02-10
        08:00  zonal u01
        08:20  trunk
        08:50  zonal u02
    """, pass_entries=2, **PASS)  # fmt: skip
    assert told.charges == [0, 0, 3_550_00]


def test_the_seventh_entry_of_a_day_is_paid(bogota: City) -> None:
    """And at three in the morning a new day begins."""
    told = tell(bogota, """
        2026-02-10
        06:00  zonal u01
        08:00  zonal u02
        10:00  zonal u03
        12:00  zonal u04
        14:00  zonal u05
        16:00  zonal u06
        22:00  zonal u07
        2026-02-11
        03:00  zonal u08
    """, **PASS)  # fmt: skip
    assert told.charges == [0, 0, 0, 0, 0, 0, 3_550_00, 0]


def test_with_an_empty_purse_the_seventh_is_told_why(bogota: City) -> None:
    """Not that the purse is empty, but that the pass has had its six: the rider asks about the pass."""
    told = tell(bogota, """
        2026-02-10
        06:00  zonal u01
        08:00  zonal u02
        10:00  zonal u03
        12:00  zonal u04
        14:00  zonal u05
        16:00  zonal u06
        22:00  zonal u07
    """, product="transmipass", balance=0)  # fmt: skip
    assert told.refused[-1] == "PASS_DAY_LIMIT"
    assert told.balance[-1] == 0
