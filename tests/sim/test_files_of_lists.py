"""Lists that a person has typed: what is wrong is told with its line, and nothing is proposed."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from afc.denylist import rows_of_cards
from afc.refusal import Refused
from sim.editions_told import read_cards, read_orders

HEADING = "card,control,action,amount,category,until\n"
UNTIL = "2027-01-01T00:00:00+00:00"
GOOD = f"7,1,load,500,0,{UNTIL}\n7,2,block,0,0,{UNTIL}\n"


def written(folder: Path, text: str) -> str:
    (folder / "list.txt").write_text(text)
    return str(folder / "list.txt")


def test_a_card_that_cannot_be_is_told_with_its_line(tmp_path: Path) -> None:
    """The export of lost cards has a 0 where no number was known."""
    path = written(tmp_path, "# lost in May\n5\n0\n")
    with pytest.raises(Refused) as refused:
        read_cards(path)
    assert (refused.value.code, refused.value.where) == ("NUMBER_WRONG", f"{path}:3")
    with pytest.raises(Refused, match="no card has number 0"):
        rows_of_cards(np.array([5, 0], np.uint64))


def test_orders_are_read_in_any_order_of_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, HEADING + f"9,4,unblock,0,0,{UNTIL}\n" + GOOD)
    assert read_orders(path, ZoneInfo("UTC"))["control"].tolist() == [4, 1, 2]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("7,2,unblock,0,0", "card 7 has control number 2 twice"),
        ("0,1,block,0,0", "no card has number 0"),
        ("8,0,block,0,0", "for card 8 has control number 0"),
        ("8,1,load,0,0", "card 8 is to be loaded with 0"),
        ("8,1,block,5,0", "for card 8 has amount 5 and is no load"),
        ("8,1,block,0,3", "for card 8 has category 3 and changes none"),
    ],
)
def test_the_first_order_that_cannot_be_is_told_with_its_line_and_its_card(
    tmp_path: Path, line: str, told: str
) -> None:
    """Blank lines count as lines: a person looks it up in an editor."""
    path = written(tmp_path, f"{HEADING}{GOOD}\n{line},{UNTIL}\n9,0,load,0,0,{UNTIL}\n")
    with pytest.raises(Refused, match=told) as refused:
        read_orders(path, ZoneInfo("UTC"))
    assert (refused.value.code, refused.value.where) == ("ACTION_LIST_WRONG", f"{path}:5")
