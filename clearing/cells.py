"""Cells of spreadsheets that hold words of people."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> cell("=SUM(A1)"), cell("bus-co")
    ("'=SUM(A1)", 'bus-co')
    """
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
