"""One file of a feed as columns of text, with the line of every row.

Values are parsed once per distinct text, because a timetable repeats itself; what cannot be parsed is told with file,
line and column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from afc.gtfs.csv_text import Reading, read_columns
from afc.pack.findings import Findings
from afc.refusal import nearest

T = TypeVar("T")
_SHOWN_OF_A_COLUMN = 5


class Table(NamedTuple):
    """The rows of a file, by column."""

    label: str
    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    found: Findings

    def texts(self, column: str) -> Sequence[str]:
        """A column as it stands; empty texts where the file does not have it."""
        return self.columns.get(column) or [""] * len(self.lines)

    def parsed(self, column: str, parse: Callable[[str], T], kind: str, *, blank: T | None = None) -> list[T]:
        """A column through a parser that raises ValueError; `blank` stands for an empty field, if it may be empty."""
        values = self.texts(column)
        known: dict[str, T] = {}
        bad: set[str] = set()
        for text in set(values):
            try:
                known[text] = blank if not text and blank is not None else parse(text)
            except ValueError:
                bad.add(text)
        if bad:
            self._tell(column, bad, kind)
            return []
        return [known[text] for text in values]

    def references(self, column: str, index: Mapping[str, int], other: str, *, blank: int | None = None) -> list[int]:
        """A column of ids of another file, as places in that file."""
        values = self.texts(column)
        bad = {text for text in values if text not in index and not (text == "" and blank is not None)}
        if bad:
            self._tell(column, bad, f"an id of {other}", index)
            return []
        return [index.get(text, blank or 0) for text in values]

    def ids(self, column: str) -> dict[str, int]:
        """The place of each id; an id that is there twice is told."""
        places: dict[str, int] = {}
        for row, text in enumerate(self.texts(column)):
            if not text or not text.isprintable():
                self.tell("VALUE_MALFORMED", row, f"column {column} must be visible text", "Every row needs an id.")
            elif text in places:
                first = self.lines[places[text]]
                cure = f"It stands on line {first} already; ids must differ."
                self.tell("DUPLICATE_ID", row, f'{column} "{text}" is there twice', cure)
            places.setdefault(text, row)
        return places

    def tell(self, code: str, row: int, what: str, cure: str = "") -> None:
        """Note something wrong in a row."""
        self.found.add(code, what, file=self.label, line=self.lines[row], cure=cure)

    def _tell(self, column: str, bad: set[str], kind: str, known: Mapping[str, int] | None = None) -> None:
        rows = [row for row, text in enumerate(self.texts(column)) if text in bad]
        for row in rows[:_SHOWN_OF_A_COLUMN]:
            text = self.texts(column)[row]
            cure = nearest(text, known) if known and len(known) < 5000 else ""
            code = "VALUE_MALFORMED" if known is None else "UNKNOWN_ID"
            shown = f'"{text[:60]}"' if text else "nothing"
            self.tell(code, row, f"column {column} must be {kind}, not {shown}", cure)
        if len(rows) > _SHOWN_OF_A_COLUMN:
            more = len(rows) - _SHOWN_OF_A_COLUMN
            self.tell("MORE_OF_THE_SAME", rows[-1], f"column {column} is wrong in {more} more rows, to this one")


def read_table(
    reading: Reading, name: str, needed: Sequence[str], others: Sequence[str] = (), *, optional: bool = False
) -> Table | None:
    """The columns that are wanted of one file; None where it is missing or broken, which is then told."""
    read = read_columns(reading, name, needed, others, optional=optional)
    return None if read is None else Table(f"{reading.files.label}/{name}", read.lines, read.columns, reading.found)


__all__ = ["Reading", "Table", "read_table"]
