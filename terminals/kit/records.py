"""Records as somebody wrote them by hand: CSV with a heading, or one JSON object a line, each with the line it came from."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any, NamedTuple

from afc.pack.findings import Findings


class Record(NamedTuple):
    """What one line says: text or whole numbers, by the name of the field."""

    line: int
    fields: dict[str, Any]


def read_records(text: str, name: str, found: Findings) -> list[Record]:
    """The records of a file that is called `name`; whatever cannot be read is noted."""
    read: Callable[[str, str, Findings], Iterator[Record]] = _from_csv if name.endswith(".csv") else _from_json_lines
    return list(read(text.removeprefix("\ufeff"), name, found))


def _from_csv(text: str, name: str, found: Findings) -> Iterator[Record]:
    """A cell without text leaves the field out."""
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    heading: list[str] = []
    try:
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if not heading:
                heading = [cell.strip() for cell in cells]
                _refuse_twice(heading, name, rows.line_num, found)
            elif len(cells) != len(heading):
                what = f"{len(cells)} cells under {len(heading)} headings"
                found.add("RECORD_MALFORMED", what, file=name, line=rows.line_num, cure="Is a comma in a text?")
            else:
                given = {key: cell.strip() for key, cell in zip(heading, cells, strict=True) if cell.strip()}
                yield Record(rows.line_num, given)
    except csv.Error as error:
        found.add("RECORD_MALFORMED", f"no CSV: {error}", file=name, line=rows.line_num)


def _from_json_lines(text: str, name: str, found: Findings) -> Iterator[Record]:
    """A null leaves the field out."""
    for line, row in enumerate(text.splitlines(), start=1):
        if not row.strip():
            continue
        keys: list[str] = []

        def pairs_of(pairs: list[tuple[str, Any]], keys: list[str] = keys) -> dict[str, Any]:
            keys += [key for key, _ in pairs]
            return dict(pairs)

        try:
            given = json.loads(row, object_pairs_hook=pairs_of)
        except (ValueError, RecursionError) as error:
            cure = "Write one object a line, or name the file .csv."
            found.add("RECORD_MALFORMED", f"no JSON: {error}", file=name, line=line, cure=cure)
            continue
        if not isinstance(given, dict):
            found.add("RECORD_MALFORMED", "no object", file=name, line=line, cure="Write {...}, one a line.")
            continue
        _refuse_twice(keys, name, line, found)
        yield Record(line, {key: value for key, value in given.items() if value is not None})


def _refuse_twice(keys: list[str], name: str, line: int, found: Findings) -> None:
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            found.add("KEY_TWICE", f"`{key}` is given twice", file=name, line=line)
