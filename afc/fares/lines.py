"""The reasons of a charge, row by row, while it is worked out."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.state import LINES_MAX


@rule
def put(lines: Any, why: int, amount: int, quantity: int) -> None:
    """Add a reason in the first free row; past the last row amounts add up there, so that the sum always stands."""
    i = 0
    while lines[i][0] != 0 and i < LINES_MAX - 1:
        i += 1
    lines[i][0], lines[i][1], lines[i][2] = why, lines[i][1] + amount, quantity


@rule
def put_unless_nothing(lines: Any, why: int, amount: int, quantity: int) -> int:
    """Add a reason that changes the charge; the amount is handed back."""
    if amount != 0:
        put(lines, why, amount, quantity)
    return amount
