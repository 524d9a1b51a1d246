"""`afc bench intake`: every tap gets its receipt, and beside it every tap becomes a row, as the usual way would have it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from commandline import ask

from afc.tap import TAP
from clearing.store.row_a_tap import write_rows


def test_the_intake_stands_beside_a_row_a_tap() -> None:
    rows = {row["what"]: row["figure"] for row in ask("bench intake --batches 64 --workers 1")}
    assert rows["sealed batches of 200 taps, from files"] == "64"
    assert float(rows["intake against it"]) > 0
    assert {"card MACs, by shard", "a row a tap with SQLAlchemy Core, nothing verified"} <= rows.keys()


def test_every_tap_is_a_row_and_none_is_two(tmp_path: Path) -> None:
    """Two calls of three taps are six rows; a tap that comes again is refused by the key."""
    taps = np.zeros(6, TAP)
    taps["device"], taps["epoch"], taps["seq"], taps["mac"] = 7, 1, np.arange(1, 7), 2**64 - 1
    where = str(tmp_path / "rows.db")
    assert write_rows(where, [taps[:3], taps[3:]]) == 6
    with pytest.raises(Exception, match="UNIQUE"):
        write_rows(where, [taps[:1]])
