"""One bus is late: what its riders' purses lost is listed, and honest books pass their audit; any other difference fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from house import HARBOUR, NORTH_GATE, THURSDAY, WEDNESDAY, Office

from clearing.detail import read_array, write_array

HOLDS = "I2 card value in the books is what the cards hold"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Card 1 rode twice; the gate of its first ride has no line, and only the second shows that the purse lost 1,550."""
    office = Office(tmp_path)
    office.begin()
    office.sealed("late", HARBOUR, "entry 1/1 08:00 HB 1550 18450")
    second = office.sealed("second", NORTH_GATE, "entry 1/2 09:00 NG 1550 16900")
    assert office.answers(second) == ["ACCEPTED"]
    office.close(WEDNESDAY)
    return office


def test_what_purses_lost_in_taps_that_have_not_come_is_no_difference(office: Office, tmp_path: Path) -> None:
    """It used to end with `the books say 198450, the cards hold 196900` until the bus came."""
    [item] = office.ask("clearing unsettled")["items"]
    assert item["minor"] == 1550
    assert HOLDS not in office.audit()
    assert office.answers(tmp_path / "late.afc", at="2026-03-05T12:00:00+09:00") == ["ACCEPTED"]
    office.close(THURSDAY)
    assert office.ask("clearing unsettled")["items"] == []
    assert HOLDS not in office.audit()


def test_a_difference_that_nothing_lists_still_fails(office: Office) -> None:
    """Somebody writes 1 more on a card in the files of the close."""
    for path in (office.db.parent / "detail" / WEDNESDAY).glob("cards-*.npy"):
        cards = read_array(path)
        if len(cards):
            cards["balance"][np.argmax(cards["card"])] += 1
            write_array(path, cards)
            break
    assert "hold 198451" in office.audit(4)[HOLDS]
